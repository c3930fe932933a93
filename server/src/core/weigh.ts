/**
 * What one look does to what is believed of a store: the pure half of settling a look. The watch and the replay of its
 * log both go through here, so that the same rules say the same over both.
 */
import { estimatedExpiry } from './access.ts';
import { diagnoseNow, episodeWith, judge } from './judge.ts';
import type { JudgeInput, Judgement, StoreFacts } from './judgement.ts';
import type { Observation } from './observation.ts';
import { transition, type Before, type Step } from './transition.ts';
import { clearedAt } from './weather.ts';

/** A rule set: what may be changed and tried over a recorded log. */
export type Rules = {
  judge: typeof judge;
  episodeWith: typeof episodeWith;
  diagnoseNow: typeof diagnoseNow;
  transition: typeof transition;
};

export const TODAYS_RULES: Rules = { judge, episodeWith, diagnoseNow, transition };

/** `input.observations`: what was kept of the open episode, without the look itself. */
export type Weighing = { before: Before; input: JudgeInput; look: readonly Observation[] };
/** `news`: the look changed a belief, so its answers are kept as evidence. */
export type Weighed = { judgement: Judgement; step: Step; news: boolean };

/** Observations of one open episode that the judge reads: more than half a day of looks that each differ from the last. */
export const EPISODE_LIMIT = 1_000;

export function weigh(rules: Rules, { before, input, look }: Weighing): Weighed {
  const judgement = judgeRenewed(rules, rules.episodeWith(input, look));
  const step = rules.transition(before, judgement, input.now);
  return { judgement, step, news: isNews({ before, input, look, judgement, step }) };
}

/** A year that is seen to have started anew is judged by its new end: otherwise a renewed store would still be told to renew. */
export function judgeRenewed(rules: Pick<Rules, 'judge'>, input: JudgeInput): Judgement {
  const judgement = rules.judge(input);
  const renewed = renewal(input.store, isHealthy(judgement), input.now);
  if (renewed.authorizedAt === input.store.authorizedAt) return judgement;
  return rules.judge({ ...input, store: { ...input.store, ...renewed } });
}

export function isHealthy({ verdict }: Pick<Judgement, 'verdict'>): boolean {
  return verdict === 'connected' || verdict === 'expiring';
}

type Year = Pick<StoreFacts, 'authorizedAt' | 'authorizedBy'>;

/**
 * Rule R9: a call that succeeds after the estimated end means that the seller renewed at the marketplace. A permission that
 * was seen to have run out was renewed just now; one that was never missed was renewed by its end at the latest.
 */
export function renewal(store: Year & Pick<StoreFacts, 'alarm'>, healthy: boolean, now: number): Year {
  const end = estimatedExpiry(store.authorizedAt);
  if (!healthy || end === null || now <= end)
    return { authorizedAt: store.authorizedAt, authorizedBy: store.authorizedBy };
  return { authorizedAt: store.alarm?.cause === 'grant.expired' ? now : end, authorizedBy: 'inferred' };
}

/** At first connect a diagnosis is shown at once: showing is not alarming, so no message follows from it. */
export function firstJudgement(rules: Rules, live: JudgeInput): { judgement: Judgement; limited: boolean } {
  const judged = rules.judge(live);
  const diagnosis = rules.diagnoseNow(live);
  if (!diagnosis || judged.alarm !== null) return { judgement: judged, limited: diagnosis !== null };
  const { cause, evidence } = diagnosis;
  const alarm = { cause, since: live.now, evidence, diagnosis };
  return { judgement: { ...judged, verdict: 'limited', diagnosis, alarm }, limited: true };
}

type News = {
  before: Before;
  input: JudgeInput;
  look: readonly Observation[];
  judgement: Judgement;
  step: Step;
};

/**
 * What changes a belief is kept as evidence; more of the same only moves the time of the last look. While a second failure
 * is waited for, what came before the weather cleared counts for nothing: the first failure after it is news, however alike.
 */
function isNews({ before, input, look, judgement, step }: News): boolean {
  if (step.changed) return true;
  if (before.alarm?.evidence !== judgement.alarm?.evidence && before.alarm?.since !== judgement.alarm?.since)
    return true;
  const from = judgement.lacking.includes('second_failure') ? clearedAt(input.weather) : -Infinity;
  const lastOf = ({ call }: Observation) => input.observations.findLast((o) => o.call === call && o.at > from);
  return look.some((o) => o.rung !== 'control' && saysAnew(o, lastOf(o)));
}

/** A good answer can be news too: other sites, or another seller, than the one before it named. */
function saysAnew({ answer, facts }: Observation, before: Observation | undefined): boolean {
  if (answer !== (before?.answer ?? 'ok')) return true;
  const named = before?.facts ?? {};
  if (facts.sellerId !== undefined && facts.sellerId !== named.sellerId) return true;
  return facts.sites !== undefined && JSON.stringify(facts.sites) !== JSON.stringify(named.sites);
}
