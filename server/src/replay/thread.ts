/** One thread of a replay: it opens the database and the rules for itself, and replays the stores that it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../db/open.ts';
import { loadRules } from './rules.ts';
import { replayStores, type StoreNamed } from './stores.ts';
import type { Answer, Material } from './threads.ts';

const { databaseUrl, dataDir, rules, wish } = workerData as Material;
const port = parentPort;
if (port === null) throw new Error('This is a thread of a replay and no program.');

const database = await openDatabase({ url: databaseUrl, dataDir, exclusive: false, mapped: true, poolSize: 1 });
const loaded = await loadRules(rules);

port.on('message', (stores: StoreNamed[] | null) => {
  if (stores === null) void database.close().then(() => port.close());
  else void answer(stores).then((said) => port.postMessage(said));
});

async function answer(stores: readonly StoreNamed[]): Promise<Answer> {
  try {
    return { stories: await replayStores(database.db, stores, { rules: loaded, wish }) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
