/** A test's second process: opens the database like a server would, says so, and stays until it is killed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { DatabaseProblem } from '../problem.ts';

const [url = '', dataDir = '', then = 'wait'] = process.argv.slice(2);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function open(): Promise<void> {
  try {
    const database = await openDatabase({ url, dataDir, exclusive: then !== 'migrate' });
    const applied = await migrate(database);
    if (then === 'migrate') await database.close();
    if (then === 'migrate') say({ pid: process.pid, applied });
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    say({ problem: error.message });
    process.exit(1);
  }
}

await open();
if (then === 'wait') {
  // Nothing refers to the database any more: the lock must be kept all the same.
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  setInterval(() => {
    if (typeof collectGarbage === 'function') collectGarbage();
    say({ pid: process.pid });
  }, 50);
}
