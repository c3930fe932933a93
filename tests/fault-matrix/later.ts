/** One row of the column "later": the fleet worked, then the fault came. */
import { expect } from 'vitest';
import { CAUSES } from '../../server/src/core/diagnosis.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { mailsAbout, mailsWaiting, minutesToGreen, playLater, storeOf } from '../support/matrix.ts';
import type { Expected, Played, Wish } from '../support/matrix.ts';
import type { Deed, Fault } from './faults.ts';

/** A store that was told waits for its green no longer than the slowest step of its first hour of looking (rule R1). */
const GREEN_WITHIN_MIN = { told: 35, notTold: 67 };
const TELLS: readonly Expected['verdict'][] = ['reconnect', 'store_blocked', 'limited'];

export type Row = Wish & { stableFor?: number };

/** Breaks a fleet of `size` and expects the verdict, the cause, the owner, the mails, the calls, and green after the fault. */
export async function expectLater(size: number, { breaks, heals }: Fault, expected: Expected & Row): Promise<void> {
  const played = await playLater(size, { ...expected, breaks, until: expected });
  try {
    expectDiagnosis(await storeOf(played.market, played.store.id), expected);
    await expectMails(played, expected);
    expect(played.mostCalls).toBeLessThanOrEqual(4);
    if (heals) await expectGreen(played, { heals, expected });
  } finally {
    await played.market.stop();
  }
}

function expectDiagnosis(after: StoreBody, { verdict, cause, alsoLikely = [], notice }: Expected): void {
  const owner = cause === null ? 'nobody' : CAUSES[cause].owner;
  expect({ verdict: after.verdict, cause: after.cause, owner: after.owner }).toEqual({ verdict, cause, owner });
  const likely = after.likely.map((one) => one.cause);
  if (likely.length > 0) expect(likely[0]).toBe(cause);
  expect(likely).toEqual(expect.arrayContaining(alsoLikely));
  expect(after.notices.map((one) => one.cause)).toEqual(notice === undefined ? [] : [notice]);
}

async function expectMails({ market, store, others }: Played, { verdict, cause, othersToo }: Expected): Promise<void> {
  expect(await mailsAbout(market, { storeId: store.id })).toBe(TELLS.includes(verdict) ? 1 : 0);
  for (const { id } of others) expect(await mailsAbout(market, { storeId: id })).toBe(othersToo ? 1 : 0);
  const forOperator = cause !== null && CAUSES[cause].owner === 'operator';
  expect(await mailsAbout(market, 'operator')).toBe(forOperator ? 1 : 0);
}

type Healing = { heals: Deed; expected: Expected };

async function expectGreen({ market, store }: Played, { heals, expected }: Healing): Promise<void> {
  await heals(market);
  const limit = expected.verdict === 'connected' ? GREEN_WITHIN_MIN.notTold : GREEN_WITHIN_MIN.told;
  expect(await minutesToGreen(market, store.id)).toBeLessThanOrEqual(limit);
  expect(await mailsAbout(market, { storeId: store.id })).toBe(TELLS.includes(expected.verdict) ? 1 : 0);
  // What was said is taken back before it goes out (rule R6).
  expect(await mailsWaiting(market, store.id)).toBe(0);
}
