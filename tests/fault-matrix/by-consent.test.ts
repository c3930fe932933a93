/** The column "first connect, by consent": the seller confirms at Amazon while something is wrong. */
import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause } from '../../server/src/core/diagnosis.ts';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import { readSession } from '../../server/src/stores/connect.ts';
import { arriveWith, comeBack, tripToConsent, untilAtRest } from '../support/consent.ts';
import type { Market } from '../support/market.ts';
import { ACCOUNT, connectStore, mailsAbout, openFleetMarket, ownCalls, storeOf, type Wish } from '../support/matrix.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';
import {
  APP_FAULTS as A,
  KINDS,
  SELLER_FAULTS as S,
  shownBy,
  strikeFault,
  type Deed,
  type Place,
  type Strike,
  type Whom,
} from './faults.ts';

/** `connected` and `limited`: the store is there. `waits`: connected by itself once the fault is over. A cause: failed. */
type Outcome = 'connected' | 'limited' | 'waits' | Cause;
type Row = {
  fault: string;
  breaks: Deed;
  heals?: Deed;
  outcome: Outcome;
  among?: Outcome;
  likely?: Cause[];
  /** The code that the seller brings is older than its five minutes when the fault is over. */
  codeDies?: Cause;
  patienceMs?: number;
};

const NO_CALL: Pick<Row, 'outcome' | 'likely'> = {
  outcome: 'grant.half_open',
  likely: ['grant.half_open', 'grant.role_missing', 'store.deactivated'],
};
const CODE_REFUSED: Pick<Row, 'outcome' | 'likely'> = {
  outcome: 'own.interrupted',
  likely: ['own.interrupted', 'app.redirect_mismatch', 'app.mismatch', 'store.closed'],
};

/** The journal shows that this very code was sent before, so that nothing else has to be thought of. */
const CODE_LOST: Pick<Row, 'outcome' | 'likely'> = { outcome: 'own.interrupted', likely: [] };

/** The fault is there when the seller comes back with the code. */
const ROWS: Row[] = [
  { fault: 'nothing is wrong', breaks: () => Promise.resolve(), outcome: 'connected' },
  { ...S.halfOpen, ...NO_CALL },
  { ...S.deactivated, ...NO_CALL },
  { ...S.noRole, ...NO_CALL },
  { ...A.noRole, ...NO_CALL, among: 'waits' },
  { ...S.noFinance, outcome: 'limited' },
  { ...A.noFinance, outcome: 'limited' },
  { ...S.noInsights, outcome: 'connected' },
  { ...A.noInsights, outcome: 'connected' },
  { ...S.noSite, outcome: 'store.inactive' },
  { ...S.closed, ...CODE_REFUSED },
  { ...S.disabled, ...CODE_REFUSED },
  { ...S.atRisk, outcome: 'connected' },
  { ...S.oneSite, outcome: 'connected' },
  { ...S.suspended, outcome: 'connected' },
  { ...S.vacation, outcome: 'connected' },
  { ...S.plan, outcome: 'connected' },
  { ...A.secretReplaced, outcome: 'app.secret_expired' },
  { ...A.secretEnded, outcome: 'app.secret_expired' },
  { ...A.clientId, outcome: 'app.secret_expired' },
];

const STRUCK: [Place, Whom][] = [
  ['token', 'one'],
  ['token', 'all'],
  ['participations', 'one'],
  ['balances', 'all'],
  ['host', 'all'],
  ['everything', 'all'],
];
/** Waiting for an answer that comes too late takes real time: one place stands for all. */
const SLOW: [Place, Whom][] = [['host', 'all']];

/** Kinds that lose an answer which Amazon gave: a code is used up by it. */
const LOSING: readonly Strike['kind'][] = ['drop_response', 'truncate'];

function answered(strike: Strike): Row {
  const { kind, place } = strike;
  const row = { ...strikeFault(strike), ...(kind === 'slow' ? { patienceMs: 250 } : {}) };
  const cause = shownBy(strike);
  if (cause === null) return { ...row, outcome: 'connected' };
  if (cause === 'grant.revoked') return { ...row, ...CODE_REFUSED };
  if (place !== 'token' && place !== 'everything') return { ...row, outcome: 'waits' };
  return { ...row, ...(LOSING.includes(kind) ? CODE_LOST : { outcome: 'waits' }), codeDies: cause };
}

const ANSWERS = KINDS.flatMap((kind) =>
  (kind === 'slow' ? SLOW : STRUCK).map(([place, whom]) => ({ kind, place, whom })),
);

/** Seller 0 has confirmed and is on the way back; the others are connected. */
async function onTheWayBack(size: number, wish: Wish) {
  const market = await openFleetMarket(size, { ...wish, ungranted: [0] });
  for (let n = 1; n < size; n += 1) await connectStore(market, { n });
  const trip = await tripToConsent(market, { n: 0 });
  return { market, trip };
}

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, at first connect by consent', ({ size }) => {
  test.each([...ROWS, ...ANSWERS.map(answered)])('$fault: $outcome', async (asked) => {
    const row = size > 1 && asked.among !== undefined ? { ...asked, outcome: asked.among } : asked;
    const { market, trip } = await onTheWayBack(
      size,
      row.patienceMs === undefined ? {} : { patienceMs: row.patienceMs },
    );
    try {
      await row.breaks(market);
      // What was heard of others before the fault came is not heard any more; the code is good for three minutes yet.
      await market.advance('PT2M');
      await ownCalls(market);
      const session = await comeBack(market, trip);
      // The exchange of the code, and one run of the ladder.
      expect(await ownCalls(market)).toBeLessThanOrEqual(1 + 4);
      await expectOutcome(market, session, row);
      expect(await mailsAbout(market, { storeId: session.store_id ?? '' })).toBe(0);
    } finally {
      await market.stop();
    }
  });

  test.each(ANSWERS.map(answered).filter((row) => row.codeDies !== undefined))(
    '$fault, and longer than the code lives: $codeDies',
    async ({ breaks, codeDies, patienceMs }) => {
      const { market, trip } = await onTheWayBack(size, patienceMs === undefined ? {} : { patienceMs });
      try {
        await breaks(market);
        await market.advance('PT2M');
        await comeBack(market, trip);
        await watch(market, { minutes: 12 });
        const session = await untilAtRest(market, trip.sessionId);
        await expectFailure(market, session, { outcome: codeDies ?? 'unknown' });
      } finally {
        await market.stop();
      }
    },
  );
});

async function expectOutcome(market: Market, session: ConnectSession, row: Row): Promise<void> {
  const { outcome } = row;
  if (outcome === 'connected' || outcome === 'limited') return expectConnected(market, session, outcome);
  if (outcome !== 'waits' && row.codeDies === undefined) return expectFailure(market, session, row);
  expect(session.status).toBe('verifying');
  // Once the code has become a token there is nothing left for the seller to do.
  expect((await storeOf(market, session.store_id ?? '')).pending).toBe(row.codeDies !== undefined);
  await row.heals?.(market);
  await watch(market, { minutes: 12 });
  const after = await readSession(market.shop, { accountId: ACCOUNT, id: session.id });
  return outcome === 'waits' ? expectConnected(market, after, 'connected') : expectFailure(market, after, row);
}

type Verdict = 'connected' | 'limited';

async function expectConnected(market: Market, session: ConnectSession, verdict: Verdict): Promise<void> {
  expect(session).toMatchObject({ status: 'connected', diagnosis: null });
  const cause = verdict === 'limited' ? 'grant.role_missing' : null;
  const store = await storeOf(market, session.store_id ?? '');
  expect(store).toMatchObject({ verdict, cause, credential_version: 1 });
  // Only the money calls name a seller: without their role the consent's own word stays a claim.
  const named = verdict === 'connected';
  expect([store.seller_id, store.claimed_seller_id]).toEqual(named ? [sellerId(0), null] : [null, sellerId(0)]);
}

type Failure = { outcome: Outcome; likely?: Cause[] };

async function expectFailure(
  market: Market,
  session: ConnectSession,
  { outcome, likely = [] }: Failure,
): Promise<void> {
  const { status, diagnosis } = session;
  expect({ status, cause: diagnosis?.cause }).toEqual({ status: 'failed', cause: outcome });
  const cause = outcome as Cause;
  expect(diagnosis?.owner).toBe(CAUSES[cause].owner);
  expect(diagnosis?.likely.map((one) => one.cause)).toEqual(likely);
  // The row that was begun says the same, and waits for the seller to go on.
  const store = await storeOf(market, session.store_id ?? '');
  expect(store).toMatchObject({ verdict: 'setup', cause, owner: CAUSES[cause].owner });
  expect(store.likely.map((one) => one.cause)).toEqual(likely);
  expect(await mailsAbout(market, 'operator')).toBe(CAUSES[cause].owner === 'operator' ? 1 : 0);
}

describe('Amazon’s page itself refuses', () => {
  const UNSEEN: Cause[] = [
    'grant.abandoned',
    'grant.not_owner',
    'app.draft',
    'app.redirect_mismatch',
    'app.suspended',
    'app.consent_limit',
  ];
  const secondary = { email: 'helper@example.test', password: 'demo-owner', primary: false };
  const PAGES: { fault: string; breaks: Deed; code: string; truth: Cause; email?: string }[] = [
    { ...A.draft, code: 'MD1000', truth: 'app.draft' },
    { ...A.otherRedirect, code: 'MD5101', truth: 'app.redirect_mismatch' },
    { ...A.noRedirect, code: 'MD9100', truth: 'app.redirect_mismatch' },
    { ...A.ineligible, code: 'MD9000', truth: 'app.suspended' },
    { ...A.full, code: 'CONSENT_LIMIT_REACHED', truth: 'app.consent_limit' },
    {
      fault: 'a secondary user signs in',
      breaks: (m) => m.control('PATCH', `/_/sellers/${sellerId(0)}`, { users: [secondary] }),
      email: secondary.email,
      code: 'SPDC8143',
      truth: 'grant.not_owner',
    },
  ];

  test.each(PAGES)(
    '$fault, $code, and nobody comes back: the page is not seen by us, so every reason stands',
    async (row) => {
      const market = await openFleetMarket(1, { ungranted: [0] });
      try {
        await row.breaks(market);
        const { sessionId, page } = await tripToConsent(market, { n: 0, ...(row.email ? { email: row.email } : {}) });
        expect(page.location).toBeNull();
        expect(page.body).toContain(row.code);
        await watch(market, { minutes: 16 });
        const session = await readSession(market.shop, { accountId: ACCOUNT, id: sessionId });
        const store = await storeOf(market, session.store_id ?? '');
        expect(store).toMatchObject({ verdict: 'setup', cause: 'grant.abandoned', owner: 'seller', confidence: 'low' });
        expect(store.likely.map((one) => one.cause)).toEqual(UNSEEN);
        expect(UNSEEN).toContain(row.truth);
      } finally {
        await market.stop();
      }
    },
  );

  test.each(PAGES)('$fault, $code, and the browser brings the code: $truth', async ({ code, truth }) => {
    const { market, trip } = await onTheWayBack(1, {});
    try {
      const state = new URL(trip.page.location ?? '').searchParams.get('state');
      const query = new URLSearchParams({ error: 'access_denied', error_description: code, state: state ?? '' });
      await arriveWith(market, { location: `http://127.0.0.1:4280/connect/amazon/callback?${query.toString()}` });
      await expectFailure(market, await untilAtRest(market, trip.sessionId), { outcome: truth });
    } finally {
      await market.stop();
    }
  });

  test('the seller declines: told as that, and nothing is asked', async () => {
    const market = await openFleetMarket(1, { ungranted: [0] });
    try {
      const trip = await tripToConsent(market, { n: 0, press: 'cancel' });
      await ownCalls(market);
      const session = await comeBack(market, trip);
      await expectFailure(market, session, { outcome: 'grant.denied' });
      expect(await ownCalls(market)).toBe(0);
    } finally {
      await market.stop();
    }
  });
});
