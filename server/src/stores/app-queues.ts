/** The queues of the operator's apps, read for as long as the watch runs. Without a queue nothing is loaded and nothing asked. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '../connectors/connector.ts';
import type { AmazonApp, App, QueueSettings } from '../core/access.ts';
import { noteQueueAnswers, noteQueueFailure } from '../db/app-queue.ts';
import { takeMessage } from './app-intake.ts';
import { pageOf, queue as queueMail } from './app-incidents.ts';
import type { Shop } from './shop.ts';

/** How long one question waits for messages: the longest that SQS lets one wait. Seconds. */
const WAIT_SECONDS = 20;
/** After a failure the queue is asked again after this, then ever more slowly. Machine time, milliseconds. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** So many failures in a row, about an hour of them, are told to the operator. */
const TOLD_AFTER = 65;
const DAY = 86_400_000;

type Open = { settings: QueueSettings; queue: Queue };

export type QueueWatch = {
  /** Reads every queue once; how many messages there were. Ends early when `signal` says so. */
  step: (signal: AbortSignal) => Promise<number>;
  close: () => void;
};

export function createQueueWatch(shop: Shop): QueueWatch {
  const open = new Map<string, Open>();

  async function opened(app: AmazonApp, settings: QueueSettings): Promise<Queue | null> {
    const known = open.get(app.applicationId);
    if (known && sameQueue(known.settings, settings)) return known.queue;
    known?.queue.close();
    const queue = (await shop.connector(app.marketplace).notices?.openQueue(settings)) ?? null;
    if (queue) open.set(app.applicationId, { settings, queue });
    return queue;
  }

  return {
    async step(signal) {
      let count = 0;
      for (const app of shop.apps()) {
        const settings = settingsOf(app);
        if (app.marketplace !== 'amazon' || settings === null || signal.aborted) continue;
        count += await readOne(shop, { app, signal, open: () => opened(app, settings) });
      }
      return count;
    },
    close() {
      for (const { queue } of open.values()) queue.close();
      open.clear();
    },
  };
}

function settingsOf(app: App): QueueSettings | null {
  return app.marketplace === 'amazon' ? (app.notifications ?? null) : null;
}

function sameQueue(a: QueueSettings, b: QueueSettings): boolean {
  const keys = ({ keys }: QueueSettings) => keys && `${keys.accessKeyId} ${keys.secretAccessKey.reveal()}`;
  return a.queueUrl === b.queueUrl && a.region === b.region && keys(a) === keys(b);
}

type Reading = { app: AmazonApp; signal: AbortSignal; open: () => Promise<Queue | null> };

async function readOne(shop: Shop, { app, signal, open }: Reading): Promise<number> {
  try {
    const queue = await open();
    return queue ? await readQueue(shop, { app, queue, signal, waitSeconds: WAIT_SECONDS }) : 0;
  } catch (error) {
    if (!signal.aborted) await failed(shop, { app, signal, error });
    return 0;
  }
}

type ReadingQueue = { app: AmazonApp; queue: Queue; signal: AbortSignal; waitSeconds: number };

/** Takes what the queue hands out. What cannot be handled now stays in the queue and comes again. */
export async function readQueue(shop: Shop, { app, queue, signal, waitSeconds }: ReadingQueue): Promise<number> {
  const messages = await queue.receive({ waitSeconds, signal });
  await noteQueueAnswers(shop.db.db, app.applicationId);
  for (const { id, receipt, body } of messages) {
    try {
      if (await takeMessage(shop, { app, body })) await queue.remove(receipt);
    } catch (error) {
      shop.log.error(
        { message: id, error: nameOf(error) },
        'a message of the queue could not be handled and comes again',
      );
    }
  }
  return messages.length;
}

async function failed(shop: Shop, { app, signal, error }: Omit<Reading, 'open'> & { error: unknown }): Promise<void> {
  const { applicationId } = app;
  const failure = nameOf(error);
  const now = shop.now();
  const failures = await shop.db.transaction(async (tx) => {
    const inARow = await noteQueueFailure(tx, { applicationId, at: now, failure });
    if (inARow >= TOLD_AFTER) {
      const payload = { topic: 'operator_note', what: 'queue', detail: '', app: app.name, link: pageOf(shop) } as const;
      await queueMail(shop, { tx, dedupeKey: `${applicationId}:queue:${Math.floor(now / DAY)}`, payload, now });
    }
    return inARow;
  });
  shop.log.warn({ applicationId, failure }, 'the queue of the app could not be read and is asked again');
  const pause = Math.min(PAUSE_MS * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE_MS);
  await sleep(pause, undefined, { signal }).catch(() => undefined);
}

/** The kind of an error: its words may repeat an address or a key. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}
