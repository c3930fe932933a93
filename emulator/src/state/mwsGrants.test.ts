import { expect, test } from 'vitest';

import { BLUE_BIRD, EXAMPLE, exampleStage, NOW } from '../example.testkit.ts';
import type { Developer } from '../world/schema.ts';
import type { Amazon } from './amazon.ts';
import {
  authorizeMws,
  disableMws,
  enableMws,
  expireMws,
  findDeveloper,
  findMwsGrant,
  mwsExpiresAt,
  mwsStanding,
  renewMws,
} from './mwsGrants.ts';
import { mailsSent } from './mwsNotices.ts';

const DAY = 86_400_000;
const DEVELOPER = '0000-1111-2222';
/** The end of the example's year, which began on 2 January 2026. */
const END = Date.parse('2027-01-02T00:00:00Z');

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the example world lost an entry');
  return value;
}

function scene(changes: Partial<Developer> = {}) {
  const [developer] = EXAMPLE.developers ?? [];
  const { amazon } = exampleStage({ developers: [{ ...must(developer), ...changes }] });
  const grant = must(findMwsGrant(amazon, BLUE_BIRD, DEVELOPER));
  return { amazon, grant, token: grant.authToken };
}

const daysSent = (amazon: Amazon, now: number): number[] =>
  mailsSent(amazon, now, BLUE_BIRD).map(({ sentAt }) => (END - sentAt) / DAY);

test('renewing counts a year from today, before the end as after it, and keeps the token', () => {
  for (const now of [NOW, END + 40 * DAY]) {
    const { amazon, grant, token } = scene();
    renewMws(amazon, grant, now);
    expect(mwsExpiresAt(grant)).toBe(now + 365 * DAY);
    expect(mwsStanding(grant, now)).toBe('working');
    expect(grant.authToken).toBe(token);
  }
});

test('a permission expires 365 days after it was given, to the millisecond', () => {
  const { grant } = scene();
  expect(mwsStanding(grant, END - 1)).toBe('working');
  expect(mwsStanding(grant, END)).toBe('expired');
});

test('enabling what had only expired keeps the token and starts the year anew', () => {
  const { amazon, grant, token } = scene();
  enableMws(amazon, grant, END + DAY);
  expect(grant.authToken).toBe(token);
  expect(mwsStanding(grant, END + DAY)).toBe('working');
  expect(mwsExpiresAt(grant)).toBe(END + 366 * DAY);
});

test.each([
  [false, 'gives a new token'],
  [true, 'keeps the token'],
])('enabling after a disable, where the developer keepsTokenOnEnable is %s, %s', (keepsTokenOnEnable) => {
  const { amazon, grant, token } = scene({ keepsTokenOnEnable });
  disableMws(amazon, grant, NOW);
  expect(mwsStanding(grant, NOW)).toBe('disabled');
  enableMws(amazon, grant, NOW);
  expect(grant.authToken === token).toBe(keepsTokenOnEnable);
  expect(grant.authToken).toMatch(/^amzn\.mws\.[0-9a-f-]{36}$/);
  expect(mwsStanding(grant, NOW)).toBe('working');
});

test('a disabled permission whose year then ends is still a disabled one: enabling it gives a new token', () => {
  const { amazon, grant, token } = scene();
  disableMws(amazon, grant, NOW);
  enableMws(amazon, grant, END + DAY);
  expect(grant.authToken).not.toBe(token);
});

test('renewing a disabled permission does not enable it', () => {
  const { amazon, grant } = scene();
  disableMws(amazon, grant, NOW);
  renewMws(amazon, grant, NOW);
  expect(mwsStanding(grant, NOW)).toBe('disabled');
});

test.each([
  ['renewing after the end', renewMws, () => undefined],
  ['enabling after the end', enableMws, () => undefined],
  ['enabling after a disable', enableMws, disableMws],
] as const)('%s brings access back only after the delay', (_, heal, before) => {
  const { amazon, grant } = scene({ reactivationDelaySeconds: 600 });
  const now = END + DAY;
  before(amazon, grant, now);
  heal(amazon, grant, now);
  expect(mwsStanding(grant, now + 600_000 - 1)).toBe('reactivating');
  heal(amazon, grant, now + 300_000);
  expect(mwsStanding(grant, now + 600_000)).toBe('working');
});

test('renewing before the end interrupts nothing, whatever the delay', () => {
  const { amazon, grant } = scene({ reactivationDelaySeconds: 600 });
  renewMws(amazon, grant, NOW);
  expect(mwsStanding(grant, NOW)).toBe('working');
});

test('an old delay is over when the permission ends again and the developer has none any more', () => {
  const { amazon, grant } = scene({ reactivationDelaySeconds: 600 });
  expireMws(grant, NOW);
  renewMws(amazon, grant, NOW);
  must(findDeveloper(amazon, DEVELOPER)).reactivationDelaySeconds = 0;
  expireMws(grant, NOW);
  renewMws(amazon, grant, NOW);
  expect(mwsStanding(grant, NOW)).toBe('working');
});

test('authorizing gives a first token, and authorizing again keeps it', () => {
  const { amazon } = scene();
  const [seller, developer] = [must(amazon.sellers.get(BLUE_BIRD)), must(findDeveloper(amazon, DEVELOPER))];
  amazon.mwsGrants = [];
  const { authToken } = authorizeMws(amazon, { seller, developer }, NOW);
  expect(authorizeMws(amazon, { seller, developer }, NOW + DAY)).toMatchObject({
    authToken,
    authorizedAt: '2026-11-24T12:00:00.000Z',
  });
  expect(amazon.mwsGrants).toHaveLength(1);
});

test('reminders go out weekly from thirty days before the end to the primary user, in the words of the mail', () => {
  const { amazon } = scene();
  expect(daysSent(amazon, END - 30 * DAY - 1)).toEqual([]);
  expect(daysSent(amazon, END - 30 * DAY)).toEqual([30]);
  expect(daysSent(amazon, END + 200 * DAY)).toEqual([30, 23, 16, 9, 2]);
  const [first] = mailsSent(amazon, END);
  expect(first).toMatchObject({ sellerId: BLUE_BIRD, developerId: DEVELOPER, to: ['owner@bluebird.test'] });
  expect(first?.text).toContain(
    'Action is required by you to renew your authorization to enable software applications from StorekeeperINC to access your Amazon selling account',
  );
  expect(first?.text).toContain(
    'The provider listed below has access to your account. That access will expire on 2027-01-02.',
  );
});

test('after a renewal the mails sent stay and no more come for the year that is over', () => {
  const { amazon, grant } = scene();
  renewMws(amazon, grant, END - 20 * DAY);
  renewMws(amazon, grant, END - 20 * DAY);
  expect(daysSent(amazon, END + 100 * DAY)).toEqual([30, 23]);
  const next = END - 20 * DAY + 335 * DAY;
  expect(mailsSent(amazon, next)).toHaveLength(3);
});

test('nobody is reminded of a permission that is disabled', () => {
  const { amazon, grant } = scene();
  disableMws(amazon, grant, END - 25 * DAY);
  expect(daysSent(amazon, END)).toEqual([30]);
});
