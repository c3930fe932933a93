/**
 * The three checks of the *Reconnect Your Store* dialog: developer access, seller ID and token, store active. Pure. What
 * was not tested is never passed: a passed check names the fact it rests on, and without that fact it cannot be asked.
 */
import { estimatedExpiry } from './access.ts';
import type { Verdict } from './connection.ts';
import type { Cause, Diagnosis } from './diagnosis.ts';
import type { SiteStanding } from './observation.ts';
import {
  ACCESS_TEXTS,
  ACTIVE_TEXTS,
  CHECK_TITLES,
  NOT_TOLD,
  PAIR_TEXTS,
  SITE_WORDS,
  type CheckResult,
  type CheckText,
} from './words-checks.ts';
import { atMoment, clock, daysLeft, moment, shortDate } from './words-dates.ts';
import { fillFirst, fillOrNull, type Places } from './words-fill.ts';
import { KIND_WORDS } from './words-verdicts.ts';

export type Check = {
  name: keyof typeof CHECK_TITLES;
  title: string;
  result: CheckResult;
  /** One or two words: "Expired", "Unchanged", "Cannot be asked". */
  word: string;
  /** What it rests on, one or two sentences. */
  evidence: string;
};

/** Instants in milliseconds since 1970. `lastOkAt`: the end of the last look in which everything answered. */
export type ChecksInput = {
  label: string;
  verdict: Verdict;
  diagnosis: Diagnosis | null;
  authorizedAt: number | null;
  lastOkAt: number | null;
  sites: readonly SiteStanding[];
  sellerId: string | null;
  now: number;
  /** When the trouble began. */
  since?: number;
};

type Access = keyof typeof ACCESS_TEXTS;
type Pair = keyof typeof PAIR_TEXTS;
type Active = keyof typeof ACTIVE_TEXTS;
type Outcomes = readonly [access: Access, pair: Pair, active: Active];

export function checksOf(input: ChecksInput): Check[] {
  const [access, pair, active] = outcomesOf(input);
  const places = placesOf(input);
  return [
    check('developer_access', ACCESS_TEXTS[access], places),
    check('seller_id_and_token', PAIR_TEXTS[pair], places),
    check('store_active', ACTIVE_TEXTS[active], places),
  ];
}

function check(name: Check['name'], text: CheckText, places: Places): Check {
  const told = text.evidence.some((evidence) => fillOrNull(evidence, places) !== null) ? text : NOT_TOLD;
  const { result, word } = told;
  return { name, title: CHECK_TITLES[name], result, word, evidence: fillFirst(told.evidence, places) };
}

const HEALTHY: Outcomes = ['working', 'right', 'active'];
const NOT_STARTED: Outcomes = ['not_given', 'with_permission', 'not_asked'];
const OURS: Outcomes = ['ours', 'kept', 'kept'];
const WEATHER: Outcomes = ['weather', 'kept', 'kept'];
const AWAY: Outcomes = ['away', 'kept', 'kept'];
const UNCLEAR: Outcomes = ['refuses_all', 'unclear', 'access_off'];

/** What is said while there is no diagnosis. */
const BY_VERDICT = {
  setup: NOT_STARTED,
  verifying: ['running', 'running', 'running'],
  connected: HEALTHY,
  expiring: ['ending', 'right', 'active'],
  checking: ['looking', 'kept', 'kept'],
  held: WEATHER,
  operator_problem: OURS,
  reconnect: UNCLEAR,
  repairing: UNCLEAR,
  wrong_store: ['not_given', 'kept', 'access_off'],
  store_blocked: ['working', 'right', 'inactive'],
  limited: ['role_missing', 'kept', 'kept'],
  paused: AWAY,
  closed: AWAY,
} as const satisfies Record<Verdict, Outcomes>;

const BY_CAUSE = {
  'grant.expiring': ['ending', 'right', 'active'],
  'grant.expired': ['expired', 'unchanged', 'access_off'],
  'grant.revoked': ['revoked', 'unchanged', 'access_off'],
  'grant.superseded': ['superseded', 'unchanged', 'access_off'],
  'grant.half_open': ['half_open', 'kept', 'access_off'],
  'grant.role_missing': ['partly', 'right', 'active'],
  'grant.abandoned': NOT_STARTED,
  'grant.denied': NOT_STARTED,
  'grant.not_owner': NOT_STARTED,
  'cred.malformed': ['not_asked', 'malformed', 'not_asked'],
  'cred.wrong_pair': ['other_token', 'other_store', 'access_off'],
  'cred.wrong_region': HEALTHY,
  'cred.wrong_app': ['other_token', 'other_app', 'access_off'],
  'cred.wrong_store': ['not_given', 'kept', 'access_off'],
  'cred.unproven': NOT_STARTED,
  'store.inactive': ['answering', 'right', 'inactive'],
  'store.deactivated': ['refuses_all', 'unchanged', 'deactivated'],
  'store.at_risk': HEALTHY,
  'store.closed': ['refuses_all', 'unchanged', 'closed'],
  'store.listings_suspended': HEALTHY,
  'store.site_refused': HEALTHY,
  'store.payouts_disabled': HEALTHY,
  'store.identity_unverified': HEALTHY,
  'store.duplicate': HEALTHY,
  'data.silent_empty': ['emptied', 'right', 'active'],
  'app.secret_expired': OURS,
  'app.secret_expiring': HEALTHY,
  'app.key_unknown': OURS,
  'app.secret_wrong': OURS,
  'app.mws_dev_id_missing': NOT_STARTED,
  'app.mismatch': OURS,
  'app.suspended': OURS,
  'app.draft': NOT_STARTED,
  'app.redirect_mismatch': NOT_STARTED,
  'app.consent_limit': NOT_STARTED,
  'mkt.outage': WEATHER,
  'mkt.auth_incident': WEATHER,
  'mkt.throttle': WEATHER,
  'mkt.sunset': HEALTHY,
  'own.network': OURS,
  'own.clock': OURS,
  'own.interrupted': ['lost', 'kept', 'access_off'],
  'own.database': OURS,
  'own.credential': OURS,
  'own.check': OURS,
  unknown: ['strange', 'kept', 'kept'],
} as const satisfies Record<Cause, Outcomes>;

/** Verdicts that say more than a diagnosis beside them. */
const VERDICT_FIRST: ReadonlySet<Verdict> = new Set(['verifying', 'connected', 'paused', 'closed']);

function outcomesOf({ verdict, diagnosis }: ChecksInput): Outcomes {
  if (!diagnosis || VERDICT_FIRST.has(verdict)) return BY_VERDICT[verdict];
  const outcomes: Outcomes = BY_CAUSE[diagnosis.cause];
  if (diagnosis.cause === 'own.interrupted') return verdict === 'setup' ? NOT_STARTED : outcomes;
  if (diagnosis.cause === 'grant.role_missing' && diagnosis.capability === null) return UNCLEAR_ROLE;
  return diagnosis.likely.length > 1 ? severalOutcomes(diagnosis, outcomes) : outcomes;
}

const UNCLEAR_ROLE: Outcomes = ['role_missing', 'kept', 'access_off'];

/** Several causes stand: a check fails only where all of them agree that it does. */
function severalOutcomes({ cause, likely }: Diagnosis, [access, pair, active]: Outcomes): Outcomes {
  const causes = likely.map((row) => row.cause);
  return [severalAccess(cause, causes, access), severalPair(cause, causes, pair), severalActive(causes, active)];
}

function severalAccess(cause: Cause, causes: Cause[], access: Access): Access {
  if (cause === 'grant.half_open') return access;
  const gone = causes.includes('grant.expired') && causes.includes('grant.revoked');
  return gone ? 'expired_or_revoked' : 'refuses_all';
}

function severalPair(cause: Cause, causes: Cause[], pair: Pair): Pair {
  if (cause === 'cred.wrong_pair') return 'not_accepted';
  return causes.includes('cred.wrong_pair') ? 'unclear' : pair;
}

function severalActive(causes: Cause[], active: Active): Active {
  if (causes.includes('store.closed')) return 'perhaps_closed';
  return causes.includes('store.deactivated') ? 'perhaps_deactivated' : active;
}

function placesOf(input: ChecksInput): Places {
  const { label, authorizedAt, sellerId, now, diagnosis, sites } = input;
  const end = estimatedExpiry(authorizedAt);
  const since = input.since ?? null;
  return {
    label,
    seller: sellerId,
    kind: diagnosis?.capability ? KIND_WORDS[diagnosis.capability] : null,
    given: authorizedAt === null ? null : shortDate(authorizedAt),
    left: end === null ? null : daysLeft(end, now),
    sinceTime: since === null ? null : moment(since, now),
    sites: sites.length > 1 ? String(sites.length) : null,
    selling: sellingWords(sites),
    ...lastPlaces(input),
  };
}

/** What was true when all was well the last time. */
function lastPlaces({ lastOkAt, sites, now }: ChecksInput): Places {
  if (lastOkAt === null) return {};
  const lastSeen = moment(lastOkAt, now);
  return {
    lastOk: atMoment(lastOkAt, now),
    lastOkLong: `${shortDate(lastOkAt)}, ${clock(lastOkAt)}`,
    lastSeen,
    lastActive: sites.some((site) => site.participating) ? lastSeen : null,
  };
}

/** "3 of 3 sites selling, no suspended listings."; null when no site is known to sell. */
function sellingWords(sites: readonly SiteStanding[]): string | null {
  const selling = sites.filter((site) => site.participating);
  if (selling.length === 0) return null;
  const suspended = selling.filter((site) => site.listingsSuspended).length;
  const places = { n: String(selling.length), of: String(sites.length) };
  const first = fillFirst([sites.length === 1 ? SITE_WORDS.one : SITE_WORDS.many], places);
  return `${first}, ${suspendedWords(suspended, sites.length)}.`;
}

function suspendedWords(suspended: number, sites: number): string {
  if (suspended === 0) return SITE_WORDS.none;
  return fillFirst([sites === 1 ? SITE_WORDS.suspendedOne : SITE_WORDS.suspended], { n: String(suspended) });
}
