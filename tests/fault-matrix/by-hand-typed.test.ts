/** The column "first connect, by hand": what is typed in is itself the fault. */
import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause } from '../../server/src/core/diagnosis.ts';
import { Fault } from '../../server/src/core/fault.ts';
import type { DiagnosisBody, StoreBody } from '../../server/src/http/contract/store.ts';
import type { Market } from '../support/market.ts';
import { connectStore, mailsAbout, openFleetMarket, ownCalls } from '../support/matrix.ts';
import { sellerId, tokenOf, type TestRegion } from '../support/worlds.ts';
import { grantAct } from './faults.ts';

type Typed = { region?: TestRegion; credentials?: Record<string, unknown> };
type Row = Typed & { fault: string; cause: Cause; likely?: Cause[]; prepare?: (m: Market) => Promise<unknown> };

const OTHER_TOKEN = 'Atzr|IwEBIGivenToAnotherApplicationabcdefghijklmnopqrstuvwxyz';
const OTHER_APP = {
  applicationId: 'amzn1.sellerapps.app.other',
  name: 'Other',
  clientId: 'amzn1.application-oa2-client.other',
  clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.other' }],
};

async function addOtherApp(m: Market): Promise<void> {
  const world = (await m.control('GET', '/_/world')) as { apps: object[]; grants: object[] };
  const grant = {
    sellerId: sellerId(0),
    applicationId: OTHER_APP.applicationId,
    authorizedAt: '2026-11-01T00:00:00Z',
    refreshTokens: [OTHER_TOKEN],
  };
  await m.control('PUT', '/_/world', {
    ...world,
    apps: [...world.apps, OTHER_APP],
    grants: [...world.grants, grant],
  });
}

const REFUSED: Row[] = [
  {
    fault: 'the token was never given out',
    credentials: { refresh_token: `${tokenOf(0)}x` },
    cause: 'cred.wrong_pair',
    likely: ['cred.wrong_pair', 'grant.revoked'],
  },
  {
    fault: 'the token lost its end',
    credentials: { refresh_token: tokenOf(0).slice(0, -5) },
    cause: 'cred.wrong_pair',
    likely: ['cred.wrong_pair', 'grant.revoked'],
  },
  { fault: 'the seller ID is another store’s', credentials: { seller_id: sellerId(4) }, cause: 'cred.wrong_pair' },
  {
    fault: 'the token was given to another app',
    prepare: addOtherApp,
    credentials: { refresh_token: OTHER_TOKEN },
    cause: 'cred.wrong_app',
  },
  {
    fault: 'the stated year is over, and the token is refused',
    prepare: grantAct('expire'),
    credentials: { authorized_at: '2025-11-01T00:00:00Z' },
    cause: 'grant.expired',
  },
  {
    fault: 'the stated year is not over, and the token is refused',
    prepare: grantAct('disable'),
    credentials: { authorized_at: '2026-08-01T00:00:00Z' },
    cause: 'grant.revoked',
  },
];

const MALFORMED: [string, Record<string, unknown>, string][] = [
  ['nothing', { refresh_token: '' }, 'credentials.refresh_token'],
  ['a space inside', { refresh_token: 'Atzr|with a space in the middle of it' }, 'credentials.refresh_token'],
  ['an access token', { refresh_token: 'Atza|IwEBIAccessTokenThatLivesForAnHour' }, 'credentials.refresh_token'],
  ['an MWS token', { refresh_token: 'amzn.mws.1111-2222-3333' }, 'credentials.refresh_token'],
  ['a password', { refresh_token: 'correct horse battery' }, 'credentials.refresh_token'],
  ['a marketplace ID for a seller ID', { seller_id: 'A1PA6795UKMFR9' }, 'credentials.seller_id'],
  ['a day to come', { authorized_at: '2027-01-01T00:00:00Z' }, 'credentials.authorized_at'],
];

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, typed in', ({ size }) => {
  async function attempt(typed: Typed, prepare?: Row['prepare']) {
    const market = await openFleetMarket(size);
    await prepare?.(market);
    for (let n = 1; n < size; n += 1) await connectStore(market, { n });
    await ownCalls(market);
    const outcome = await connectStore(market, { n: 0, ...typed }).catch((error: unknown) => error);
    return { market, outcome, calls: await ownCalls(market) };
  }

  test.each(REFUSED)('$fault: $cause', async ({ cause, likely = [], prepare, ...typed }) => {
    const { market, outcome, calls } = await attempt(typed, prepare);
    try {
      if (!(outcome instanceof Fault)) throw new Error('the store was connected');
      const diagnosis = outcome.extra['diagnosis'] as DiagnosisBody;
      expect([outcome.status, diagnosis.cause, diagnosis.owner]).toEqual([422, cause, CAUSES[cause].owner]);
      expect(diagnosis.likely.map((one) => one.cause)).toEqual(likely);
      expect(await storesIn(market)).toBe(size - 1);
      expect(await mailsAbout(market, 'operator')).toBe(0);
      expect(calls).toBeLessThanOrEqual(4);
    } finally {
      await market.stop();
    }
  });

  test.each(MALFORMED)('%s: the field is named, and nobody is asked', async (_what, credentials, field) => {
    const { market, outcome, calls } = await attempt({ credentials });
    try {
      if (!(outcome instanceof Fault)) throw new Error('the store was connected');
      expect([outcome.status, outcome.code]).toEqual([422, 'invalid-fields']);
      expect(outcome.errors.map((one) => one.field)).toEqual([field]);
      expect([calls, await storesIn(market)]).toEqual([0, size - 1]);
    } finally {
      await market.stop();
    }
  });

  test('the site lies in another region: corrected, and told', async () => {
    const { market, outcome, calls } = await attempt({ region: 'na' });
    try {
      const store = outcome as StoreBody;
      expect(store).toMatchObject({ verdict: 'connected', region: 'eu', seller_id: sellerId(0) });
      expect(store.notices.map((one) => one.cause)).toEqual(['cred.wrong_region']);
      // The whole ladder where it was looked for, one question per other region, the whole ladder where it was found.
      expect(calls).toBeLessThanOrEqual(4 + 2 + 4);
    } finally {
      await market.stop();
    }
  });
});

async function storesIn({ shop }: Market): Promise<number> {
  return (await shop.db.db.selectFrom('store').select('id').execute()).length;
}
