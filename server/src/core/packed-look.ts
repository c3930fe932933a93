/**
 * A look as one line of compact JSON. What no rule reads stays out: the marketplace's own words and how long a call took
 * (they are with the observation itself), and the sentences of an alarm's diagnosis.
 */
import type { Diagnosis } from './diagnosis.ts';
import type { StoreFacts } from './judgement.ts';
import type { Alarm } from './lifecycle.ts';
import type { Observation } from './observation.ts';
import type { Outcome, RecordedLook } from './recorded-look.ts';

type BriefAlarm = Omit<Alarm, 'diagnosis'> & { diagnosis: Omit<Diagnosis, 'evidence' | 'likely' | 'excluded'> };
/** `sites`: absent where the look itself was given them. */
type BriefFacts = Omit<StoreFacts, 'sites' | 'alarm'> & { sites?: StoreFacts['sites']; alarm: BriefAlarm | null };
/** What is not as in most observations; the region is the look's, the credentials are the store's. */
type Unusual = Partial<Pick<Observation, 'source' | 'region' | 'status' | 'code' | 'credentialVersion' | 'facts'>>;
/** Id, milliseconds before the look was judged, rung, call, answer, kind of data, token of this run (1) or not (0). */
type BriefObservation = [
  id: Observation['id'],
  before: number,
  rung: Observation['rung'],
  call: Observation['call'],
  answer: Observation['answer'],
  capability: Observation['capability'],
  fresh: 0 | 1,
  unusual?: Unusual,
];
type Packed = Omit<RecordedLook, 'now' | 'facts' | 'observations' | 'outcome'> & {
  facts: BriefFacts;
  region: Observation['region'];
  observations: BriefObservation[];
  /** Evidence of the look itself by its place in `observations`. */
  outcome: Omit<Outcome, 'evidence'> & { evidence: (string | number)[] };
};

export function packLook({ now, facts, observations, outcome, ...rest }: RecordedLook): string {
  const region = observations[0]?.region ?? null;
  const told = sitesTold(observations);
  const { sites, alarm, ...others } = facts;
  const asTold = told !== null && JSON.stringify(told) === JSON.stringify(sites);
  const place = new Map(observations.map((o, i) => [o.id, i]));
  const packed: Packed = {
    ...rest,
    facts: { ...others, ...(asTold ? {} : { sites }), alarm: alarm && briefAlarm(alarm) },
    region,
    observations: observations.map((o) => brief(o, { now, region, version: facts.credentialVersion })),
    outcome: { ...outcome, evidence: outcome.evidence.map((id) => place.get(id) ?? id) },
  };
  return JSON.stringify(packed);
}

/** `now`: when the look was judged, milliseconds. `text` was written by `packLook`. */
export function unpackLook(now: number, text: string): RecordedLook {
  const { region, facts, observations, outcome, ...rest } = JSON.parse(text) as Packed;
  const common = { now, region, version: facts.credentialVersion };
  const whole = observations.map((o) => wholeOf(o, common));
  const evidence = outcome.evidence.map((cited) => (typeof cited === 'number' ? (whole[cited]?.id ?? '') : cited));
  return {
    ...rest,
    now,
    facts: {
      ...facts,
      // What an older version wrote lacks it.
      rowsSeen: facts.rowsSeen ?? [],
      sites: facts.sites ?? sitesTold(whole) ?? [],
      alarm: facts.alarm && wholeAlarm(facts.alarm),
    },
    observations: whole,
    outcome: { ...outcome, evidence },
  };
}

function briefAlarm({ diagnosis, ...alarm }: Alarm): BriefAlarm {
  const { evidence: _same, likely: _likely, excluded: _excluded, ...rest } = diagnosis;
  return { ...alarm, diagnosis: rest };
}

function wholeAlarm(alarm: BriefAlarm): Alarm {
  return { ...alarm, diagnosis: { ...alarm.diagnosis, evidence: alarm.evidence, likely: [], excluded: [] } };
}

type Common = { now: number; region: Observation['region']; version: number };

function brief(o: Observation, { now, region, version }: Common): BriefObservation {
  const unusual: Unusual = {
    ...(o.source === 'probe' ? {} : { source: o.source }),
    ...(o.region === region ? {} : { region: o.region }),
    ...(o.status === null ? {} : { status: o.status }),
    ...(o.code === null ? {} : { code: o.code }),
    ...(o.credentialVersion === version ? {} : { credentialVersion: o.credentialVersion }),
    ...(Object.keys(o.facts).length === 0 ? {} : { facts: o.facts }),
  };
  const { id, rung, call, answer, capability } = o;
  const fresh = o.freshToken ? 1 : 0;
  return Object.keys(unusual).length === 0
    ? [id, now - o.at, rung, call, answer, capability, fresh]
    : [id, now - o.at, rung, call, answer, capability, fresh, unusual];
}

const NOTHING: Unusual = {};

function wholeOf(packed: BriefObservation, { now, region, version }: Common): Observation {
  const [id, before, rung, call, answer, capability, fresh, unusual = NOTHING] = packed;
  return {
    id,
    at: now - before,
    source: unusual.source ?? 'probe',
    rung,
    call,
    region: unusual.region === undefined ? region : unusual.region,
    capability,
    answer,
    status: unusual.status ?? null,
    code: unusual.code ?? null,
    message: null,
    ms: 0,
    credentialVersion: unusual.credentialVersion ?? version,
    freshToken: fresh === 1,
    facts: unusual.facts ?? {},
  };
}

/** The newest list of sites that the look itself was given. */
function sitesTold(observations: readonly Observation[]): StoreFacts['sites'] | null {
  return observations.findLast((o) => o.answer === 'ok' && o.facts.sites !== undefined)?.facts.sites ?? null;
}
