/** One answer for two causes: what the age of a permission says about which of them it is. */
import { GRANT_DAYS } from './access.ts';
import type { Cause, Likely } from './diagnosis.ts';
import type { StoreFacts, TokenLoss } from './judgement.ts';

const DAY = 86_400_000;

/** Causes with their reasons, the likeliest first. */
export type Ranked = [Cause, string][];

/** An access token outlives the permission it came from by so much. Milliseconds. */
const ACCESS_MS = 65 * 60_000;

/**
 * The seller confirmed again through another account, and nothing worked here since: the newer permission ended this one.
 * A store that was answered later was not touched by it.
 */
function isSuperseded({ supersededAt, lastOkAt }: StoreFacts): boolean {
  return supersededAt != null && (lastOkAt ?? 0) <= supersededAt + ACCESS_MS;
}

const SUPERSEDED: Ranked = [
  ['grant.superseded', 'The same seller’s newer permission was verified in another account of this server.'],
];

/**
 * `invalid_grant` is one answer for both, and so is MWS's `AccessDenied`. Age decides: from the known day of authorization,
 * else from our first success (contracts, Judging: until a year has passed revoked comes first, afterwards expired).
 */
export function expiredOrRevoked(store: StoreFacts, now: number): Ranked {
  if (isSuperseded(store)) return SUPERSEDED;
  const known = store.authorizedAt !== null && store.authorizedBy !== 'inferred';
  const from = store.authorizedAt ?? store.firstOkAt;
  const days = from === null ? 0 : Math.floor((now - from) / DAY);
  const expired: Ranked[number] = ['grant.expired', `Its ${GRANT_DAYS} days were over: day ${days}.`];
  const revoked: Ranked[number] = [
    'grant.revoked',
    `Refused on day ${days} of ${GRANT_DAYS}, before the year was over.`,
  ];
  if (known) return days >= GRANT_DAYS ? [expired] : [revoked];
  const maybeExpired: Ranked[number] = [
    'grant.expired',
    'The day of the permission is not known, so its year may be over.',
  ];
  const maybeRevoked: Ranked[number] = ['grant.revoked', 'It may also have been switched off at the marketplace.'];
  return days >= GRANT_DAYS
    ? [expired, maybeRevoked]
    : [['grant.revoked', 'It stopped before a year of ours was over.'], maybeExpired];
}

/**
 * A refused permission. Where the marketplace said before that it deactivated the account, and the year is not over, it
 * is the account that ended, as far as anybody can tell: a closed one is refused for good after it was deactivated.
 */
export function refusedPermission(store: StoreFacts, now: number): Ranked {
  const causes = expiredOrRevoked(store, now);
  if (store.told?.standing !== 'deactivated' || causes[0]?.[0] !== 'grant.revoked') return causes;
  const closed =
    'It was deactivated before, and now its permission is refused as well: that is how a closed store answers.';
  return [['store.closed', closed], ...causes];
}

const LOST_BY_US: Record<TokenLoss['how'], string> = {
  code: 'A confirmation was used here and its token was lost before it was saved. The token from before ended with it.',
  refresh: 'The marketplace replaced the token and we lost its answer. The token from before ended with it.',
  restore: 'Our database was put back to an older copy, which lacks the token that was given since.',
};

/** What our own journal shows explains a refusal before anything that the seller may have done. */
export function lostFirst({ lost }: StoreFacts, causes: Ranked): Ranked {
  return lost ? [['own.interrupted', LOST_BY_US[lost.how]], ...causes] : causes;
}

export function ranked(causes: Ranked): { cause: Cause; likely: Likely[] } {
  const likely = causes.map(([cause, reason]) => ({ cause, reason }));
  return { cause: likely[0]?.cause ?? 'unknown', likely };
}
