/** The column "first connect, by hand": typed-in credentials while something is wrong, in a fleet of one and of three. */
import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause } from '../../server/src/core/diagnosis.ts';
import { Fault } from '../../server/src/core/fault.ts';
import type { DiagnosisBody, StoreBody } from '../../server/src/http/contract/store.ts';
import type { Market } from '../support/market.ts';
import { connectStore, mailsAbout, minutesToGreen, openFleetMarket, ownCalls, storeOf } from '../support/matrix.ts';
import { sellerId } from '../support/worlds.ts';
import {
  APP_FAULTS,
  KINDS,
  SELLER_FAULTS,
  shownBy,
  strikeFault,
  type Deed,
  type Place,
  type Strike,
  type Whom,
} from './faults.ts';

/** `connected` and `limited`: 201. `waits`: 202, and green by itself once the fault is over. A cause: 422, and no store. */
type Outcome = 'connected' | 'limited' | 'waits' | Cause;
type Row = {
  fault: string;
  breaks: Deed;
  heals?: Deed;
  outcome: Outcome;
  likely?: Cause[];
  /** Where neighbours feel the fault too, and so show that it is not this store's. */
  among?: Outcome;
  patienceMs?: number;
  notices?: Cause[];
};

const REVOKED = { outcome: 'grant.revoked', likely: ['grant.revoked', 'grant.expired'] } as const;
const NO_CALL_WENT_THROUGH = {
  outcome: 'grant.half_open',
  likely: ['grant.half_open', 'grant.role_missing', 'store.deactivated'],
} as const;
const OURS = { outcome: 'app.secret_expired' } as const;
const NAMELESS: { notices: Cause[] } = { notices: ['store.identity_unverified'] };
const suspended: { notices: Cause[] } = { notices: ['store.listings_suspended'] };

const alike = (
  rows: { fault: string; breaks: Deed; heals?: Deed; among?: Outcome }[],
  outcome: Omit<Row, 'fault' | 'breaks'>,
) => rows.map((row): Row => ({ ...row, ...outcome, ...(outcome.likely ? { likely: [...outcome.likely] } : {}) }));
const S = SELLER_FAULTS;
const A = APP_FAULTS;

const ROWS: Row[] = [
  { fault: 'nothing is wrong', breaks: () => Promise.resolve(), outcome: 'connected' },
  // A closed account ends its permissions: the very answer of a revoked one. So does a token that was replaced.
  ...alike([S.disabled, S.expired, S.closed, S.reauthorized], {
    outcome: REVOKED.outcome,
    likely: [...REVOKED.likely],
  }),
  ...alike([S.halfOpen, S.deactivated, S.noRole, { ...A.noRole, among: 'waits' as const }], {
    outcome: NO_CALL_WENT_THROUGH.outcome,
    likely: [...NO_CALL_WENT_THROUGH.likely],
  }),
  ...alike([S.noFinance, A.noFinance], { outcome: 'limited', ...NAMELESS }),
  { ...S.noSite, outcome: 'store.inactive' },
  // An app without the role for sites is well as long as its money calls answer.
  ...alike([S.noInsights, A.noInsights, S.atRisk, S.oneSite, S.plan], { outcome: 'connected' }),
  ...alike([S.suspended, S.vacation], { outcome: 'connected', ...suspended }),
  ...alike([A.secretReplaced, A.secretEnded, A.clientId], OURS),
  ...alike([A.draft, A.noRedirect, A.otherRedirect, A.noLogin, A.ineligible, A.full, A.renamed], {
    outcome: 'connected',
  }),
];

const STRUCK: [Place, Whom][] = [
  ['token', 'one'],
  ['token', 'all'],
  ['participations', 'one'],
  ['balances', 'all'],
  ['host', 'one'],
  ['host', 'all'],
  ['everything', 'all'],
];

function answered(strike: Strike): Row {
  const cause = shownBy(strike);
  const outcome = cause === null ? 'connected' : cause === 'grant.revoked' ? cause : 'waits';
  return {
    ...strikeFault(strike),
    outcome,
    ...(outcome === 'grant.revoked' ? { likely: [...REVOKED.likely] } : {}),
    ...(strike.kind === 'slow' ? { patienceMs: 250 } : {}),
  };
}

const ANSWERS = KINDS.flatMap((kind) => STRUCK.map(([place, whom]) => ({ kind, place, whom }))).filter(
  // Waiting for an answer that comes too late takes real time: a few places stand for all.
  ({ kind, place, whom }) => kind !== 'slow' || (whom === 'all' && (place === 'token' || place === 'host')),
);

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, at first connect by hand', ({ size }) => {
  test.each([...ROWS, ...ANSWERS.map(answered)])('$fault: $outcome', async (asked) => {
    const row = size > 1 && asked.among !== undefined ? { ...asked, outcome: asked.among } : asked;
    const market = await openFleetMarket(size, row.patienceMs === undefined ? {} : { patienceMs: row.patienceMs });
    try {
      for (let n = 1; n < size; n += 1) await connectStore(market, { n });
      await row.breaks(market);
      // What was heard of others before the fault came is not heard any more.
      await market.advance('PT2M');
      await ownCalls(market);
      const outcome = await connectStore(market, { n: 0 }).catch((error: unknown) => error);
      await expectCalls(market, row);
      if (outcome instanceof Fault) await expectRefusal(market, outcome, row);
      else await expectStore(market, outcome as StoreBody, row);
    } finally {
      await market.stop();
    }
  });
});

/** One question more per other region, where everything was refused in the one that was named. */
async function expectCalls(market: Market, { outcome, likely = [] }: Row): Promise<void> {
  const everywhereRefused = outcome === 'grant.half_open' || likely.includes('grant.half_open');
  expect(await ownCalls(market)).toBeLessThanOrEqual(everywhereRefused ? 4 + 2 : 4);
}

async function expectRefusal(market: Market, fault: Fault, { outcome, likely = [] }: Row): Promise<void> {
  const diagnosis = fault.extra['diagnosis'] as DiagnosisBody;
  expect([fault.status, diagnosis.cause]).toEqual([422, outcome]);
  const { owner } = CAUSES[diagnosis.cause];
  expect(diagnosis.owner).toBe(owner);
  expect(diagnosis.likely.map((one) => one.cause)).toEqual(likely);
  expect(await rowsOf(market)).not.toContain(sellerId(0));
  expect(await mailsAbout(market, 'operator')).toBe(owner === 'operator' ? 1 : 0);
  expect(await sellerMails(market)).toBe(0);
}

async function expectStore(
  market: Market,
  store: StoreBody,
  { outcome, heals, fault, notices = [] }: Row,
): Promise<void> {
  expect(store.verdict).toBe(outcome === 'waits' ? 'verifying' : outcome);
  expect(store.cause).toBe(outcome === 'limited' ? 'grant.role_missing' : null);
  expect(store.notices.map((one) => one.cause)).toEqual(outcome === 'waits' ? [] : notices);
  expect(await sellerMails(market)).toBe(0);
  expect(await mailsAbout(market, 'operator')).toBe(fault.startsWith('unknown_answer') ? 1 : 0);
  if (outcome !== 'waits') return;
  await heals?.(market);
  expect(await minutesToGreen(market, store.id)).toBeLessThan(15);
  expect(await storeOf(market, store.id)).toMatchObject({ seller_id: sellerId(0), credential_version: 1 });
  expect(await sellerMails(market)).toBe(0);
}

async function rowsOf({ shop }: Market): Promise<(string | null)[]> {
  const rows = await shop.db.db.selectFrom('store').select('seller_id').execute();
  return rows.map((row) => row.seller_id);
}

async function sellerMails({ shop }: Market): Promise<number> {
  const query = shop.db.db
    .selectFrom('outbox')
    .select('id')
    .where('kind', '=', 'email')
    .where('topic', '<>', 'reminder');
  return (await query.execute()).length;
}
