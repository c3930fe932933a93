/** The operator's apps in words. Pure. */
import type { Apps } from '../../../server/src/http/contract/app.ts';
import { things } from '../words/counts.ts';

export type AppRow = Apps['apps'][number];
export type SecretRow = AppRow['secrets'][number];

const STATUS = {
  live: 'In use',
  candidate: 'New, waits to be tried',
  canary: 'Being tried on one store',
  refused: 'Refused',
  retired: 'Replaced',
} as const satisfies Record<SecretRow['status'], string>;

export function secretStatus({ status }: SecretRow): string {
  return STATUS[status];
}

const TRIED_ON = {
  operator_store: 'our own store',
  store: 'one store',
  app: 'the app’s own sign-in',
} as const satisfies Record<NonNullable<SecretRow['canary']>['on'], string>;

/** How trying it ended; null when it never was tried. */
export function secretTrial({ canary }: SecretRow): string | null {
  if (canary === null) return null;
  const taken = canary.answer === 'ok';
  const refused = canary.answer === 'app_refused' || canary.answer === 'app_secret_expired';
  if (taken) return `Tried on ${TRIED_ON[canary.on]}: taken`;
  return refused ? `Tried on ${TRIED_ON[canary.on]}: refused` : `Tried on ${TRIED_ON[canary.on]}: no answer that tells`;
}

/** The first line of an app: how long its secret still lives. */
export function runway({ secrets, runway_days: days }: AppRow): string {
  if (secrets.length === 0) return 'This app has a key that does not run out.';
  if (days === null) return 'When its secret ends is not known.';
  if (days <= 0) return 'Its secret has ended.';
  return days === 1 ? 'Its secret ends within a day.' : `Its secret lives ${days} more days.`;
}

/** Whoever reads this must be able to do something about it, or read that there is nothing to do. */
export function runwayAdvice({ secrets, runway_days: days, rotates_itself: itself, can_rotate: can }: AppRow): string {
  if (secrets.length === 0) return 'Amazon deletes keys that are unused for ninety days. There is nothing to do.';
  if (days === null && !can)
    return 'Write it into the apps file as secretExpiresAt, and you are told 90, 30, 7 and 1 days before.';
  if (itself) return 'It is rotated by itself two weeks before its end.';
  return can
    ? 'You are told 90, 30, 7 and 1 days before its end. Rotating takes one click.'
    : 'You are told 90, 30, 7 and 1 days before its end. Rotate it in the developer console.';
}

/** How the queue is; `age` says how long ago the last message came. */
export function queueState(queue: NonNullable<AppRow['queue']>, age: string | null): string {
  if (queue.failures > 0) return `It cannot be read (${queue.last_failure ?? 'no reason given'}).`;
  return age === null ? 'It is read. Nothing has come yet.' : `It is read. The last message came ${age}.`;
}

export function subscriptionsState({ subscribed, not_subscribed: failed }: NonNullable<AppRow['queue']>): string {
  const made = `${things(subscribed, 'subscription')} of stores`;
  return failed === 0 ? `${made}.` : `${made}; ${failed} could not be made and are tried again every day.`;
}
