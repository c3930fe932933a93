/**
 * The judge: observations, clock and weather in, one judgement out. Pure; the same rules run live and over a stored log.
 * Nothing else in the product sets a verdict.
 */
import { estimatedExpiry } from './access.ts';
import { repairIsLive } from './cadence.ts';
import type { Axes, CapabilityAxis, GrantAxis, StandingAxis, Verdict, WeatherAxis } from './connection.ts';
import { causeRule, type Cause, type Confidence, type Diagnosis, type Likely } from './diagnosis.ts';
import { guard } from './guard.ts';
import { allWell } from './ladder.ts';
import type { GuardResult, JudgeInput, Judgement, StoreFacts, Suspicion } from './judgement.ts';
import type { Alarm } from './lifecycle.ts';
import { CAPABILITIES, isDenial, isPairRefusal, type Capability, type Observation } from './observation.ts';
import { decidedAt, waitingDiagnosis } from './patience.ts';
import { isOnceLocal, SKEW_LIMIT_MS, suspect, summarize, type Seen } from './suspicion.ts';
import { controlRefused, isOrdinary, isSaidByOperator, isThin, type Weather } from './weather.ts';

const DAY = 86_400_000;
/** From this many days before the estimated end a store is `expiring` (causes table: grant.expiring). */
export const EXPIRING_DAYS = 30;
/** Bad weather over one store counts as weather once it lasted this long. Milliseconds. */
const WEATHER_LASTS_MS = 90_000;

export function judge(input: JudgeInput): Judgement {
  const seen = summarize(input);
  const suspicion = suspect(input, seen);
  const proof = suspicion ? guard(suspicion, input) : null;
  const alarm = suspicion && proof ? nextAlarm(suspicion, proof, input) : null;
  const verdict = verdictOf({ suspicion, alarm, input });
  return {
    axes: axesOf({ seen, suspicion, input }),
    verdict,
    diagnosis: alarm?.diagnosis ?? unalarmed({ verdict, suspicion, proof, input }),
    notices: [...noticesOf(seen, input), ...localNotice(suspicion, alarm)],
    alarm,
    evidence: proof ? proof.evidence : answeredWell(seen),
    lacking: alarm || !proof ? [] : proof.lacking,
  };
}

/** What a store is connected by: the newest good answer to each question (rule R7). */
function answeredWell({ grant, data }: Seen): string[] {
  return [...(grant ? [grant] : []), ...data].filter((o) => o.answer === 'ok').map((o) => o.id);
}

/**
 * The open episode once a look is added: a look in which by itself everything is well ends it. Without this a question
 * that only some looks ask (another data call, a witness) would be held against the store after it healed.
 */
export function episodeWith(input: JudgeInput, look: readonly Observation[]): JudgeInput {
  const alone = { ...input, observations: look };
  const ended = allWell(look.filter((o) => o.rung !== 'control')) && suspect(alone) === null;
  return ended ? alone : { ...input, observations: [...input.observations, ...look] };
}

/** The diagnosis for somebody who is looking (a wizard, a dialog, a probe by hand): shown at once, no guard. */
export function diagnoseNow(input: JudgeInput): Diagnosis | null {
  const suspicion = suspect(input);
  if (!suspicion) return null;
  const cause = crowdCause(suspicion, input);
  return describe({ suspicion, proof: guard(suspicion, input), input, cause });
}

/** True when what failed is weather: nothing can be said about the store until it clears. */
export function weatherForbids(input: JudgeInput): boolean {
  const suspicion = suspect(input);
  // Some data answers and some is refused, or the marketplace named what is closed: whoever else is refused it, that is no weather.
  if (!suspicion || suspicion.basis === 'partial' || isClosedSection(suspicion)) return false;
  if (CROWD_CAN_EXPLAIN.has(suspicion.basis)) return controlRefused(input.weather);
  return suspicion.basis === 'weather' || suspicion.basis === 'own' || suspicion.basis === 'unknown';
}

/** An alarm begins when the guard passes; it stays until green, and a new cause needs a proof of its own. */
function nextAlarm(suspicion: Suspicion, proof: GuardResult, input: JudgeInput): Alarm | null {
  const before = input.store.alarm;
  // Weather, our own faults and strange answers neither begin nor end an alarm.
  if (!GUARDED.has(suspicion.basis) || before?.cause === suspicion.cause || !proof.passed) return before;
  const since = before?.since ?? suspicion.evidence[0]?.at ?? input.now;
  const { cause } = suspicion;
  return { cause, since, evidence: proof.evidence, diagnosis: describe({ suspicion, proof, input, cause }) };
}

const GUARDED: ReadonlySet<Suspicion['basis']> = new Set(['refused', 'denied', 'partial', 'stated', 'told', 'empty']);

type VerdictInput = { suspicion: Suspicion | null; alarm: Alarm | null; input: JudgeInput };

function verdictOf({ suspicion, alarm, input }: VerdictInput): Verdict {
  const { store, now } = input;
  switch (store.phase) {
    case 'closed':
    case 'paused':
    case 'setup':
    case 'verifying':
      return store.phase;
    case 'live':
      if (!suspicion) return healthyVerdict(store, now);
      if (alarm) return alarmVerdict(alarm.cause, input);
      return troubledVerdict(suspicion, input);
  }
}

function healthyVerdict(store: StoreFacts, now: number): Verdict {
  const end = estimatedExpiry(store.authorizedAt);
  return end !== null && end - now <= EXPIRING_DAYS * DAY ? 'expiring' : 'connected';
}

function alarmVerdict(cause: Cause, { store: { repair }, now }: JudgeInput): Verdict {
  const { leadsTo } = causeRule(cause);
  if (leadsTo === 'store_blocked' || leadsTo === 'limited') return leadsTo;
  // Whoever did not come back in time is asked again.
  return repair?.sellerCentralOpenedAt != null && repairIsLive(repair, now) ? 'repairing' : 'reconnect';
}

function troubledVerdict(suspicion: Suspicion, input: JudgeInput): Verdict {
  switch (suspicion.basis) {
    case 'own':
      return isOnceLocal(suspicion) ? 'checking' : 'operator_problem';
    case 'operator':
      return 'operator_problem';
    case 'weather':
      return weatherLasts(suspicion, input.weather) ? 'held' : 'checking';
    case 'refused':
    case 'denied':
    case 'partial':
    case 'empty':
      if (!crowdFails(input.weather)) return 'checking';
      return isOurApps(suspicion) && !isSaidByOperator(input.weather) ? 'operator_problem' : 'held';
    case 'unknown':
      return isSaidByOperator(input.weather) ? 'held' : 'checking';
    case 'stated':
    case 'told':
      return 'checking';
  }
}

function crowdFails(weather: Weather): boolean {
  return controlRefused(weather) || !isOrdinary(weather.share) || isSaidByOperator(weather);
}

function weatherLasts({ evidence }: Suspicion, weather: Weather): boolean {
  const first = evidence[0];
  const last = evidence[evidence.length - 1];
  return (
    controlRefused(weather) ||
    isSaidByOperator(weather) ||
    (first !== undefined && last !== undefined && last.at - first.at >= WEATHER_LASTS_MS)
  );
}

type Unalarmed = { verdict: Verdict; suspicion: Suspicion | null; proof: GuardResult | null; input: JudgeInput };

/** While nothing is proven the row shows no cause; a verdict that names a fault always does. */
function unalarmed({ verdict, suspicion, proof, input }: Unalarmed): Diagnosis | null {
  if (verdict === 'expiring') return expiringDiagnosis();
  if (!suspicion || !proof) return null;
  const until = verdict === 'checking' && proof.lacking.includes('time') ? decidedAt(suspicion, input) : null;
  if (until !== null) return waitingDiagnosis({ suspicion, proof, until });
  const names = verdict === 'held' || verdict === 'operator_problem' || suspicion.cause === 'unknown';
  return names ? describe({ suspicion, proof, input, cause: crowdCause(suspicion, input) }) : null;
}

type Described = { suspicion: Suspicion; proof: GuardResult; input: JudgeInput; cause: Cause };

function describe({ suspicion, proof, input, cause }: Described): Diagnosis {
  const rule = causeRule(cause);
  const own = cause === suspicion.cause;
  return {
    cause,
    likely: own && suspicion.likely.length > 1 ? suspicion.likely : [],
    owner: rule.owner,
    action: rule.action,
    healsInPlace: rule.healsInPlace,
    confidence: own ? proof.confidence : crowdConfidence(input),
    evidence: proof.evidence,
    excluded: excludedBy(cause, suspicion, input),
    capability: suspicion.capability,
    ...(own && suspicion.half ? { half: suspicion.half } : {}),
  };
}

/** Refusals that the marketplace's own trouble can explain; a good answer that states a fact is not one of them. */
const CROWD_CAN_EXPLAIN: ReadonlySet<Suspicion['basis']> = new Set(['refused', 'denied', 'partial', 'empty']);

/** What is held for an operator's word takes its cause from it; what is weather by itself keeps its own. */
const AN_INCIDENT_CAN_EXPLAIN: ReadonlySet<Suspicion['basis']> = new Set([...CROWD_CAN_EXPLAIN, 'unknown']);

/** A refusal that the whole crowd gets is the marketplace's, whatever its words. */
function crowdCause(suspicion: Suspicion, { weather, store }: JudgeInput): Cause {
  if (store.alarm !== null) return suspicion.cause;
  const said = isSaidByOperator(weather) && AN_INCIDENT_CAN_EXPLAIN.has(suspicion.basis);
  if (said && weather.incident) return weather.incident.cause;
  return crowdFails(weather) ? explainedByCrowd(suspicion) : suspicion.cause;
}

function explainedByCrowd(suspicion: Suspicion): Cause {
  const { basis, cause } = suspicion;
  if (!CROWD_CAN_EXPLAIN.has(basis) || basis === 'partial' || isClosedSection(suspicion)) return cause;
  if (basis === 'empty') return 'mkt.outage';
  return isOurApps(suspicion) ? 'app.mismatch' : 'mkt.auth_incident';
}

/**
 * One token of another application is a seller's mistake, one kind of data that is refused may be one permission's;
 * everybody's are the operator's (contracts, Judging).
 */
function isOurApps(suspicion: Suspicion): boolean {
  return suspicion.cause === 'cred.wrong_app' || suspicion.basis === 'partial' || isClosedSection(suspicion);
}

/** The marketplace named what our app may not call: that is no weather, and for everybody alike it is the operator's. */
function isClosedSection({ cause, evidence }: Suspicion): boolean {
  return cause === 'grant.role_missing' && evidence.every((o) => o.answer === 'section_denied');
}

/** With few neighbours to compare with, the control alone has told that it is the marketplace. */
function crowdConfidence({ weather }: JudgeInput): Confidence {
  if (isThin(weather.share) && !isSaidByOperator(weather)) return 'low';
  return isOrdinary(weather.share) ? 'medium' : 'high';
}

function expiringDiagnosis(): Diagnosis {
  const rule = causeRule('grant.expiring');
  return {
    cause: 'grant.expiring',
    likely: [],
    owner: rule.owner,
    action: rule.action,
    healsInPlace: rule.healsInPlace,
    confidence: 'medium',
    evidence: [],
    excluded: [],
    capability: null,
  };
}

/** What was ruled out, and by what: only facts of this very episode count. */
function excludedBy(cause: Cause, { basis }: Suspicion, input: JudgeInput): Likely[] {
  const excluded: Likely[] = [];
  const answered = (rung: Observation['rung']) =>
    input.observations.findLast((o) => o.rung === rung && o.answer === 'ok');
  if (answered('self') && basis !== 'own')
    excluded.push({ cause: 'own.network', reason: 'We reached another host in the same minute.' });
  if (answered('app') && basis !== 'operator')
    excluded.push({ cause: 'app.secret_expired', reason: 'Our own key was accepted.' });
  if (answered('control') && !cause.startsWith('mkt.')) {
    excluded.push({
      cause: 'mkt.auth_incident',
      reason: 'The same call for another store, or without a store, was answered.',
    });
  }
  if (basis === 'denied' && answered('grant'))
    excluded.push({ cause: 'grant.expired', reason: 'The permission itself was accepted.' });
  return excluded.filter((row) => row.cause !== cause);
}

function noticesOf(seen: Seen, { store }: JudgeInput): { cause: Cause }[] {
  const notices = standingNotices(seen, store);
  if (store.phase === 'live' && store.sellerId === null)
    notices.push({ cause: store.duplicate === true ? 'store.duplicate' : 'store.identity_unverified' });
  if (store.regionCorrected) notices.push({ cause: 'cred.wrong_region' });
  if (clockIsWrong(seen)) notices.push({ cause: 'own.clock' });
  return notices;
}

/** While an alarm stands it stays; that the store cannot be checked is the operator's to know all the same. */
function localNotice(suspicion: Suspicion | null, alarm: Alarm | null): { cause: Cause }[] {
  if (!suspicion || !alarm) return [];
  const isLocal = suspicion.cause === 'own.credential' || suspicion.cause === 'own.check';
  return isLocal && !isOnceLocal(suspicion) ? [{ cause: suspicion.cause }] : [];
}

function standingNotices(seen: Seen, store: StoreFacts): { cause: Cause }[] {
  const notices: { cause: Cause }[] = [];
  const selling = store.sites.filter((site) => site.participating);
  if (selling.some((site) => site.listingsSuspended)) notices.push({ cause: 'store.listings_suspended' });
  const payouts = seen.data.find((o) => o.facts.payouts !== undefined)?.facts.payouts;
  if (payouts === 'disabled' || payouts === 'at_risk') notices.push({ cause: 'store.payouts_disabled' });
  if (store.told?.standing === 'at_risk') notices.push({ cause: 'store.at_risk' });
  if (seen.data.some((o) => o.answer === 'site_refused')) notices.push({ cause: 'store.site_refused' });
  return notices;
}

/** The two newest dated answers agree: one alone may have been under way while the clock was set. */
function clockIsWrong({ all }: Seen): boolean {
  const dated = all.filter((o) => o.answer === 'ok' && o.facts.skewMs !== undefined).slice(-2);
  return dated.length === 2 && dated.every((o) => Math.abs(o.facts.skewMs ?? 0) > SKEW_LIMIT_MS);
}

function axesOf({ seen, suspicion, input }: { seen: Seen; suspicion: Suspicion | null; input: JudgeInput }): Axes {
  return {
    grant: grantAxis(seen, input, suspicion),
    standing: standingAxis(input.store, suspicion),
    capability: capabilityAxes(seen, input.store),
    weather: weatherAxis(suspicion, input.weather),
  };
}

function grantAxis(seen: Seen, { store, now }: JudgeInput, suspicion: Suspicion | null): GrantAxis {
  if (store.phase === 'setup') return store.credentialVersion > 0 ? 'unproven' : 'none';
  switch (suspicion?.cause) {
    case 'grant.expired':
      return 'lapsed';
    case 'grant.revoked':
    case 'grant.superseded':
      return 'revoked';
    case 'cred.wrong_pair':
    case 'cred.wrong_app':
    case 'cred.wrong_store':
      return 'mismatched';
    default:
      break;
  }
  if (store.phase === 'verifying') return 'unproven';
  if (seen.grant && seen.grant.answer !== 'ok') return 'unknown';
  return healthyVerdict(store, now) === 'expiring' ? 'expiring' : 'live';
}

function standingAxis(store: StoreFacts, suspicion: Suspicion | null): StandingAxis {
  if (suspicion?.cause === 'store.inactive') return 'inactive';
  if (suspicion?.cause === 'store.deactivated') return 'deactivated';
  if (store.sites.length === 0) return 'unknown';
  return store.sites.some((site) => site.participating) ? 'active' : 'inactive';
}

function capabilityAxes(seen: Seen, store: StoreFacts): Axes['capability'] {
  const axes: Partial<Axes['capability']> = {};
  for (const capability of CAPABILITIES) axes[capability] = capabilityAxis(capability, seen, store);
  return axes as Axes['capability'];
}

function capabilityAxis(capability: Capability, seen: Seen, store: StoreFacts): CapabilityAxis {
  const newest = seen.data.filter((o) => o.capability === capability);
  if (newest.some((o) => isDenial(o.answer) || isPairRefusal(o.answer)))
    return store.everOk.includes(capability) ? 'denied' : 'unsupported';
  if (newest.some((o) => o.answer === 'ok')) return 'ok';
  if (seen.weather.some((o) => o.capability === capability && o.answer === 'throttled')) return 'throttled';
  return store.everOk.includes(capability) ? 'ok' : 'unknown';
}

function weatherAxis(suspicion: Suspicion | null, weather: Weather): WeatherAxis {
  if (suspicion?.basis === 'own') return 'own_incident';
  if (suspicion?.basis === 'operator' || weather.app.cause !== null) return 'operator_incident';
  if (crowdFails(weather)) return 'marketplace_incident';
  return suspicion?.basis === 'weather' ? 'suspect' : 'clear';
}
