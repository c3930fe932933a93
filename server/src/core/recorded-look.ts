/**
 * One look as the log keeps it: everything that the judge was given and what it said, so that the same rules, or others, can
 * be run over it again. Quiet looks of a healthy store leave no row: `lastOkAt` in the facts of the next one tells until when
 * all was well.
 */
import type { Verdict } from './connection.ts';
import type { Cause, Diagnosis } from './diagnosis.ts';
import type { JudgeInput, Judgement, StoreFacts } from './judgement.ts';
import type { Alarm } from './lifecycle.ts';
import type { Observation } from './observation.ts';
import type { Before, EventType, Effect, Step } from './transition.ts';
import type { Weather } from './weather.ts';

/**
 * - `look`: judged by the rules, with the open episode before it
 * - `adopted`: new credentials were proven (first connect, repair, move); alarms and episode end with it
 */
export type LookKind = 'look' | 'adopted';

export type RecordedLook = {
  kind: LookKind;
  /** Milliseconds since 1970: when it was judged. */
  now: number;
  /** `marketplace:application:region`. */
  cohort: string;
  /** False: the seller left no address, so that nobody can be told. */
  hasAddress: boolean;
  /** True: asked for by hand; then its answers are kept as evidence whatever they tell. */
  byHand: boolean;
  before: Pick<Before, 'verdict' | 'cause' | 'since'>;
  /** As the judge was given them, the alarm before the look included. */
  facts: StoreFacts;
  weather: Weather;
  /** The answers of this look alone. */
  observations: Observation[];
  outcome: Outcome;
};

export type Outcome = {
  verdict: Verdict;
  cause: Cause | null;
  since: number;
  alarm: { cause: Cause; since: number } | null;
  /** Ids of observations of this look, and of earlier ones of the same store. */
  evidence: string[];
  /** True: the answers were kept as evidence, and are read with the looks after this one. */
  kept: boolean;
  events: EventType[];
  effects: Effect[];
};

export type Looked = Pick<RecordedLook, 'kind' | 'cohort' | 'hasAddress' | 'byHand'> & {
  before: Before;
  input: Pick<JudgeInput, 'store' | 'weather' | 'now'>;
  observations: readonly Observation[];
  judgement: Judgement;
  step: Step;
  kept: boolean;
};

export function recordedLook({ before, input, observations, judgement, step, kept, ...rest }: Looked): RecordedLook {
  const { verdict, alarm, evidence, diagnosis } = judgement;
  return {
    ...rest,
    now: input.now,
    before: { verdict: before.verdict, cause: before.cause, since: before.since },
    facts: input.store,
    weather: input.weather,
    observations: [...observations],
    outcome: {
      verdict,
      cause: diagnosis?.cause ?? null,
      since: step.since,
      alarm: alarm && { cause: alarm.cause, since: alarm.since },
      evidence,
      kept,
      events: step.events,
      effects: step.effects,
    },
  };
}

/** What most observations of a look have in common is written once, and what is as usual not at all. */
type Brief = Pick<Observation, 'id' | 'at' | 'rung' | 'call' | 'answer'> & Partial<Observation>;
/** Of an alarm everything but the sentences: which causes were likely, and which were ruled out and why. */
type BriefAlarm = Omit<Alarm, 'diagnosis'> & { diagnosis: Omit<Diagnosis, 'evidence' | 'likely' | 'excluded'> };
type BriefFacts = Omit<StoreFacts, 'sites' | 'alarm'> & { sites?: StoreFacts['sites']; alarm: BriefAlarm | null };
type Packed = Omit<RecordedLook, 'now' | 'facts' | 'observations'> & {
  facts: BriefFacts;
  region: Observation['region'];
  observations: Brief[];
};

/** Compact JSON. The marketplace's words and how long a call took stay with the observation itself: no rule reads them. */
export function packLook({ now: _column, facts, observations, ...rest }: RecordedLook): string {
  const region = observations[0]?.region ?? null;
  const told = sitesTold(observations);
  const { sites, alarm, ...others } = facts;
  const asTold = told !== null && JSON.stringify(told) === JSON.stringify(sites);
  const packed: Packed = {
    ...rest,
    facts: { ...others, ...(asTold ? {} : { sites }), alarm: alarm && briefAlarm(alarm) },
    region,
    observations: observations.map((o) => brief(o, { region, version: facts.credentialVersion })),
  };
  return JSON.stringify(packed);
}

export function unpackLook(now: number, text: string): RecordedLook {
  // Written by packLook alone.
  const { region, facts, observations, ...rest } = JSON.parse(text) as Packed;
  const version = facts.credentialVersion;
  const whole = observations.map((o) => wholeOf(o, { region, version }));
  return {
    ...rest,
    now,
    facts: { ...facts, sites: facts.sites ?? sitesTold(whole) ?? [], alarm: facts.alarm && wholeAlarm(facts.alarm) },
    observations: whole,
  };
}

function briefAlarm({ diagnosis, ...alarm }: Alarm): BriefAlarm {
  const { evidence: _same, likely: _likely, excluded: _excluded, ...rest } = diagnosis;
  return { ...alarm, diagnosis: rest };
}

function wholeAlarm(alarm: BriefAlarm): Alarm {
  return { ...alarm, diagnosis: { ...alarm.diagnosis, evidence: alarm.evidence, likely: [], excluded: [] } };
}

type Common = { region: Observation['region']; version: number };

function wholeOf(o: Brief, { region, version }: Common): Observation {
  return {
    id: o.id,
    at: o.at,
    source: o.source ?? 'probe',
    rung: o.rung,
    call: o.call,
    region: o.region === undefined ? region : o.region,
    capability: o.capability ?? null,
    answer: o.answer,
    status: o.status ?? null,
    code: o.code ?? null,
    message: null,
    ms: 0,
    credentialVersion: o.credentialVersion ?? version,
    freshToken: o.freshToken ?? false,
    facts: o.facts ?? {},
  };
}

function brief(o: Observation, { region, version }: Common): Brief {
  const { id, at, rung, call, answer } = o;
  return {
    id,
    at,
    rung,
    call,
    answer,
    ...(o.source === 'probe' ? {} : { source: o.source }),
    ...(o.region === region ? {} : { region: o.region }),
    ...(o.capability === null ? {} : { capability: o.capability }),
    ...(o.status === null ? {} : { status: o.status }),
    ...(o.code === null ? {} : { code: o.code }),
    ...(o.credentialVersion === version ? {} : { credentialVersion: o.credentialVersion }),
    ...(o.freshToken ? { freshToken: true } : {}),
    ...(Object.keys(o.facts).length === 0 ? {} : { facts: o.facts }),
  };
}

/** The newest list of sites that the look itself was given. */
function sitesTold(observations: readonly Observation[]): StoreFacts['sites'] | null {
  return observations.findLast((o) => o.answer === 'ok' && o.facts.sites !== undefined)?.facts.sites ?? null;
}
