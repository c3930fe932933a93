/** English for answers, steps and events: what *How we know*, the ladder and the timeline say. Codes never stand here. */
import type { Diagnosis } from './diagnosis.ts';
import type { Answer, Capability, Observation, Rung } from './observation.ts';
import { clock } from './words-dates.ts';
import { fillFirst } from './words-fill.ts';
import { KIND_WORDS } from './words-verdicts.ts';
import type { EventType } from './transition.ts';

/** Who was asked: ourselves, our app's own sign-in, somebody else in the store's place, the token, or the store's data. */
type Asked = 'self' | 'app' | 'control' | 'grant' | 'pair' | 'data';

const ASKED = {
  local: 'self',
  self: 'self',
  app: 'app',
  control: 'control',
  grant: 'grant',
  identity: 'data',
  pair: 'pair',
  capability: 'data',
  freshness: 'data',
} as const satisfies Record<Observation['rung'], Asked>;

const GOOD = {
  self: 'We reached another host{at}, so our own network works.',
  app: '{label} accepted our own key{at}.',
  control: '{witness} was answered{at}, so {label} works for others.',
  grant: '{label} accepted the token{at}.',
  pair: '{label} accepted the same token for another seller{at}.',
  data: '{label} answered the question for {kind}{at}.',
} as const satisfies Record<Asked, string>;

/** Every answer but a good one. `{what}`: the token, our own key, the question for payouts. */
const BAD = {
  grant_refused: '{label} refused {what}{at}.',
  token_unknown: '{label} did not know the token{at}.',
  code_refused: '{label} refused the one-time code{at}.',
  app_refused: '{label} refused our own key{at}.',
  app_secret_expired: '{label} said{at} that our own key ran out.',
  app_key_unknown: '{label} did not know our own key{at}.',
  app_secret_wrong: '{label} found our own signature wrong{at}.',
  clock_refused: '{label} found our clock wrong{at}.',
  wrong_app: '{label} said{at} that the token was given to another app.',
  denied: '{label} refused {what}{at} without a reason.',
  section_denied: '{label} does not let our app ask for {what}{at}.',
  pair_refused: '{label} said{at} that the token is not this seller’s.',
  access_denied: '{label} denied access{at} without a reason.',
  not_eligible: '{label} said{at} that this store may not be reached.',
  site_refused: '{label} refused {what}{at} for one site of the store.',
  token_stale: '{label} wanted a fresher pass{at}; we ask again with one.',
  refusal_for_all: '{label} refused {what}{at} with a reason that is its own, not the store’s.',
  throttled: '{label} asked us to slow down{at}; that says nothing about the store.',
  marketplace_error: '{label} had a fault of its own{at}.',
  no_answer: '{label} gave no answer{at}.',
  garbled: '{label} gave an answer{at} that nobody can read.',
  bad_request: '{label} did not understand our question{at}.',
  local_error: 'A fault on our side{at} kept us from checking.',
  unknown: '{label} gave an answer{at} that we do not know.',
} as const satisfies Record<Exclude<Answer, 'ok'>, string>;

const WHAT = {
  self: 'a simple question',
  app: 'our own key',
  control: '{witness}',
  grant: 'the token',
  pair: 'the same seller ID in another region',
  data: 'the question for {kind}',
} as const satisfies Record<Asked, string>;

/** What a control was: the connector's call says through whom the question went. */
const WITNESSES: Readonly<Record<string, string>> = {
  'control:store': 'the same question for another store of this region',
  'control:operator_store': 'the same question for our own store of this region',
  'control:app': 'a question of our app without any store',
};
const SOMEBODY = 'the same question for somebody else';
const NO_NETWORK = 'We could not reach another host{at} either, so our own network has a fault.';
const TWICE = 'twice';
const TIMES = '{n} times';

/**
 * One answer as a plain sentence with its time (UTC): "Amazon refused the token at 11:38." Codes and calls stand beside
 * it, never in it. `times` says how often the same answer came in a row.
 */
export function observationText(o: Observation, label: string, times = 1): string {
  const sentence = say(o, label, ` at ${clock(o.at)}`);
  if (times < 2) return sentence;
  const often = times === 2 ? TWICE : TIMES.replace('{n}', String(times));
  return sentence.replace(/\.$/, ` (${often}).`);
}

function say(o: Observation, label: string, at: string): string {
  if (o.source === 'notification') return fillFirst([toldText(o)], { label, at });
  const asked = ASKED[o.rung];
  const kind = o.capability === null ? 'its data' : KIND_WORDS[o.capability];
  const witness = WITNESSES[o.call] ?? SOMEBODY;
  const places = { label, at, kind, witness };
  if (o.answer === 'ok') return upperFirst(fillFirst([sitesText(o, asked) ?? GOOD[asked]], { ...places, ...sites(o) }));
  if (asked === 'self' && o.answer === 'no_answer') return fillFirst([NO_NETWORK], places);
  const what = fillFirst([WHAT[asked]], places);
  return upperFirst(fillFirst([BAD[o.answer]], { ...places, what }));
}

const TOLD = {
  normal: '{label} told us{at}, unasked, that the account is in good standing.',
  at_risk: '{label} told us{at}, unasked, that the account is at risk.',
  deactivated: '{label} told us{at}, unasked, that the account is deactivated.',
};
const TOLD_SOMETHING = '{label} told us{at}, unasked, of new data of this store.';

function toldText({ facts: { standing } }: Observation): string {
  return standing === undefined ? TOLD_SOMETHING : TOLD[standing];
}

const SITES = '{label} answered{at}: {selling} of {sites} sites selling.';
const ONE_SITE = {
  selling: '{label} answered{at}: its site is selling.',
  none: '{label} answered{at}: its site is not selling.',
};

function sitesText(o: Observation, asked: Asked): string | null {
  const list = o.facts.sites;
  if (asked !== 'data' || list === undefined || list.length === 0) return null;
  if (list.length > 1) return SITES;
  return list[0]?.participating ? ONE_SITE.selling : ONE_SITE.none;
}

function sites(o: Observation): { selling: string; sites: string } {
  const list = o.facts.sites ?? [];
  return { selling: String(list.filter((site) => site.participating).length), sites: String(list.length) };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const CERTAINTY = {
  several: 'We are not sure: the evidence leaves room for more than one cause.',
  medium: 'We are fairly sure, not certain.',
  low: 'We are fairly sure, not certain: we have only few stores to compare with.',
};

/** Said beside how we know, only where it is not certain; null where it is. */
export function certaintyText({ confidence, likely }: Pick<Diagnosis, 'confidence' | 'likely'>): string | null {
  if (confidence === 'high') return null;
  return likely.length > 1 ? CERTAINTY.several : CERTAINTY[confidence];
}

const STEP_TITLES: Readonly<Record<string, string>> = {
  local: 'What was entered',
  self: 'Our own clock and network',
  app: 'Our app’s own sign-in',
  control: 'Somebody else in this region',
  grant: 'Your permission',
  identity: 'Which store it is',
  participations: 'The store and its sites',
  payouts: 'Payouts',
  finances: 'Balances',
  reports: 'Reports',
  notifications: 'Live notifications',
  freshness: 'How fresh the data is',
} satisfies Partial<Record<Rung | Capability, string>>;

/** The title of a step of the ladder, by its name in the API: neutral, because it stands there before the answer does. */
export function stepTitle(name: string): string {
  return STEP_TITLES[name] ?? 'One more question';
}

/** Why a step passed or failed, in one sentence; empty while nothing is known. */
export function stepText(o: Observation | null, label: string): string {
  if (o === null) return '';
  return o.rung === 'control' && o.answer === 'ok' ? `So ${label} itself is fine right now.` : say(o, label, '');
}

const EVENT_TITLES = {
  'store.setup': 'Connecting began',
  'store.verifying': 'Checking the store',
  'store.connected': 'Connected',
  'store.expiring': 'The year ends soon',
  'store.renewed': 'Renewed',
  'store.checking': 'One odd answer, nobody told',
  'store.checked': 'Looked again, all is well',
  'store.needs_reconnect': 'Reconnect store',
  'store.repair_started': 'Repair started',
  'store.repaired': 'Connected again',
  'store.blocked': 'Store is inactive at {label}',
  'store.limited': 'Connected, not everything shared',
  'store.held': 'A problem at {label}',
  'store.released': 'The problem is over',
  'store.operator_problem': 'We are fixing it',
  'store.paused': 'Paused',
  'store.resumed': 'Resumed',
  'store.moved': 'Moved to {label}’s new interface',
  'store.closed': 'Disconnected',
} as const satisfies Record<EventType, string>;

const TITLES: Readonly<Record<string, string>> = EVENT_TITLES;

/** The heading of an entry in a store's timeline. */
export function eventTitle(type: string, label = 'the marketplace'): string {
  return fillFirst([TITLES[type], 'Something changed'], { label });
}
