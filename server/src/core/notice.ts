/** What a marketplace tells by itself, understood: facts of a store or of our app, each with its id and its time. */
import type { Secret } from './secret.ts';

/** An account's standing in the marketplace's own words. */
export type Standing = 'normal' | 'at_risk' | 'deactivated';

/**
 * - `standing`: the seller's account stands otherwise now · `money`: something was booked · `report`: a report is ready
 * - `secret_ends`: when our app's secret ends · `new_secret`: the marketplace made a new one for us
 * - `other`: of a kind that nothing here uses
 */
export type NoticeSaid =
  | { what: 'standing'; standing: Standing }
  | { what: 'money'; sellerId: string }
  | { what: 'report'; sellerId: string | null }
  | { what: 'secret_ends'; clientId: string; endsAt: number }
  | { what: 'new_secret'; clientId: string; secret: Secret; endsAt: number | null; oldEndsAt: number | null }
  | { what: 'other' };

/** `at`: when it happened at the marketplace, milliseconds. `subscriptionId` names the store where there is one. */
export type Notice = {
  kind: 'notice';
  id: string;
  type: string;
  at: number;
  applicationId: string | null;
  subscriptionId: string | null;
  said: NoticeSaid;
};

/** Not a notification of the marketplace's: `why` says what is wrong with it and repeats nothing of it. */
export type MalformedNotice = { kind: 'malformed'; why: string };

/** The newest thing a subscription has told. */
export type LastTold = { at: number; id: string } | null;

/**
 * Queues deliver in any order and more than once: only what happened later than the newest that is known counts. Of two
 * at the same instant the larger id does, so that every order of arrival ends alike.
 */
export function isNewer(notice: { at: number; id: string }, known: LastTold): boolean {
  if (known === null || notice.at !== known.at) return known === null || notice.at > known.at;
  return notice.id > known.id;
}
