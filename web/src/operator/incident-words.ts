/** What an operator reads of cohorts and incidents. Pure. */
import type { CohortBody, IncidentBody } from '../../../server/src/http/contract/incident.ts';
import { CAUSE_WORDS } from '../words/causes.ts';
import { figure, InWords, inWords, things } from '../words/counts.ts';

/** Below it the engine takes a share for an incident (core/weather.ts). */
const SIGNIFICANCE = 1e-4;
/** So unlikely things happen in one of twenty looks at the page. */
const ORDINARY = 0.05;
const NARROW = '\u202f';

export type Standing = 'incident' | 'app' | 'unusual' | 'thin' | 'ordinary' | 'unseen';

/** How a cohort stands, the strongest first. */
export function standingOf(cohort: CohortBody): Standing {
  if (cohort.incident !== null) return 'incident';
  if (cohort.app_fault !== null) return 'app';
  if (cohort.control?.ok === false || (cohort.p !== null && cohort.p < SIGNIFICANCE)) return 'unusual';
  if (cohort.active === 0) return 'unseen';
  return cohort.thin ? 'thin' : 'ordinary';
}

export const STANDING_FACES = {
  incident: { tone: 'warn', icon: 'siren', words: 'Incident open' },
  app: { tone: 'warn', icon: 'wrench', words: 'Our app is at fault' },
  unusual: { tone: 'info', icon: 'activity', words: 'Out of the ordinary' },
  thin: { tone: 'calm', icon: 'dashedCircle', words: 'Too few to compare' },
  ordinary: { tone: 'good', icon: 'tick', words: 'Ordinary' },
  unseen: { tone: 'calm', icon: 'dashedCircle', words: 'Not looked at lately' },
} as const;

/** The first line of the page. */
export function weatherHeadline(cohorts: readonly CohortBody[], incidents: readonly IncidentBody[]): string {
  const open = incidents.filter(({ closed_at }) => closed_at === null);
  if (open.length > 0) return `${InWords(open.length)} ${open.length === 1 ? 'incident is' : 'incidents are'} open`;
  if (cohorts.length === 0) return 'No store is connected yet';
  const odd = cohorts.filter((cohort) => standingOf(cohort) === 'unusual').length;
  if (odd > 0) return `No incident is open; ${inWords(odd)} of ${things(cohorts.length, 'cohort')} out of the ordinary`;
  return 'No incident is open';
}

/** `3 of 412 looked at lately fail; ordinary is up to 2 %`. A thin cohort has no share to test, and says so. */
export function shareWords({ active, failing, baseline, thin }: CohortBody): string {
  if (active === 0) return 'Nobody was looked at lately';
  const fail = failing === 1 ? 'fails' : 'fail';
  const found = `${figure(failing)} of ${figure(active)} looked at lately ${fail}`;
  return thin ? found : `${found}; ordinary is up to ${percent(baseline)}`;
}

/** `2 %`, `1.2 %`: one digit after the point at most, and none that says nothing. */
export function percent(share: number): string {
  return `${String(Number((share * 100).toFixed(1)))}${NARROW}%`;
}

export const THIN_WORDS = 'Too few stores to compare: the control decides, low confidence';

/** How likely so many failures are by chance, in words; the number stands beside it. */
export function chanceWords({ p, thin, active }: CohortBody): string {
  if (active === 0) return '';
  if (p === null || thin) return THIN_WORDS;
  if (p < SIGNIFICANCE) return 'Not by chance';
  return p < ORDINARY ? 'Unusual, may still be chance' : 'As on any day';
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `p = 0.43`, `p = 1.2 × 10⁻²⁰`, `p < 10⁻³⁰⁰`. */
export function exactly(p: number): string {
  if (p < 1e-300) return `p < 10${raised(300)}`;
  if (p >= 0.001) return `p = ${String(Number(p.toPrecision(2)))}`;
  const [digits = '', power = ''] = p.toExponential(1).split('e-');
  return `p = ${digits} × 10${raised(Number(power))}`;
}

function raised(power: number): string {
  return `⁻${[...String(power)].map((digit) => SUPERSCRIPT[Number(digit)] ?? '').join('')}`;
}

const VIA_WORDS = {
  store: 'Another store was answered',
  operator_store: 'Our own store was answered',
  app: 'Our app was answered, without a seller',
} as const;

/** Who was asked in the stores' place, and what came of it; without its time. */
export function controlWords({ control }: CohortBody): string {
  if (control === null) return 'Not asked yet';
  if (!control.ok) return 'Refused for somebody else too';
  return control.via === null ? 'Somebody else was answered' : VIA_WORDS[control.via];
}

/** `app_fault` as a sentence; null where the app is well. */
export function appFaultWords({ app_fault, app_name }: CohortBody): string | null {
  if (app_fault === null) return null;
  return `${app_name ?? 'Our app'} is refused itself. Stores wait until that is put right, and nobody is told.`;
}

/** A fault of our own app or machine holds no store by itself: stores wait until it is put right. */
export function isOwn({ cause }: IncidentBody): boolean {
  return !cause.startsWith('mkt.');
}

/** What an incident does to stores now; of a fault of our own what it is. */
export function heldWords(incident: IncidentBody): string {
  const { held, released, closed_at } = incident;
  if (isOwn(incident)) return `${CAUSE_WORDS[incident.cause]}.`;
  const all = held + released;
  if (all === 0) return closed_at === null ? 'No store is held yet.' : 'No store was held.';
  if (closed_at === null) {
    const gone = released === 0 ? '' : ` ${InWords(released)} ${released === 1 ? 'was' : 'were'} let go meanwhile.`;
    return `${things(held, 'store is', 'stores are')} held; ${held === 1 ? 'its seller is' : 'their sellers are'} not told.${gone}`;
  }
  if (held === 0)
    return all === 1 ? 'The one store it held was let go.' : `All ${figure(all)} stores it held were let go.`;
  return `${figure(released)} of ${things(all, 'held store')} let go; each is looked at once before.`;
}

/** The numbers at the opening, beside the sentence that says why; empty where none were counted. */
export function openingNumbers({ opened_by, opening }: IncidentBody): string {
  const { active, failing, baseline, p } = opening;
  if (active === null || failing === null) return '';
  // The sentence of the test has these numbers already.
  if (opened_by === 'test') return p === null ? '' : `By chance: ${exactly(p)}.`;
  const usual = baseline === null || p === null ? '' : `, ordinary is up to ${percent(baseline)}`;
  return `${figure(failing)} of ${things(active, 'store')} looked at last failed then${usual}.`;
}

/** An incident of a cohort can be closed by hand; a fault of our own closes when our own look says so. */
export function closesByHand(incident: IncidentBody): boolean {
  return incident.closed_at === null && !isOwn(incident);
}

/** Where and of which app, as a person picks it from a list. */
export function cohortName({ place, app_name, application_id }: CohortBody): string {
  return `${place} · ${app_name ?? application_id}`;
}

export const NOTE_MOST = 500;

/** A note that everybody reads: undefined when it will do. */
export function noteError(value: string): string | undefined {
  if (value.trim() === '') return 'A note is needed: what you saw, and where.';
  return longNoteError(value);
}

/** The same where there need be none. */
export function longNoteError(value: string): string | undefined {
  return value.trim().length > NOTE_MOST ? `Too long: at most ${NOTE_MOST} characters.` : undefined;
}
