import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import type { RequestLog } from './log/requestLog.ts';
import type { Amazon } from './state/amazon.ts';
import { amazonFromWorld } from './state/fromWorld.ts';
import type { Issuer } from './state/issue.ts';
import { wakeWaiting } from './state/queues.ts';
import type { WireAnswer, WireRequest } from './wire.ts';
import type { World } from './world/schema.ts';

/** Everything a part of the emulator may look at. `amazon` is another object after `PUT /_/world`: never keep it. */
export type Stage = {
  amazon: Amazon;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Makes what has changed outlive this process, where somebody asked for that. */
  keep?: () => void;
};

export type StageOptions = { world: World; clock: Clock; issue: Issuer; faults: Faults; log: RequestLog };

export function createStage({ world, clock, issue, faults, log }: StageOptions): Stage {
  return { amazon: amazonFromWorld(world, issue, clock.moment()), clock, faults, log };
}

/** Another world takes the place of this one, with its own time; nothing of the old one stays. */
export function enter(stage: Stage, world: World): void {
  const before = stage.amazon;
  stage.clock.set(world.now === undefined ? undefined : Date.parse(world.now));
  stage.amazon = amazonFromWorld(world, before.issue, stage.clock.moment());
  stage.faults.clear();
  stage.log.clear();
  wakeWaiting(before);
}

/** What a request is about, told before anything about it is checked: faults are matched and the log is written by it. */
export type About = { operation?: string | undefined; sellerId?: string | undefined };

/**
 * One kind of host: Login with Amazon, Selling Partner API, its sandbox, Seller Central. `answer` calls `injected` once
 * the caller is authenticated (at once where nobody authenticates) and gives back what it returns, if anything: that is
 * where injected faults of the non-transport kinds come in.
 */
export type Part = {
  about: (stage: Stage, request: WireRequest) => About;
  answer: (
    stage: Stage,
    request: WireRequest,
    injected: () => WireAnswer | undefined,
  ) => WireAnswer | Promise<WireAnswer>;
};
