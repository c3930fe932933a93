/** What the consent page has against our app: one incident, over when the next seller gets through. */
import { expect, onTestFinished, test } from 'vitest';
import type { Cause } from '../server/src/core/diagnosis.ts';
import { openIncidents } from '../server/src/db/incidents.ts';
import { readObservations } from '../server/src/db/observations.ts';
import { endFaults } from '../server/src/stores/app-over.ts';
import { finishDueSessions } from '../server/src/stores/finish.ts';
import { arriveWith, comeBack, tripToConsent, untilAtRest } from './support/consent.ts';
import { APP_ID, type Market } from './support/market.ts';
import { connectStore, mailsAbout, openFleetMarket, storeOf } from './support/matrix.ts';
import { watch } from './support/watch.ts';
import { sellerId } from './support/worlds.ts';

const CODES: [code: string, cause: Cause][] = [
  ['MD1000', 'app.draft'],
  ['MD5101', 'app.redirect_mismatch'],
  ['MD9000', 'app.suspended'],
  ['MD9010', 'app.mws_dev_id_missing'],
  ['CONSENT_LIMIT_REACHED', 'app.consent_limit'],
];

async function market(size: number, ungranted: number[]): Promise<Market> {
  const m = await openFleetMarket(size, { ungranted });
  onTestFinished(async () => {
    await m.stop();
    await m.shop.db.close();
  });
  return m;
}

/** The page sends the seller back with a code of its own in place of a permission. */
async function refused(m: Market, { n, storeId, code }: { n: number; storeId?: string; code: string }) {
  const trip = await tripToConsent(m, { n, ...(storeId === undefined ? {} : { storeId }) });
  const back = new URL(trip.page.location ?? '');
  const state = back.searchParams.get('state') ?? '';
  await arriveWith(m, {
    location: `${back.origin}${back.pathname}?state=${state}&error=access_denied&error_code=${code}`,
  });
  return untilAtRest(m, trip.sessionId);
}

test.each(CODES)(
  '%s, however many sellers meet it: one incident and one mail, until somebody gets through',
  async (code, cause) => {
    const m = await market(3, [1, 2]);
    const connected = await connectStore(m, { n: 0 });
    expect((await refused(m, { n: 1, code })).diagnosis?.cause).toBe(cause);
    expect((await refused(m, { n: 2, code })).diagnosis?.cause).toBe(cause);
    // A seller who renews meets the same page, and the store stays what it was.
    await refused(m, { n: 0, storeId: connected.id, code });
    expect(await storeOf(m, connected.id)).toMatchObject({ verdict: 'connected', cause: null });
    expect((await openIncidents(m.shop.db.db)).map((row) => row.cause)).toEqual([cause]);
    expect(await mailsAbout(m, 'operator')).toBe(1);
    await endFaults(m.shop);
    expect(await openIncidents(m.shop.db.db)).toHaveLength(1);

    await m.advance('PT1M');
    const trip = await tripToConsent(m, { n: 1 });
    expect((await comeBack(m, trip)).status).toBe('connected');
    expect([await openIncidents(m.shop.db.db), await mailsAbout(m, 'operator')]).toEqual([[], 2]);
  },
);

test('a draft is no fault any more once the settings say that the app is one', async () => {
  const m = await market(2, [1]);
  await refused(m, { n: 1, code: 'MD1000' });
  expect(await openIncidents(m.shop.db.db)).toHaveLength(1);
  const [app] = m.shop.apps();
  if (app?.marketplace !== 'amazon') throw new Error('there is an app');
  m.shop.apps = () => [{ ...app, draft: true }];
  await m.advance('PT1M');
  await endFaults(m.shop);
  expect(await openIncidents(m.shop.db.db)).toEqual([]);
});

test('a repair that gets an answer nobody knows, again and again for an hour: one incident, one mail, and its evidence kept', async () => {
  const m = await market(2, []);
  const { id } = await connectStore(m, { n: 0 });
  await m.control('POST', `/_/grants/${sellerId(0)}/${APP_ID}`, { action: 'disable' });
  await watch(m, { minutes: 80, enough: (l) => l.storeId === id && l.verdict === 'reconnect' });
  const trip = await tripToConsent(m, { n: 0, storeId: id });
  const match = { host: 'sellingpartnerapi-eu.amazon.com' };
  await m.control('POST', '/_/faults', { match, answer: { kind: 'unknown_answer' } });
  expect((await comeBack(m, trip)).status).toBe('verifying');
  const query = m.shop.db.db.selectFrom('observation').select('id').where('store_id', '=', id);
  const kept = await query.execute();
  for (let tries = 0; tries < 6; tries += 1) {
    await m.advance('PT10M');
    await endFaults(m.shop);
    await mailsAbout(m, 'operator');
    expect(await finishDueSessions(m.shop, 16)).toBe(1);
  }
  const [incident, ...more] = await openIncidents(m.shop.db.db);
  expect([incident?.cause, more]).toEqual(['unknown', []]);
  expect(await mailsAbout(m, 'operator')).toBe(1);
  const evidence = await readObservations(m.shop.db.db, { ids: incident?.evidence ?? [] });
  expect(evidence.length).toBeGreaterThan(0);
  expect(evidence).toMatchObject(evidence.map(() => ({ answer: 'unknown', source: 'repair' })));
  // The first answers are enough.
  expect(await query.execute()).toEqual(kept);
});
