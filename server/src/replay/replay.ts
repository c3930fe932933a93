/** A rule set over the recorded log: in this thread where the log is small, else in several. */
import { availableParallelism } from 'node:os';
import { countLooks, storesWithLooks } from '../db/looks.ts';
import type { OpenDatabase } from '../db/open.ts';
import { loadRules, type RulesAt } from './rules.ts';
import { replayStores, type ReplayWish, type StoreNamed, type StoreStory } from './stores.ts';
import { replayInThreads } from './threads.ts';

/** So many looks are judged in about the time that starting threads takes. */
const SMALL = 20_000;
const MOST_THREADS = 4;
/** Stores handed out at once. */
const HANDFUL = 50;

export type ReplayOrder = {
  database: OpenDatabase;
  /** Where the threads open it once more. */
  databaseUrl: string;
  dataDir: string;
  rules: RulesAt;
  wish: ReplayWish;
  accountId?: string | undefined;
  /** How many threads; decided by the size of the log when absent. */
  threads?: number;
};

/** The stories of all stores that have a look in the time asked for, in the order of their ids, some at a time. */
export async function* replayLog(order: ReplayOrder): AsyncGenerator<StoreStory[]> {
  const { database, databaseUrl, dataDir, rules, wish } = order;
  const count = order.threads ?? (await threadsFor(database));
  const handfuls = handfulsOf(order);
  // Said before anything is begun: rules that cannot be loaded are no fault of a thread.
  const loaded = await loadRules(rules);
  if (count > 1) yield* replayInThreads({ databaseUrl, dataDir, rules, wish }, handfuls, count);
  else for await (const stores of handfuls) yield await replayStores(database.db, stores, { rules: loaded, wish });
}

async function threadsFor({ db }: OpenDatabase): Promise<number> {
  if ((await countLooks(db, { atMost: SMALL })) < SMALL) return 1;
  return Math.min(MOST_THREADS, availableParallelism());
}

async function* handfulsOf({ database, accountId }: ReplayOrder): AsyncGenerator<StoreNamed[]> {
  for (let after = ''; ;) {
    const stores = await storesWithLooks(database.db, { after, limit: HANDFUL, accountId });
    const last = stores.at(-1);
    if (!last) return;
    yield stores;
    after = last.id;
  }
}
