/** English for incidents: what the marketplace did, to whom, from when to when, and how we noticed. Times in UTC. */
import type { Cause } from './diagnosis.ts';
import type { Capability, Region } from './observation.ts';
import { clock, moment } from './words-dates.ts';
import { fillFirst } from './words-fill.ts';
import { KIND_WORDS } from './words-verdicts.ts';

export const REGION_NAMES = {
  na: 'North America',
  eu: 'Europe',
  fe: 'Far East',
} as const satisfies Record<Region, string>;

/** What an incident is in words: the cause, the one operation that fails (null: several), whether nobody was answered. */
export type Told = { cause: Cause; operation: string | null; extent: 'all' | 'some'; label: string };

type Tenses = { present: string; past: string };
type Texts = { all: Tenses; some: Tenses; one: Tenses };

const REFUSES: Texts = {
  all: { present: '{label} refuses all calls', past: '{label} refused all calls' },
  some: { present: '{label} refuses many calls', past: '{label} refused many calls' },
  one: { present: '{label} refuses {what}', past: '{label} refused {what}' },
};
const FAILS: Texts = {
  all: { present: '{label} does not answer', past: '{label} did not answer' },
  some: { present: '{label} answers many calls with errors', past: '{label} answered many calls with errors' },
  one: { present: '{label} answers {what} with errors', past: '{label} answered {what} with errors' },
};
const SLOWS: Texts = {
  all: { present: '{label} takes almost no calls', past: '{label} took almost no calls' },
  some: { present: '{label} takes fewer calls than usual', past: '{label} took fewer calls than usual' },
  one: { present: '{label} takes almost no calls for {what}', past: '{label} took almost no calls for {what}' },
};
const OURS: Texts = {
  all: { present: 'Our connection to {label} is disturbed', past: 'Our connection to {label} was disturbed' },
  some: { present: 'Our connection to {label} is disturbed', past: 'Our connection to {label} was disturbed' },
  one: { present: 'Our connection to {label} is disturbed', past: 'Our connection to {label} was disturbed' },
};

function textsOf(cause: Cause): Texts {
  switch (cause) {
    case 'mkt.auth_incident':
      return REFUSES;
    case 'mkt.outage':
      return FAILS;
    case 'mkt.throttle':
      return SLOWS;
    default:
      return OURS;
  }
}

/** The one operation of an incident, as it stands in a sentence. */
function operationWords(operation: string): string {
  if (operation === 'token') return 'permissions';
  return `questions for ${KIND_WORDS[operation as Capability] ?? 'data'}`;
}

function tell({ cause, operation, extent, label }: Told, tense: keyof Tenses): string {
  const texts = textsOf(cause);
  const kind = operation === null ? texts[extent] : texts.one;
  const what = operation === null ? null : operationWords(operation);
  return fillFirst([kind[tense]], { label, what: what && (extent === 'all' ? `all ${what}` : `many ${what}`) });
}

/** "Amazon refuses all calls": while it lasts, without a full stop. */
export function happensNow(told: Told): string {
  return tell(told, 'present');
}

/** "Amazon refused all calls": afterwards, without a full stop. */
export function happenedThen(told: Told): string {
  return tell(told, 'past');
}

/** "Amazon has a problem": all that may be said where an operator opened it and no answer of ours bears it out. */
export function operatorSays(label: string, over: boolean): string {
  return `${label} ${over ? 'had' : 'has'} a problem`;
}

/** "From 21:30 to 21:55 UTC", with days where it was not today or not one day. Milliseconds. */
export function fromTo(from: number, to: number, now: number): string {
  const oneDay = moment(to, from) === clock(to);
  return `From ${moment(from, now)} to ${oneDay ? clock(to) : moment(to, now)} UTC`;
}

export type OpeningWords = {
  by: 'test' | 'control' | 'app' | 'operator';
  active?: number | undefined;
  failing?: number | undefined;
  baseline?: number | undefined;
};

/** Why an incident was opened. Low confidence is said (a thin cohort has no share to test). */
export function openedWords({ by, active, failing, baseline }: OpeningWords): string {
  switch (by) {
    case 'test': {
      if (active === undefined || failing === undefined) return 'More stores failed together than chance explains.';
      const usual = baseline === undefined ? '' : `; usual is ${percent(baseline)}`;
      return `${failing} of the ${active} stores looked at last failed together${usual}.`;
    }
    case 'control':
      return active === undefined || active >= 20
        ? 'The same question was refused for somebody else too.'
        : 'The same question was refused for somebody else too. We are fairly sure, not certain: we have only few stores to compare with.';
    case 'app':
      return 'Our own app was refused.';
    case 'operator':
      return 'An operator said so.';
  }
}

/** Why an incident was closed. */
export function closedWords(by: OpeningWords['by']): string {
  switch (by) {
    case 'test':
      return 'Failures are ordinary again, and somebody else was answered for some minutes.';
    case 'control':
      return 'Somebody else was answered for some minutes.';
    case 'app':
      return 'Our own app was accepted again.';
    case 'operator':
      return 'An operator said that it is over.';
  }
}

/** "1.2 %" */
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
