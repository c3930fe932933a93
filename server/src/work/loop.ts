/** The watch: what is due, claimed and run. One table from kind of work to verb; every process runs the same loop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { reportError } from '../database-outage.ts';
import { createQueueWatch } from '../stores/app-queues.ts';
import { keepSubscriptions } from '../stores/app-subscriptions.ts';
import { every, watchApps, type AppWatch } from '../stores/app-watch.ts';
import { watchClock } from '../stores/clock-watch.ts';
import { watchAudit } from '../stores/audit-watch.ts';
import { finishDueSessions } from '../stores/finish.ts';
import { watchIncidents } from '../stores/incidents.ts';
import { findOlderTokens } from '../stores/older-database.ts';
import { REPLAY_EVERY_MS, replayTokens } from '../stores/replay-tokens.ts';
import type { Shop } from '../stores/shop.ts';
import { createLooks } from './looks.ts';
import { sweepWhenDue } from './sweep.ts';

/** How often a quiet process looks whether something fell due. Milliseconds of machine time. */
const IDLE_MS = 250;
const SESSIONS_AT_ONCE = 16;
const MESSAGES_AT_ONCE = 20;

/** A standby that took over may lack the last tokens. Machine time, milliseconds. */
const OLDER_MS = 600_000;

/** Between two looks at which stores are to be subscribed to. Machine time, milliseconds. */
const SUBSCRIBE_MS = 5_000;

export type Work = {
  start: () => void;
  /** Takes nothing new, waits until everything under way has ended. */
  stop: () => Promise<void>;
};

export type Dispatch = { runDue: (limit: number) => Promise<number> };

/** `apps`: the settings and secrets of the operator's apps, where they are watched too. */
type Given = { dispatch: Dispatch; apps?: Omit<AppWatch, 'shop'> };

export function createWork(shop: Shop, { dispatch, apps }: Given): Work {
  const state = { running: false };
  const loops: Promise<void>[] = [];
  const stopping = new AbortController();
  const queues = createQueueWatch(shop);
  const looks = createLooks(shop, (error) =>
    reportError(shop.log, 'a look', { message: 'a look failed and will be made again', error }),
  );

  async function loop(name: string, step: () => Promise<number>): Promise<void> {
    while (state.running) {
      const done = await step().catch((error: unknown) => {
        reportError(shop.log, name, { message: `the watch stumbled over ${name} and goes on`, error });
        return 0;
      });
      if (done === 0 && state.running) await sleep(IDLE_MS);
    }
  }

  return {
    start() {
      state.running = true;
      for (const [name, step] of stepsOf(shop, {
        dispatch,
        apps,
        looks: looks.step,
        queues: () => queues.step(stopping.signal),
      }))
        loops.push(loop(name, step));
    },
    async stop() {
      state.running = false;
      stopping.abort();
      await Promise.all(loops);
      await looks.ended();
      queues.close();
    },
  };
}

type Steps = {
  dispatch: Dispatch;
  apps: Given['apps'] | undefined;
  looks: () => Promise<number>;
  queues: () => Promise<number>;
};

function stepsOf(shop: Shop, { dispatch, apps, looks, queues }: Steps): [name: string, step: () => Promise<number>][] {
  return [
    ['the clock', watchClock(shop)],
    ['stores', looks],
    ['connect sessions', () => finishDueSessions(shop, SESSIONS_AT_ONCE)],
    ['spooled tokens', every(REPLAY_EVERY_MS, () => replayTokens(shop))],
    ['older tokens', every(OLDER_MS, () => findOlderTokens(shop))],
    ['the queues', queues],
    ['subscriptions', every(SUBSCRIBE_MS, () => keepSubscriptions(shop))],
    ['the apps', watchApps({ shop, ...apps })],
    ['incidents', watchIncidents(shop)],
    ['messages', () => dispatch.runDue(MESSAGES_AT_ONCE)],
    ['what has had its time', sweepWhenDue(shop)],
    ['the audit log', watchAudit(shop)],
  ];
}
