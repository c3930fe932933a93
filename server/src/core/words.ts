/**
 * The product's words: what a person reads about a store, a diagnosis, an answer, a step. Pure; the clock is an argument.
 * Texts stand in tables (words-*.ts), one entry for every cause, verdict and answer, so that none can be forgotten and
 * another language is another table.
 */
import { estimatedExpiry } from './access.ts';
import type { Verdict } from './connection.ts';
import { causeRule, type Cause, type Diagnosis } from './diagnosis.ts';
import type { Capability } from './observation.ts';
import { CAUSE_TEXTS, type CauseText } from './words-causes.ts';
import { atMoment, daysLeft, longDate, longDay, moment, shortDate } from './words-dates.ts';
import { fillFirst, type Places } from './words-fill.ts';
import {
  EARLY,
  HANDED_OFF,
  KIND_WORDS,
  WRONG_HALF,
  SEVERAL,
  VERDICT_TEXTS,
  WAITING,
  type VerdictText,
} from './words-verdicts.ts';

export { certaintyText, eventTitle, observationText, stepText, stepTitle } from './words-evidence.ts';

/** Three parts of what is said: what happened with its date, what it means and what stays safe, what to do. */
export type DiagnosisWords = { sentence: string; means: string; next: string };

/** Instants in milliseconds since 1970, UTC. */
export type DiagnosisContext = {
  /** The marketplace as a person says it: "Amazon". */
  label: string;
  storeName: string;
  diagnosis: Diagnosis;
  /** When the trouble began. */
  since: number;
  now: number;
  authorizedAt: number | null;
  /** The app's name as it stands at the marketplace; "Storekeeper" when not given. */
  appName?: string;
  /** What a seller types into Authorize new developer for this store's site; null where consent needs no such thing. */
  developer?: { name: string; id: string; site: string } | null;
  /** False while the seller ID is only claimed, at first connect: then nobody knows which half of a pair is right. */
  sellerBound?: boolean;
};

export type WordsContext = Omit<DiagnosisContext, 'diagnosis'> & {
  verdict: Verdict;
  diagnosis: Diagnosis | null;
  authorizedBy: 'consent' | 'stated' | 'inferred' | null;
  /** The kind of data that is not shared, for `limited`. */
  capability: Capability | null;
  nextLookAt: number | null;
  /** Which step of the guide a running repair waits at. */
  repairStep: { n: number; of: number } | null;
  /** When the seller left for the marketplace, while a repair runs. */
  sellerCentralOpenedAt?: number | null;
  /** It was the store's owner who left, by a link that was sent to them. */
  handedOff?: boolean;
};

/** `status` are the words of the row; the rest is null where there is nothing to say (`connected`). */
export type StoreWords = { status: string; sentence: string | null; means: string | null; next: string | null };

export function sentenceOf(context: WordsContext): StoreWords {
  const text: VerdictText = VERDICT_TEXTS[context.verdict];
  const places = placesOf(context);
  if (context.verdict === 'repairing' && context.handedOff === true) return handedOffWords(places);
  const status = fillFirst([text.status, text.vague], places);
  if (places['until'] !== null && context.verdict === 'checking') return { status, ...waitingWords(context) };
  const said = diagnosisFor(context, text);
  if (said) return { status, ...said };
  return {
    status,
    sentence: text.sentence.length === 0 ? null : fillFirst(text.sentence, places),
    means: text.means === null ? null : fillFirst([text.means], places),
    next: text.next === null ? null : fillFirst([text.next], places),
  };
}

function waitingWords(context: WordsContext): DiagnosisWords {
  const capability = context.diagnosis?.capability ?? null;
  const places = placesOf({ ...context, capability });
  return {
    sentence: fillFirst(WAITING.sentence, places),
    means: fillFirst([capability === null ? WAITING.means.all : WAITING.means.some], places),
    next: fillFirst([WAITING.next], places),
  };
}

/** The owner is on the way by a link: whoever reads the row has nothing to do. */
function handedOffWords(places: Places): StoreWords {
  return {
    status: fillFirst([HANDED_OFF.status], places),
    sentence: fillFirst(HANDED_OFF.sentence, places),
    means: fillFirst([HANDED_OFF.means], places),
    next: fillFirst([HANDED_OFF.next], places),
  };
}

/** The diagnosis in the words of a row, or null where the verdict itself says it better. */
function diagnosisFor(context: WordsContext, text: VerdictText): DiagnosisWords | null {
  const { diagnosis, verdict } = context;
  if (!diagnosis || (!text.diagnosed && !isStrange(context))) return null;
  const words = diagnosisWords({ ...context, diagnosis, ...(verdict === 'setup' ? { sellerBound: false } : {}) });
  if (verdict !== 'repairing') return { ...words, sentence: rowSentence(context, diagnosis) ?? words.sentence };
  const opened = context.sellerCentralOpenedAt ?? null;
  const places = placesOf(context);
  return {
    sentence: opened === null ? words.sentence : fillFirst(text.sentence, places),
    means: fillFirst([text.means ?? ''], places),
    next: words.next,
  };
}

/** An answer that nobody knows is told also while the store counts as connected (rule R12). */
function isStrange({ verdict, diagnosis }: WordsContext): boolean {
  return verdict === 'checking' && diagnosis?.cause === 'unknown';
}

function rowSentence(context: WordsContext, diagnosis: Diagnosis): string | null {
  const text = CAUSE_TEXTS[diagnosis.cause];
  if (severalCauses(diagnosis).length > 1 || text.row === undefined) return null;
  return fillFirst([text.row, text.vague ?? text.sentence, text.notice], placesOf(context));
}

/** What a diagnosis says, with its date. Where several causes stand, all of them are named (rule: one of two, honestly). */
export function diagnosisWords(context: DiagnosisContext): DiagnosisWords {
  const { diagnosis } = context;
  const text = CAUSE_TEXTS[diagnosis.cause];
  const places = placesOf({ ...context, capability: diagnosis.capability });
  const causes = severalCauses(diagnosis);
  const single = {
    sentence: fillFirst([text.sentence, text.vague, text.notice], places),
    means: fillFirst([text.means], places),
    next: fillFirst([text.nextByDeveloper, text.next], places),
  };
  const words = causes.length > 1 ? severalWords(causes, places, single) : single;
  if (context.sellerBound !== false || text.first === undefined) return words;
  return { ...words, next: fillFirst([text.first], places) };
}

/** The causes that can be named beside each other; one that cannot stand in "Either … or …" stands alone. */
function severalCauses({ cause, likely }: Diagnosis): Cause[] {
  const causes = likely.map((row) => row.cause);
  return causes[0] === cause && causes.every((c) => CAUSE_TEXTS[c].either !== undefined) ? causes : [cause];
}

/** What one new confirmation by the seller puts right, whichever of them it is. */
const PUT_RIGHT_BY_CONSENT: ReadonlySet<Cause> = new Set([
  'grant.expired',
  'grant.revoked',
  'cred.wrong_pair',
  'cred.wrong_app',
]);

function severalWords(causes: Cause[], places: Places, single: DiagnosisWords): DiagnosisWords {
  const first = CAUSE_TEXTS[causes[0] ?? 'unknown'];
  const next = fillFirst([first.nextByDeveloper, first.either?.next, first.next], places);
  if (first.observed) {
    const others = otherClauses(causes, places).join(SEVERAL.orThat);
    return { ...single, means: `${single.means} ${fillFirst([SEVERAL.also], { ...places, others })}`, next };
  }
  const oneStep = causes.every((cause) => PUT_RIGHT_BY_CONSENT.has(cause));
  const named = namedCauses(causes, first, places);
  const step = causes.length === 2 ? SEVERAL.oneStepOfTwo : SEVERAL.oneStepOfMore;
  return {
    sentence: oneStep ? `${named} ${step}` : named,
    means: oneStep ? SEVERAL.minute : SEVERAL.stays,
    next,
  };
}

function namedCauses(causes: Cause[], text: CauseText, places: Places): string {
  const clauses = otherClauses(causes, places);
  const first = fillFirst([text.either?.first], places);
  if (clauses.length === 1) return fillFirst([SEVERAL.two], { ...places, first, others: clauses[0] ?? '' });
  const last = clauses.length - 1;
  const others = [clauses.slice(0, last).join(SEVERAL.comma), clauses[last] ?? ''].join(SEVERAL.or);
  const count = SEVERAL.counts[causes.length] ?? String(causes.length);
  return fillFirst([SEVERAL.more], { ...places, first, others, count });
}

/** "It" is the permission, so it is named once before: by the first clause, or by the one after a store's or a token's. */
function otherClauses(causes: Cause[], places: Places): string[] {
  const named = causes[0]?.startsWith('grant.') === true ? 0 : 1;
  return causes.slice(1).map((cause, place) => {
    const { either } = CAUSE_TEXTS[cause];
    return fillFirst([place < named ? either?.first : either?.later], places);
  });
}

/** One sentence without dates: for what is worth knowing but breaks nothing, and for lists. */
export function noticeText(cause: Cause, label: string): string {
  return fillFirst([CAUSE_TEXTS[cause].notice], { label });
}

/** The end of a mail's subject: "access was switched off". `certain` is false while several causes stand. */
export function subjectOf(cause: Cause, { label, certain }: { label: string; certain: boolean }): string {
  const open = !certain && causeRule(cause).leadsTo === 'reconnect';
  return fillFirst([open ? 'reconnect at {label}' : CAUSE_TEXTS[cause].subject], { label });
}

type PlacesContext = Omit<DiagnosisContext, 'diagnosis'> &
  Partial<Pick<WordsContext, 'diagnosis' | 'capability' | 'nextLookAt' | 'repairStep' | 'sellerCentralOpenedAt'>>;

function wrongHalf({ diagnosis, sellerBound }: PlacesContext): string | null {
  const half = diagnosis?.half ?? null;
  switch (half) {
    case 'token':
      return sellerBound === false ? WRONG_HALF.unboundToken : WRONG_HALF.token;
    case 'seller_id':
      return WRONG_HALF.seller_id;
    case null:
      return null;
  }
}

function placesOf(context: PlacesContext): Places {
  const { label, storeName, since, now, capability } = context;
  const step = context.repairStep ?? null;
  return {
    label,
    store: storeName,
    app: context.appName ?? 'Storekeeper',
    ...developerPlaces(context),
    kind: capability ? KIND_WORDS[capability] : null,
    wrongHalf: wrongHalf(context),
    since: longDay(since, now),
    sinceTime: moment(since, now),
    ...yearPlaces(context),
    nextLook: instantPlace(context.nextLookAt, now),
    until: instantPlace(context.diagnosis?.until, now),
    openedAt: instantPlace(context.sellerCentralOpenedAt, now),
    step: step && String(step.n),
    steps: step && String(step.of),
  };
}

function developerPlaces({ developer }: PlacesContext): Places {
  return { developer: developer?.name ?? null, developerId: developer?.id ?? null, site: developer?.site ?? null };
}

function instantPlace(at: number | null | undefined, now: number): string | null {
  return at === null || at === undefined ? null : atMoment(at, now);
}

/** What follows from the day of the permission: its end is an estimate (rule R9), so nothing is said without it. */
function yearPlaces({ since, now, authorizedAt }: PlacesContext): Places {
  const end = estimatedExpiry(authorizedAt);
  return {
    // A permission that had run out before it was looked at ran out on its day, not on the day of the look.
    ranOut: longDay(end !== null && end < since ? end : since, now),
    early: end !== null && since < end ? EARLY : null,
    expires: end === null ? null : longDate(end),
    expiresShort: end === null ? null : shortDate(end),
    left: end === null ? null : daysLeft(end, now),
  };
}
