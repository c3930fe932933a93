/**
 * What can happen to a simulated fleet: faults that a seller (or the marketplace, to one seller) causes, and weather that
 * passes over everybody. Written down here whole, so that whoever doubts a figure can read what it was measured on.
 */
import type { Cause } from '../../../server/src/core/diagnosis.ts';
import type { Answer, Capability, LearntFacts, Rung, SiteStanding } from '../../../server/src/core/observation.ts';
import { decided } from './dice.ts';

/** Whose permission a question is asked with: a store by number, the operator's own store, or none at all. */
export type Asker = number | 'operator' | null;
/** `at`: milliseconds of true time, at which the answer is given. */
export type Asking = { rung: Rung; call: string; capability: Capability | null; asker: Asker; at: number };

type Answers = (asking: Asking) => Answer | null;

type FaultRule = {
  /** What is true of the store. */
  cause: Cause;
  answers: Answers;
  /** What good answers about this kind of data tell. */
  tells?: { capability: Capability; facts: LearntFacts };
  /** The marketplace has said by itself, through the operator's queue, what it did to the account. */
  unasked?: 'deactivated';
};

const isData = ({ rung }: Asking) => rung === 'identity' || rung === 'capability';
const isMoney = ({ capability }: Asking) => capability === 'payouts' || capability === 'finances';
const onGrant =
  (answer: Answer): Answers =>
  ({ rung }) =>
    rung === 'grant' ? answer : null;
const onData =
  (answer: Answer): Answers =>
  (asking) =>
    isData(asking) ? answer : null;
const well: Answers = () => null;

function siteThat(special: Partial<SiteStanding>): SiteStanding {
  return {
    site: 'amazon.com',
    marketplaceId: 'ATVPDKIKX0DER',
    storeName: 'Blue Bird',
    participating: true,
    listingsSuspended: false,
    ...special,
  };
}

/** What a healthy store's list of sites says. */
export const SITES: SiteStanding[] = [siteThat({})];
type Tells = NonNullable<FaultRule['tells']>;
const ofSites = (special: Partial<SiteStanding>): Tells => ({
  capability: 'participations',
  facts: { sites: [siteThat(special)] },
});
const ofPayouts = (facts: LearntFacts): Tells => ({ capability: 'payouts', facts });

/** A fault of one store: somebody must be told, and green comes only when it is put right. */
export const FAULTS = {
  revoked: { cause: 'grant.revoked', answers: onGrant('grant_refused') },
  year_over: { cause: 'grant.expired', answers: onGrant('grant_refused') },
  given_anew_elsewhere: { cause: 'grant.revoked', answers: onGrant('token_unknown') },
  half_open: { cause: 'grant.half_open', answers: onData('denied') },
  deactivated: { cause: 'store.deactivated', answers: onData('denied') },
  sells_nowhere: { cause: 'store.inactive', answers: well, tells: ofSites({ participating: false }) },
  other_app: { cause: 'cred.wrong_app', answers: onGrant('wrong_app') },
  no_money_role: { cause: 'grant.role_missing', answers: (a) => (isData(a) && isMoney(a) ? 'denied' : null) },
  another_seller: { cause: 'cred.wrong_pair', answers: well, tells: ofPayouts({ sellerId: 'A1SOMEBODYELSE' }) },
  closed: { cause: 'store.closed', answers: onGrant('grant_refused'), unasked: 'deactivated' },
  strange: { cause: 'unknown', answers: onData('unknown') },
  vacation: { cause: 'store.listings_suspended', answers: well, tells: ofSites({ listingsSuspended: true }) },
  payouts_held: { cause: 'store.payouts_disabled', answers: well, tells: ofPayouts({ payouts: 'disabled' }) },
  emptied: { cause: 'data.silent_empty', answers: well, tells: { capability: 'finances', facts: { rows: 'none' } } },
  one_site: {
    cause: 'store.site_refused',
    answers: ({ capability }) => (capability === 'participations' ? 'site_refused' : null),
  },
} as const satisfies Record<string, FaultRule>;

export type FaultKind = keyof typeof FAULTS;
/** Refused as trouble at the marketplace refuses: only time tells the two apart. */
export const OPAQUE: readonly FaultKind[] = ['half_open', 'deactivated', 'no_money_role'];
export type Fault = { store: number; kind: FaultKind; from: number; to: number };

export function faultRule(kind: FaultKind): FaultRule {
  return FAULTS[kind];
}

type WeatherRule = {
  what: string;
  answers: Answers;
  /** The last minutes of it clear for one store after the other. Milliseconds. */
  lingersMs?: number;
  /** Our clock minus the true one, milliseconds. */
  skewMs?: number;
};

const isCall = (asking: Asking) => isData(asking) || asking.rung === 'control';
const isStore = ({ asker }: Asking) => typeof asker === 'number';
const number = ({ asker }: Asking) => (typeof asker === 'number' ? asker : asker === 'operator' ? -2 : -1);
/** This share of questions, however often they are asked. */
const luckless = (asking: Asking, share: number) =>
  decided(asking.at + asking.call.length * 7_919, number(asking)) < share;
const some =
  (share: number, answers: Answers): Answers =>
  (asking) =>
    luckless(asking, share) ? answers(asking) : null;
const onCalls =
  (answer: Answer): Answers =>
  (asking) =>
    isCall(asking) ? answer : null;
const onEverything =
  (answer: Answer): Answers =>
  ({ rung }) =>
    rung === 'self' ? null : answer;

const MINUTE = 60_000;

/** Weather: nobody's seller can do anything about it, and it passes. */
export const WEATHERS = {
  mass_403: { what: 'every call is refused (as on 2023-05-27)', answers: onCalls('denied') },
  mass_403_lingering: {
    what: 'every call is refused, and it clears for one store after the other within 80 s',
    answers: onCalls('denied'),
    lingersMs: 80_000,
  },
  mass_403_said: { what: 'every call is refused, with the words of 2023-05-27', answers: onCalls('refusal_for_all') },
  mass_refusal: {
    what: 'every call and every permission is refused',
    answers: (a) => (a.rung === 'grant' ? 'grant_refused' : isCall(a) ? 'denied' : null),
  },
  mass_403_half: {
    what: 'every call for every other store is refused',
    answers: (a) => (isData(a) && isStore(a) && number(a) % 2 === 0 ? 'denied' : null),
  },
  mass_403_flickering: {
    what: 'every second call is refused, whoever asks',
    answers: some(0.5, onCalls('denied')),
  },
  sellers_403: { what: 'every call for a seller is refused, none without', answers: onData('denied') },
  sellers_refusal: { what: 'every permission is refused, nothing else', answers: onGrant('grant_refused') },
  throttling: { what: 'everything is throttled', answers: onEverything('throttled') },
  throttling_calls: {
    what: 'nine of ten calls are throttled',
    answers: some(0.9, onCalls('throttled')),
  },
  errors: { what: 'every call ends in an error', answers: onCalls('marketplace_error') },
  error_blip: { what: 'one answer in four is an error', answers: some(0.25, onEverything('marketplace_error')) },
  unreadable: { what: 'answers cannot be read', answers: onCalls('garbled') },
  unheard_of: { what: 'answers are such as nobody knows', answers: onCalls('unknown') },
  own_network: { what: 'our own network is down', answers: () => 'no_answer' },
  own_network_flaky: { what: 'our own network loses half of all answers', answers: some(0.5, () => 'no_answer') },
  clock_ahead: { what: 'our clock is two hours ahead', answers: () => null, skewMs: 120 * MINUTE },
  clock_behind: { what: 'our clock is forty minutes behind', answers: () => null, skewMs: -40 * MINUTE },
  clock_refused: {
    what: 'our clock is twenty minutes ahead, and whatever is asked is refused for it',
    answers: onEverything('clock_refused'),
    skewMs: 20 * MINUTE,
  },
  other_app_for_all: { what: 'every token is another application’s', answers: onGrant('wrong_app') },
  key_unknown: { what: 'our signing key is not known', answers: onEverything('app_key_unknown') },
  secret_wrong: { what: 'our signing key signs wrongly', answers: onEverything('app_secret_wrong') },
  app_secret: {
    what: 'our own app is refused',
    answers: (a) => (a.rung === 'app' || a.rung === 'grant' ? 'app_refused' : null),
  },
} as const satisfies Record<string, WeatherRule>;

export type WeatherKind = keyof typeof WEATHERS;
export type WeatherEvent = { kind: WeatherKind; from: number; to: number };

export function weatherRule(kind: WeatherKind): WeatherRule {
  return WEATHERS[kind];
}
