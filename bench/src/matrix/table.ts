/**
 * The fault matrix as a table: for every cause what brings it about at first connect, later, and during an incident in
 * which every call is refused; or why it cannot come about there. A new cause does not compile until it stands here.
 */
import type { Cause } from '../../../server/src/core/diagnosis.ts';
import type { Answer } from '../../../server/src/core/observation.ts';
import type { FaultKind, WeatherKind } from '../fleet/happenings.ts';

export const COLUMNS = ['first connect', 'later', 'during an incident'] as const;
export type Column = (typeof COLUMNS)[number];
export const SIZES = [1, 20, 10_000] as const;
export type Size = (typeof SIZES)[number];

/** What is typed in while the marketplace answers this store, or everybody, like that. */
export type Typed = {
  by: 'typed';
  fault?: FaultKind;
  weather?: WeatherKind;
  authorizedDaysAgo?: number;
  token?: 'malformed';
  sellerId?: 'unknown';
  /** The seller sells in another region than the one that was chosen. */
  elsewhere?: true;
};
export type First =
  | Typed
  /** The consent page refuses, and the browser brings its code. */
  | { by: 'page'; code: string }
  /** The confirmation is exchanged, and this is the answer. */
  | { by: 'code'; answer: Answer }
  /** Nobody comes back from the consent page. */
  | { by: 'nobody' }
  /** A repair is confirmed by another seller than the store's. */
  | { by: 'stranger' };
export type Happening =
  /** `givenAnew`: the seller confirmed a moment before. */
  | { by: 'fault'; kind: FaultKind; givenAnew?: true }
  | { by: 'weather'; kind: WeatherKind }
  /** Its year is nearly over. */
  | { by: 'clock' };

export type Never = { never: string };
export type Shown = {
  /** The first cause that is shown where another fault gives the very same answers; the truth is named as likely too. */
  among?: Cause;
  /** In a fleet of one it is something else. */
  alone?: Never;
};
export type Cell<D> = Never | (D & Shown);
/** During an incident a connected store suffers what it may suffer later; a first connect goes as it would without. */
export type Row = { first: Cell<First>; later: Cell<First | Happening>; during: Cell<First | Happening> };

const never = (why: string): Never => ({ never: why });
const typed = (special: Omit<Typed, 'by'> = {}): Typed => ({ by: 'typed', ...special });
const fault = (kind: FaultKind): Happening => ({ by: 'fault', kind });
const weather = (kind: WeatherKind): Happening => ({ by: 'weather', kind });
const page = (code: string): First => ({ by: 'page', code });

/** A connected store, later and during an incident alike. */
function connected(first: Cell<First>, happening: Cell<Happening>): Row {
  return { first, later: happening, during: happening };
}

const CONNECTED_ALREADY = never('a store that is connected does not connect for the first time');
/** What happens on the way to a first connection, whatever the weather. */
function onTheWay(first: First): Row {
  return { first, later: CONNECTED_ALREADY, during: first };
}
const PAGE_ALONE = never('only the consent page says so, and a connected store does not meet it');
function onThePage(code: string): Row {
  return { first: page(code), later: PAGE_ALONE, during: page(code) };
}
function nowhere(why: string): Row {
  return { first: never(why), later: never(why), during: never(why) };
}

export const MATRIX = {
  'grant.expiring': connected(typed({ authorizedDaysAgo: 340 }), { by: 'clock' }),
  'grant.expired': connected(typed({ fault: 'year_over', authorizedDaysAgo: 400 }), fault('year_over')),
  'grant.revoked': connected(typed({ fault: 'revoked', authorizedDaysAgo: 100 }), fault('revoked')),
  'grant.half_open': connected(typed({ fault: 'half_open' }), { by: 'fault', kind: 'half_open', givenAnew: true }),
  'grant.superseded': nowhere('two accounts hold the same seller; a fleet of one account has no such store'),
  'grant.role_missing': connected(typed({ fault: 'no_money_role' }), fault('no_money_role')),
  'grant.abandoned': onTheWay({ by: 'nobody' }),
  'grant.denied': onThePage('access_denied'),
  'grant.not_owner': onThePage('SPDC8143'),
  'cred.malformed': onTheWay(typed({ token: 'malformed' })),
  'cred.wrong_pair': connected(typed({ fault: 'given_anew_elsewhere' }), fault('another_seller')),
  'cred.wrong_region': {
    first: typed({ elsewhere: true }),
    later: never('its region was found when it connected, and a seller does not move to another'),
    during: never('while every call is refused no other region is answered either: the store waits'),
  },
  'cred.wrong_app': connected(typed({ fault: 'other_app' }), fault('other_app')),
  'cred.wrong_store': {
    first: never('a first connect binds whoever confirms'),
    later: { by: 'stranger' },
    during: { by: 'stranger' },
  },
  'cred.unproven': nowhere('a repair by a link whose new permission names nobody; the sellers here are all named'),
  'store.inactive': connected(typed({ fault: 'sells_nowhere' }), fault('sells_nowhere')),
  'store.deactivated': connected(
    { ...typed({ fault: 'deactivated' }), among: 'grant.half_open' },
    fault('deactivated'),
  ),
  'store.at_risk': nowhere('no call of ours tells a warning, and nothing is broken by it'),
  'store.closed': connected({ by: 'code', answer: 'code_refused', among: 'own.interrupted' }, fault('closed')),
  'store.listings_suspended': connected(typed({ fault: 'vacation' }), fault('vacation')),
  'store.site_refused': connected(typed({ fault: 'one_site' }), fault('one_site')),
  'store.payouts_disabled': connected(typed({ fault: 'payouts_held' }), fault('payouts_held')),
  'store.identity_unverified': {
    first: typed({ sellerId: 'unknown' }),
    later: never('who a seller is, is learnt once and never forgotten'),
    during: never('while every call is refused nobody connects, and who is connected stays who they were'),
  },
  'store.duplicate': nowhere('two rows of one account turn out to be one seller; here each seller has one row'),
  'data.silent_empty': connected(
    never('a list is missed only where there always was one, and a store that connects has no past here'),
    fault('emptied'),
  ),
  'app.secret_expired': connected(typed({ weather: 'app_secret' }), weather('app_secret')),
  'app.secret_expiring': nowhere('a date of the operator’s app, told to them beforehand; no look shows it'),
  'app.key_unknown': connected(typed({ weather: 'key_unknown' }), weather('key_unknown')),
  'app.secret_wrong': connected(typed({ weather: 'secret_wrong' }), weather('secret_wrong')),
  'app.mws_dev_id_missing': onThePage('MD9010'),
  'app.mismatch': connected(
    { by: 'code', answer: 'wrong_app' },
    { ...weather('other_app_for_all'), alone: never('one token is every token: told as cred.wrong_app') },
  ),
  'app.suspended': onThePage('MD9000'),
  'app.draft': onThePage('MD1000'),
  'app.redirect_mismatch': onThePage('MD5101'),
  'app.consent_limit': onThePage('CONSENT_LIMIT_REACHED'),
  'mkt.outage': connected(typed({ weather: 'errors' }), weather('errors')),
  'mkt.auth_incident': connected(typed({ weather: 'mass_403' }), weather('mass_403')),
  'mkt.throttle': connected(typed({ weather: 'throttling' }), weather('throttling')),
  'mkt.sunset': nowhere('a date of the marketplace, the same for all its stores: a notice of the connector'),
  'own.network': connected(typed({ weather: 'own_network' }), weather('own_network')),
  'own.clock': connected(typed({ weather: 'clock_refused' }), weather('clock_refused')),
  'own.interrupted': onTheWay({ by: 'code', answer: 'code_refused' }),
  'own.database': nowhere('a server without its database judges nothing: its readiness says so'),
  'own.credential': nowhere('a sealed value that does not open: nobody is asked'),
  'own.check': nowhere('a fault of the program or its settings: nobody is asked'),
  unknown: connected(typed({ fault: 'strange' }), fault('strange')),
} as const satisfies Record<Cause, Row>;
