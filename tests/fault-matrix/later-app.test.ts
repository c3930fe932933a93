/** The column "later": what the operator's app suffers, in a fleet of one and of three. */
import { describe, expect, test } from 'vitest';
import { APP_ID } from '../support/market.ts';
import {
  connectStore,
  mailsAbout,
  minutesToGreen,
  openFleetMarket,
  storeOf,
  type Expected,
} from '../support/matrix.ts';
import { watch } from '../support/watch.ts';
import { APP_FAULTS as faults, type Fault } from './faults.ts';
import { expectLater } from './later.ts';

const SECRET: Expected = { verdict: 'operator_problem', cause: 'app.secret_expired' };
const WELL: Expected = { verdict: 'connected', cause: null };
const LIMITED: Expected = { verdict: 'limited', cause: 'grant.role_missing' };

/** `stableFor`: until the hourly looks at the others have come too. */
type Row = Fault & { alone: Expected; among: Expected & { stableFor?: number } };

const ROWS: Row[] = [
  { ...faults.secretReplaced, alone: SECRET, among: SECRET },
  { ...faults.secretEnded, alone: SECRET, among: SECRET },
  { ...faults.clientId, alone: SECRET, among: SECRET },
  // Where every neighbour lacks it too it is the app that does: nobody but the operator is told.
  { ...faults.noFinance, alone: LIMITED, among: { verdict: 'operator_problem', cause: 'grant.role_missing' } },
  { ...faults.noInsights, alone: LIMITED, among: { ...LIMITED, othersToo: true, stableFor: 20 } },
  {
    ...faults.noRole,
    alone: { verdict: 'store_blocked', cause: 'store.deactivated', alsoLikely: ['grant.role_missing'] },
    among: { verdict: 'held', cause: 'mkt.auth_incident' },
  },
  { ...faults.draft, alone: WELL, among: WELL },
  { ...faults.noRedirect, alone: WELL, among: WELL },
  { ...faults.otherRedirect, alone: WELL, among: WELL },
  { ...faults.noLogin, alone: WELL, among: WELL },
  { ...faults.ineligible, alone: WELL, among: WELL },
  { ...faults.full, alone: WELL, among: WELL },
  { ...faults.renamed, alone: WELL, among: WELL },
];

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, later', ({ size }) => {
  test.each(ROWS)('$fault', ({ fault, breaks, heals, alone, among }) =>
    expectLater(size, { fault, breaks, ...(heals ? { heals } : {}) }, size === 1 ? alone : among),
  );
});

test('an app without any role is not taken for an incident for long: no store is said to be deactivated, and the operator hears of it', async () => {
  const market = await openFleetMarket(3);
  try {
    const stores = [];
    for (const n of [0, 1, 2]) stores.push(await connectStore(market, { n }));
    await faults.noRole.breaks(market);
    await watch(market, { minutes: 150 });
    // Until then it may be trouble at the marketplace.
    for (const { id } of stores) expect(await mailsAbout(market, { storeId: id })).toBe(0);
    await watch(market, { minutes: 13 * 60 });
    for (const { id } of stores) {
      const after = await storeOf(market, id);
      expect(after).toMatchObject({ verdict: 'limited', cause: 'grant.role_missing', owner: 'operator' });
      expect(after.likely.map((one) => one.cause)).toEqual([
        'grant.role_missing',
        'store.deactivated',
        'grant.revoked',
        'grant.half_open',
      ]);
      expect(await mailsAbout(market, { storeId: id })).toBe(1);
    }
    expect(await mailsAbout(market, 'operator')).toBe(1);
    await faults.noRole.heals(market);
    // Looking slowed from the alarm on, not from the two hours before it.
    for (const { id } of stores) expect(await minutesToGreen(market, id)).toBeLessThanOrEqual(135);
  } finally {
    await market.stop();
  }
});

/** Two apps trade their client ids: what Amazon takes us for is another app than the one that our tokens were given to. */
const OTHER_APP = {
  applicationId: 'amzn1.sellerapps.app.other',
  name: 'Other',
  clientId: 'amzn1.application-oa2-client.other',
  clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.current' }],
};

test.each<{ size: number } & Expected>([
  { size: 1, verdict: 'reconnect', cause: 'cred.wrong_app' },
  { size: 3, verdict: 'operator_problem', cause: 'app.mismatch' },
])('in a fleet of $size, later, our client id belongs to another app: $verdict, $cause', ({ size, ...expected }) =>
  expectLater(
    size,
    {
      fault: 'our client id belongs to another app',
      async breaks(m) {
        const { apps } = (await m.control('GET', '/_/world')) as { apps: object[] };
        const world = (await m.control('GET', '/_/world')) as object;
        await m.control('PUT', '/_/world', { ...world, apps: [...apps, OTHER_APP] });
        await m.control('PATCH', `/_/apps/${APP_ID}`, { clientId: 'amzn1.application-oa2-client.none' });
        const ours = { clientId: 'amzn1.application-oa2-client.x' };
        await m.control('PATCH', `/_/apps/${OTHER_APP.applicationId}`, ours);
      },
      async heals(m) {
        await m.control('PATCH', `/_/apps/${OTHER_APP.applicationId}`, { clientId: OTHER_APP.clientId });
        await m.control('PATCH', `/_/apps/${APP_ID}`, { clientId: 'amzn1.application-oa2-client.x' });
      },
    },
    expected,
  ),
);
