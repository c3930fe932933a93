/**
 * The log of one store judged again, by today's rules or by others: what its seller and the operator would have been told,
 * beside what they were. Looks are taken as they were made; what rules decide themselves (alarm, verdict, where an episode
 * begins) is carried on by the rules that are tried.
 */
import type { Verdict } from './connection.ts';
import type { Cause } from './diagnosis.ts';
import type { JudgeInput, Judgement } from './judgement.ts';
import type { Observation } from './observation.ts';
import type { Outcome, RecordedLook } from './recorded-look.ts';
import {
  differencesOf,
  toldToOperator,
  toldToSeller,
  type Difference,
  type Telling,
  type Told,
  type ToldOperator,
} from './told.ts';
import type { Before, Effect } from './transition.ts';
import { EPISODE_LIMIT, firstJudgement, isHealthy, judgeRenewed, weigh, type Rules } from './weigh.ts';

export type Standing = { verdict: Verdict; cause: Cause | null };
/** From the first look at which the two differed so until the look at which they no longer did; null: until the end. */
export type Span = { from: number; to: number | null; recorded: Standing; replayed: Standing };
/** A look whose verdict does not follow from what it cites. */
export type Unproven = { at: number; recorded: Standing; fromEvidence: Standing };

export type Story = {
  looks: number;
  observations: number;
  /** To the seller, told alike or not. */
  told: Difference[];
  operator: { recorded: ToldOperator[]; replayed: ToldOperator[] };
  spans: Span[];
  /** Looks that rest on answers older than the log: they cannot be judged again, and are taken as they were recorded. */
  cut: number;
  evidence: {
    proven: number;
    unproven: Unproven[];
    /** Looks that these rules judge otherwise, however much they read: nothing can be said of what was cited then. */
    otherRules: number;
  };
};

export type ReplayWish = {
  /** Looks before this only tell what the episode was. Milliseconds. */
  from?: number;
  checkEvidence?: boolean;
};

/** Takes the looks of one store, oldest first. */
export class StoreReplay {
  readonly #rules: Rules;
  readonly #from: number;
  readonly #checkEvidence: boolean;
  /** What the rules that are tried believe, and what they kept of the open episode. */
  #belief: Before | null = null;
  #kept: Observation[] = [];
  /** The last look in which, by these rules, all was well. */
  #okAt = -Infinity;
  /** What was kept of the open episode as recorded, and how the last look ended. */
  #record: Observation[] = [];
  #last: { now: number; outcome: Outcome } | null = null;
  /** True once an episode began within the log. */
  #isWhole = false;
  readonly #told = { recorded: new Map<string, Told>(), replayed: new Map<string, Told>() };
  readonly #operator = { recorded: new Map<string, ToldOperator>(), replayed: new Map<string, ToldOperator>() };
  readonly #story: Pick<Story, 'looks' | 'observations' | 'spans' | 'cut' | 'evidence'> = {
    looks: 0,
    observations: 0,
    spans: [],
    cut: 0,
    evidence: { proven: 0, unproven: [], otherRules: 0 },
  };

  constructor(rules: Rules, { from = -Infinity, checkEvidence = false }: ReplayWish = {}) {
    this.#rules = rules;
    this.#from = from;
    this.#checkEvidence = checkEvidence;
  }

  add(look: RecordedLook): void {
    const { lastOkAt } = look.facts;
    if (lastOkAt !== null) this.#record = since(this.#record, lastOkAt);
    if (look.now >= this.#from) this.#replay(look);
    if (look.kind === 'adopted' || isHealthy(look.outcome)) {
      this.#record = [];
      this.#isWhole = true;
    } else if (look.outcome.kept) this.#record = withLook(this.#record, look.observations);
    this.#last = { now: look.now, outcome: look.outcome };
  }

  #replay(look: RecordedLook): void {
    this.#story.looks += 1;
    this.#story.observations += look.observations.length;
    const telling = this.#tellingRecorded(look);
    this.#note('recorded', telling);
    if (!this.#isWhole && this.#cited(look) === null) {
      this.#story.cut += 1;
      this.#note('replayed', telling);
      this.#belief = null;
      return;
    }
    if (this.#checkEvidence) this.#prove(look);
    this.#compare(look, this.#judge(look, this.#believed(look)));
  }

  end(): Story {
    const { recorded, replayed } = this.#told;
    return {
      ...this.#story,
      told: differencesOf([...recorded.values()], [...replayed.values()]),
      operator: {
        recorded: [...this.#operator.recorded.values()],
        replayed: [...this.#operator.replayed.values()],
      },
    };
  }

  /** What the tried rules believe when the look begins: what happened since the last one is the same for both. */
  #believed(look: RecordedLook): Before {
    const { facts, before } = look;
    const last = this.#last;
    if (!this.#belief || !last || !isSameAlarm(look, last.outcome)) {
      this.#kept = this.#record;
      this.#okAt = facts.lastOkAt ?? -Infinity;
      return { ...before, alarm: facts.alarm };
    }
    const belief = meanwhile(this.#belief, { before, last: last.outcome });
    if (facts.lastOkAt === null || facts.lastOkAt <= last.now) return belief;
    // Quiet looks came in between, in which everything was answered.
    this.#wellAt(facts.lastOkAt);
    return belief.alarm === null && isHealthy(belief) ? belief : this.#healed(look, { belief, at: facts.lastOkAt });
  }

  /** Where the tried rules still saw trouble, the last of the quiet looks ends it at the latest. */
  #healed(
    { facts, weather, cohort, hasAddress }: RecordedLook,
    { belief, at }: { belief: Before; at: number },
  ): Before {
    // Looks are quiet only while nothing is told.
    const store = { ...facts, alarm: belief.alarm, told: null };
    const input = { store, observations: [], weather, now: at };
    const judgement = judgeRenewed(this.#rules, input);
    const { effects, since } = this.#rules.transition(belief, judgement, at);
    const cause = judgement.diagnosis?.cause ?? null;
    this.#note('replayed', { at, effects, cohort, cause, before: belief.alarm, hasAddress });
    return { verdict: judgement.verdict, cause, since, alarm: judgement.alarm };
  }

  #judge(look: RecordedLook, before: Before): Standing {
    const { judgement, since, effects, news } = this.#weigh(look, before);
    const cause = judgement.diagnosis?.cause ?? null;
    const { now: at, cohort, hasAddress } = look;
    this.#note('replayed', { at, effects, cohort, cause, before: before.alarm, hasAddress });
    if (look.kind === 'adopted' || isHealthy(judgement)) this.#wellAt(at);
    else if (news || look.byHand) this.#kept = withLook(this.#kept, look.observations);
    this.#belief = { verdict: judgement.verdict, cause, since, alarm: judgement.alarm };
    return this.#belief;
  }

  #wellAt(at: number): void {
    this.#kept = [];
    this.#okAt = at;
  }

  #weigh(
    look: RecordedLook,
    before: Before,
  ): { judgement: Judgement; since: number; effects: readonly Effect[]; news: boolean } {
    const { weather, now, observations, facts } = look;
    if (look.kind === 'adopted') {
      // That they were adopted is taken as it happened.
      const { judgement } = firstJudgement(this.#rules, { store: facts, observations, weather, now });
      return { judgement, since: now, effects: [{ type: 'cancel_alarms' }], news: true };
    }
    const earlier = since(this.#kept, this.#okAt);
    const input = { store: { ...facts, alarm: before.alarm }, observations: earlier, weather, now };
    const { judgement, step, news } = weigh(this.#rules, { before, input, look: observations });
    return { judgement, since: step.since, effects: step.effects, news };
  }

  #tellingRecorded({ now: at, cohort, hasAddress, kind, facts, outcome }: RecordedLook): Telling {
    const before = kind === 'adopted' ? (this.#last?.outcome.alarm ?? null) : facts.alarm;
    return { at, effects: outcome.effects, cohort, cause: outcome.cause, before, hasAddress };
  }

  /** The same twice is told once, as the outbox does it. */
  #note(whose: 'recorded' | 'replayed', telling: Telling): void {
    if (telling.effects.length === 0) return;
    const told = this.#told[whose];
    for (const one of toldToSeller(telling)) {
      const key = `${one.what}:${one.cause}:${one.alarmSince}`;
      if (!told.has(key)) told.set(key, one);
    }
    const operator = this.#operator[whose];
    for (const one of toldToOperator(telling)) if (!operator.has(one.key)) operator.set(one.key, one);
  }

  #compare({ now, outcome }: RecordedLook, replayed: Standing): void {
    const { spans } = this.#story;
    const open = spans.at(-1);
    const goesOn = open?.to === null && isSame(open.recorded, outcome) && isSame(open.replayed, replayed);
    if (goesOn) return;
    if (open?.to === null) open.to = now;
    if (!isSame(outcome, replayed))
      spans.push({ from: now, to: null, recorded: standing(outcome), replayed: standing(replayed) });
  }

  /** The verdict judged anew over nothing but what it cites. */
  #prove(look: RecordedLook): void {
    const { evidence } = this.#story;
    const cited = this.#cited(look) ?? [];
    const fromEvidence = this.#again(look, cited);
    if (isSame(fromEvidence, look.outcome)) evidence.proven += 1;
    else if (!isSame(this.#again(look, null), look.outcome)) evidence.otherRules += 1;
    else evidence.unproven.push({ at: look.now, recorded: standing(look.outcome), fromEvidence });
  }

  /** The answers that a look cites, or null where some of them are older than the log. */
  #cited({ observations, outcome }: RecordedLook): Observation[] | null {
    const wanted = new Set(outcome.evidence);
    const cited = [...this.#record, ...observations].filter((o) => wanted.has(o.id));
    return cited.length < wanted.size ? null : cited;
  }

  /** The look judged as it was recorded; `cited`: over these observations alone, else over its whole episode. */
  #again(look: RecordedLook, cited: readonly Observation[] | null): Standing {
    const { kind, facts: store, weather, now, observations } = look;
    const input: JudgeInput = { store, weather, now, observations: cited ?? observations };
    if (kind === 'adopted') return standing(firstJudgement(this.#rules, input).judgement);
    if (cited) return standing(judgeRenewed(this.#rules, input));
    const whole = this.#rules.episodeWith({ ...input, observations: this.#record }, observations);
    return standing(judgeRenewed(this.#rules, whole));
  }
}

/** What a person did between two looks (opened a repair) moves both stories alike, as far as they agreed. */
function meanwhile(belief: Before, { before, last }: { before: RecordedLook['before']; last: Outcome }): Before {
  return {
    verdict: belief.verdict === last.verdict ? before.verdict : belief.verdict,
    cause: belief.cause === last.cause ? before.cause : belief.cause,
    since: belief.since === last.since ? before.since : belief.since,
    alarm: belief.alarm,
  };
}

/** False where something happened that the log does not know of: then both stories begin anew from what was recorded. */
function isSameAlarm({ kind, facts: { alarm } }: RecordedLook, last: Outcome): boolean {
  return kind === 'adopted' || (alarm?.cause === last.alarm?.cause && alarm?.since === last.alarm?.since);
}

function isSame(a: Standing, b: Standing): boolean {
  return a.verdict === b.verdict && a.cause === b.cause;
}

function standing(judged: Standing | Judgement): Standing {
  const cause = 'diagnosis' in judged ? (judged.diagnosis?.cause ?? null) : judged.cause;
  return { verdict: judged.verdict, cause };
}

function since(observations: Observation[], lastOkAt: number): Observation[] {
  return observations.every((o) => o.at > lastOkAt) ? observations : observations.filter((o) => o.at > lastOkAt);
}

/** As the database gives an episode: oldest first, and of a long one the newest. */
function withLook(kept: readonly Observation[], look: readonly Observation[]): Observation[] {
  const all = [...kept, ...look].toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return all.length > EPISODE_LIMIT ? all.slice(-EPISODE_LIMIT) : all;
}
