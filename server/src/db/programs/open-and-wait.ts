/** A test's second process: opens the database like a server would, says so, and stays until it is killed. */
import { migrate } from '../migrate.ts';
import { openDatabase } from '../open.ts';
import { DatabaseProblem } from '../problem.ts';

const [url = '', dataDir = '', then = 'wait'] = process.argv.slice(2);
try {
  const database = await openDatabase({ url, dataDir, exclusive: then !== 'migrate' });
  const applied = await migrate(database);
  process.stdout.write(`${JSON.stringify({ pid: process.pid, applied })}\n`);
  if (then === 'wait') setInterval(() => undefined, 1_000);
  else await database.close();
} catch (error) {
  if (!(error instanceof DatabaseProblem)) throw error;
  process.stdout.write(`${JSON.stringify({ problem: error.message })}\n`);
  process.exitCode = 1;
}
