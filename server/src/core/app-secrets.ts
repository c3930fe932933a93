/**
 * Several secrets of one app: which of them is used, which is tried first on one store, and what an answer to that means.
 * Pure. A secret is known by its fingerprint alone; the marketplace lets the old one live for a week beside the new one.
 */
import { appFaultCause, type Answer } from './observation.ts';

/**
 * - `candidate`: new, not tried yet · `canary`: being tried on one store · `live`: everybody uses it
 * - `refused`: the marketplace did not take it · `retired`: it was live, and another took its place
 */
export type SecretStatus = 'candidate' | 'canary' | 'live' | 'refused' | 'retired';

export type KnownSecret = {
  fingerprint: string;
  source: 'file' | 'notification';
  status: SecretStatus;
  statusAt: number;
  /** When it runs out at the marketplace; null: nobody has said. */
  endsAt: number | null;
  knownAt: number;
  /** False: this process does not have its text. */
  available: boolean;
};

const DAY = 86_400_000;
/** After a rotation the old secret is taken for so long (facts: seven days). */
export const OLD_SECRET_MS = 7 * DAY;
/** A refused secret that still stands in the settings is tried again after this: its end at the marketplace may have been put right. */
const AGAIN_MS = DAY;
/** Days before a secret's end at which the operator is warned. */
export const RUNWAY_DAYS = [90, 30, 7, 1] as const;

/** In the order in which they are tried: the one in use, then the new, then what may still be taken. */
export function inOrder<T extends KnownSecret>(known: readonly T[], now: number): T[] {
  return known
    .filter((one) => one.available)
    .sort(
      (a, b) =>
        rankOf(a, now) - rankOf(b, now) || b.statusAt - a.statusAt || a.fingerprint.localeCompare(b.fingerprint),
    );
}

function rankOf({ status, endsAt }: KnownSecret, now: number): number {
  const ended = endsAt !== null && endsAt <= now;
  switch (status) {
    case 'live':
      return 0;
    case 'candidate':
    case 'canary':
      return 1;
    case 'retired':
      return ended ? 4 : 2;
    case 'refused':
      return ended ? 5 : 3;
  }
}

/** What stands in the settings: fingerprints. */
export type FileSecrets = { current: string; previous: string | null };
export type Arrangement = { fingerprint: string; status: SecretStatus };

/**
 * What the secrets of the settings become beside those that are known. With nothing to fall back on a new one is used at
 * once; else it waits as a candidate until it was tried on one store.
 */
export function arrange(known: readonly KnownSecret[], file: FileSecrets, now: number): Arrangement[] {
  const live = known.find((one) => one.status === 'live' && one.available) ?? null;
  const before = previousOf(known, file, live);
  const status = statusOf(known.find((one) => one.fingerprint === file.current) ?? null, {
    canFallBack: live !== null || before.length > 0,
    now,
  });
  return status === null ? before : [...before, { fingerprint: file.current, status }];
}

/** The one before, where nobody has seen it yet: it is the one in use, unless another is. */
function previousOf(known: readonly KnownSecret[], { previous }: FileSecrets, live: KnownSecret | null): Arrangement[] {
  if (previous === null || known.some((one) => one.fingerprint === previous)) return [];
  return [{ fingerprint: previous, status: live === null ? 'live' : 'retired' }];
}

type Around = { canFallBack: boolean; now: number };

/** What the settings' own secret becomes; null: it stays what it is. */
function statusOf(current: KnownSecret | null, { canFallBack, now }: Around): SecretStatus | null {
  switch (current?.status) {
    case undefined:
      return canFallBack ? 'candidate' : 'live';
    case 'candidate':
    case 'canary':
      return canFallBack ? null : 'live';
    case 'refused':
      return canFallBack && now - current.statusAt >= AGAIN_MS ? 'candidate' : null;
    case 'live':
    case 'retired':
      return null;
  }
}

/** The secret that is to be tried on one store now; null: none is new, or there is nothing to go back to. */
export function canaryDue<T extends KnownSecret>(known: readonly T[]): T | null {
  if (!known.some((one) => one.status === 'live' && one.available)) return null;
  const waiting = known.filter((one) => one.available && (one.status === 'candidate' || one.status === 'canary'));
  const end = (one: T): number => one.endsAt ?? Infinity;
  return (
    waiting.sort(
      (a, b) => compare(end(b), end(a)) || b.knownAt - a.knownAt || a.fingerprint.localeCompare(b.fingerprint),
    )[0] ?? null
  );
}

/** Infinity is equal to itself here. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** What one answer to the new secret means: only an answer that speaks of the secret itself decides. */
export function canarySays(answer: Answer): 'adopt' | 'roll_back' | 'ask_again' {
  if (answer === 'ok') return 'adopt';
  return appFaultCause(answer) === 'app.secret_expired' ? 'roll_back' : 'ask_again';
}

/** Whole days that are left, rounded up; negative once it has ended. */
export function daysUntil(endsAt: number, now: number): number {
  return Math.ceil((endsAt - now) / DAY);
}

/**
 * The warning that is due: the most urgent one that its day has come for, unless that one or a more urgent one was given.
 * Null after the end: then the marketplace's own refusal is told.
 */
export function warningDue(endsAt: number | null, warned: number | null, now: number): number | null {
  if (endsAt === null || endsAt <= now) return null;
  const due = RUNWAY_DAYS.findLast((days) => endsAt - now <= days * DAY);
  return due !== undefined && (warned === null || due < warned) ? due : null;
}

/** From so many days before its end a secret stands on the operator's page as a notice. */
export const NOTICE_DAYS = 30;

export function endsSoon(endsAt: number | null, now: number): boolean {
  return endsAt !== null && endsAt > now && endsAt - now <= NOTICE_DAYS * DAY;
}
