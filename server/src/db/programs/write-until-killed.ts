/** A test's writer: every row it has committed it names on standard output, until it is killed. */
import { writeSync } from 'node:fs';
import { openDatabase } from '../open.ts';
import { insertStore, saveStore } from '../stores.ts';
import { appendEvent } from '../events.ts';
import { aStore } from '../testing-rows.ts';

const [url = '', dataDir = ''] = process.argv.slice(2);
const database = await openDatabase({ url, dataDir });

/** Several at once, as a server would: every committed store has its event and the version that goes with it. */
async function write(): Promise<never> {
  for (;;) {
    const store = aStore({ version: 1 });
    await database.transaction(async (tx) => {
      await insertStore(tx, store);
      await saveStore(tx, { ...store, version: 2 });
      const { accountId } = store;
      await appendEvent(tx, { accountId, storeId: store.id, type: 'made', at: 0, version: 2, snapshot: {} });
    });
    writeSync(1, `${store.id}\n`);
  }
}

await Promise.all([write(), write(), write()]);
