/** A test's process: opens the shop, waits for its word, looks at one store, says what it was told. */
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { openDatabase } from '../../../server/src/db/open.ts';
import { openBranch, type Ground } from '../../support/branch.ts';
import { seeLeases } from '../../support/leases-seen.ts';
import { look, type How, type Told, type Who } from '../looks.ts';

export type Task = { url: string; dataDir: string; ground: Ground; how: How; who: Who };
export type Said = { ready?: true; tried?: boolean; told?: Told };

function say(line: Said): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const { url, dataDir, ground, how, who } = JSON.parse(process.argv[2] ?? '') as Task;
// Beside the test's own process, which has the embedded database: as the command line is beside the server.
const database = await openDatabase({ url, dataDir, exclusive: false, poolSize: 3 });
const seen = seeLeases(database, (tried) => say({ tried }));
const { shop, outbound } = openBranch({ database: seen, ground, owner: `process ${process.pid}`, app: 0 });
const word = once(createInterface({ input: process.stdin }), 'line');
say({ ready: true });
await word;
say({ told: await look(shop, how, who) });
await outbound.close();
await database.close();
process.exit(0);
