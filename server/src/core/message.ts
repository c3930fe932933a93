/** What a message in the outbox carries: everything its text needs, so that nothing is read again to write it. */
import type { Cause } from './diagnosis.ts';

/** Topics that tell a seller what must be done; each passed the guard before it was queued. */
export type AlarmTopic = 'needs_reconnect' | 'blocked' | 'limited';

/** A store broke. `sentence`, `means` and `next` are the words of the diagnosis at that moment (core/words). */
export type AlarmPayload = {
  topic: AlarmTopic;
  storeId: string;
  cause: Cause;
  /** False, or not said: several causes stand, so the subject names none. */
  certain?: boolean;
  storeName: string;
  /** The marketplace as a person says it: "Amazon". */
  label: string;
  sentence: string;
  means: string;
  next: string;
  /** The one link of the message: absolute, opens the repair. */
  link: string;
  /** When the break began, and after how many days the next message about it follows; null: none does. */
  alarmSince?: number;
  again?: number | null;
};

/** Who reads a message about a store: its contact, or the second one, who hears the ladder only. */
export type Reader = 'contact' | 'second';

/** A rung of the ladder: nothing has changed since the alarm. Its words are the alarm's. */
export type RungPayload = Omit<AlarmPayload, 'topic' | 'again' | 'alarmSince'> & {
  topic: 'still_broken';
  about: AlarmTopic;
  alarmSince: number;
  /** 1 is the first after the alarm. */
  rung: number;
  /** When the alarm went out. Milliseconds. */
  firstAt: number;
  reader: Reader;
};

/** A holiday is over: what is still true is said once, filled in at the moment of sending. */
export type AbsenceOverPayload = {
  topic: 'absence_over';
  storeId: string;
  storeName: string;
  label: string;
  link: string;
  /** The first day that is no holiday, `YYYY-MM-DD`. */
  until: string;
  still?: { is: 'broken'; alarm: AlarmPayload } | { is: 'expiring'; expiresAt: number };
};

/** A store as a list in a mail names it. `since` in milliseconds. */
export type ListedStore = { name: string; site: string; since: number; sentence: string; next: string; link: string };

/** `left`: more of its kind than are named. */
export type StoreList = { stores: ListedStore[]; left: number };

/** One mail for many stores: the digest that an account wants, or the summary of what was too much for one address. */
export type DigestPayload = {
  topic: 'digest' | 'summary';
  link: string;
  broken: StoreList;
  expiring: StoreList;
  held: StoreList;
  repaired: StoreList;
  away: number;
};

/** The yearly permission ends soon. Instants in milliseconds since 1970; a reminder is dropped after `validUntil`. */
export type ReminderPayload = {
  topic: 'reminder';
  storeId: string;
  /** Days that are left when it is due: 30, 14, 7, 3 or 1. */
  days: number;
  /** The estimated end of the year. */
  expiresAt: number;
  /** Too late to be true: usually the instant of the next reminder. */
  validUntil: number;
  storeName: string;
  label: string;
  link: string;
  /** True where renewing leaves no trace that we could see before the end (MWS: the same token goes on). */
  unseen?: boolean;
};

/** A store that is still to be renewed on the renewal day. */
export type DueStore = { name: string; site: string };

/** The day that an account chose to renew all its stores. Which are still to be renewed is filled in at the moment of sending. */
export type RenewalDayPayload = {
  topic: 'renewal_day';
  /** `YYYY-MM-DD`, UTC. */
  day: string;
  link: string;
  stores: DueStore[];
};

/** A fault of the operator's own app or machine: to the operator, never to a seller. */
export type OperatorPayload = {
  topic: 'operator';
  cause: Cause;
  sentence: string;
  link: string;
  /** The app's name, where it is one app's fault. */
  app?: string | null;
};

/**
 * After an incident at the marketplace: what it was, from when to when, and that nothing is to be done. Instants in
 * milliseconds. `completeAt`: by then every kind of data that is asked for was answered again for all of its stores.
 */
export type LetterPayload = {
  topic: 'letter';
  incidentId: string;
  /** The closing that it rests on: an incident that went on after all tells it anew. */
  closedAt: number;
  cause: Cause;
  operation: string | null;
  extent: 'all' | 'some';
  label: string;
  from: number;
  to: number;
  completeAt: number;
  /** The names of the first stores, and how many more there are. */
  stores: string[];
  more: number;
  link: string;
  /** Of the first store: its clock counts where the account has none. */
  site?: string;
};

/** The same fault is over. `lastedMs` in milliseconds. */
export type OperatorOverPayload = {
  topic: 'operator_over';
  cause: Cause;
  app: string | null;
  lastedMs: number;
  link: string;
};

/** Of the app's secret: it runs out, or a new one was not taken and everybody stays with the one before. */
export type OperatorSecretPayload = { topic: 'operator_secret'; app: string; link: string } & (
  | { what: 'ends'; endsAt: number; automatic: boolean }
  | { what: 'refused'; fingerprint: string }
);

/** Something of the operator's own settings or queue that only a person can put right. `detail` carries no secret. */
export type OperatorNotePayload = {
  topic: 'operator_note';
  what: 'apps_file' | 'audit' | 'malformed' | 'queue' | 'rotation' | 'clock';
  detail: string;
  app: string | null;
  link: string;
};

/** To the operator: it tells what happened once, and that stays true. */
export type OperatorsPayload = OperatorPayload | OperatorOverPayload | OperatorSecretPayload | OperatorNotePayload;

/** To a person about their own sign-in. A one-time link is sealed while the message waits, and opened as it leaves. */
export type PersonPayload = {
  topic: 'person';
  what: 'confirm' | 'known' | 'reset' | 'password_changed' | 'guesses';
  name: string;
  link: { href: string } | { sealed: string };
};

export type OutboxPayload =
  | AlarmPayload
  | RungPayload
  | AbsenceOverPayload
  | ReminderPayload
  | RenewalDayPayload
  | DigestPayload
  | LetterPayload
  | PersonPayload
  | OperatorsPayload;

/** Topics of messages about one store, all of which stop when nobody is to hear of it any more. */
export const STORE_TOPICS = [
  'needs_reconnect',
  'blocked',
  'limited',
  'still_broken',
  'reminder',
  'absence_over',
] as const;
/** Those that say that it is broken: cancelled in the transaction that turns it green. */
export const BREAK_TOPICS = ['needs_reconnect', 'blocked', 'limited', 'still_broken'] as const;

/** A finished mail. `html` and `text` say the same. */
export type Message = { subject: string; text: string; html: string };
