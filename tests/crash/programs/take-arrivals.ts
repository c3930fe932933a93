/** A process that takes arrivals and does what is due, until it is killed or until nothing is under way. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../../server/src/db/open.ts';
import { arriveAtCallback } from '../../../server/src/stores/arrive.ts';
import { openJournal } from '../../../server/src/stores/token-journal.ts';
import { createWork } from '../../../server/src/work/loop.ts';
import { openBranch, type Ground } from '../../support/branch.ts';
import { BROWSER, type Query } from '../flows.ts';

export type Arriving = { n: number; query: Query };
export type ArrivalsTask = {
  ground: Ground;
  url: string;
  dataDir: string;
  arrivals: Arriving[];
  /** The arrivals are spread over this long. Milliseconds. */
  overMs: number;
};
export type ArrivalsSaid = { ready: true } | { answered: number } | { quiet: true } | { failed: number; error: string };

function say(line: ArrivalsSaid): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

const task = JSON.parse(process.argv[2] ?? '') as ArrivalsTask;
const { ground, url, dataDir } = task;
const database = await openDatabase({ url, dataDir });
const { shop: bare } = openBranch({ database, ground, owner: `process ${process.pid}`, app: 0 });
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const shop = { ...bare, log: quiet, journal: await openJournal({ db: database, dataDir }) };
const work = createWork(shop, { dispatch: { runDue: () => Promise.resolve(0) } });
work.start();
say({ ready: true });

/** A browser whose request fails loads the page again. */
async function arrive({ n, query }: Arriving): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await arriveAtCallback(shop, { query, browser: BROWSER, accountIds: [] });
      return say({ answered: n });
    } catch (error) {
      if (attempt === 99) say({ failed: n, error: String(error) });
      await sleep(1_000);
    }
  }
}

async function underWay(): Promise<boolean> {
  try {
    const session = await database.db
      .selectFrom('connect_session')
      .select('id')
      .where('status', 'in', ['exchanging', 'verifying'])
      .executeTakeFirst();
    const waiting = (await shop.journal.spool?.waiting()) ?? [];
    return session !== undefined || waiting.length > 0 || shop.journal.held.size > 0;
  } catch {
    return true;
  }
}

const step = task.overMs / Math.max(1, task.arrivals.length);
await Promise.all(task.arrivals.map((arriving, i) => sleep(i * step).then(() => arrive(arriving))));
while (await underWay()) await sleep(50);
say({ quiet: true });
await work.stop();
await database.close();
process.exit(0);
