/** The command line: `npm run storekeeper -- <verb>`. Answers on standard output, trouble on standard error, exit code 1. */
import { parseArgs } from 'node:util';
import { openRooms } from './app.ts';
import { COMMANDS, USAGE, type Call } from './cli/commands.ts';
import { processSource, readConfig } from './config.ts';
import { Fault } from './core/fault.ts';
import { DatabaseProblem } from './db/problem.ts';
import { createLog } from './log.ts';

type Order = Pick<Call, 'words' | 'account' | 'name'> & { command: (typeof COMMANDS)[string] };

/** The verb and its words, or null when there is none by this name. */
function readOrder(): Order | null {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { account: { type: 'string' }, name: { type: 'string' } },
  });
  const [noun = '', verb = '', ...rest] = positionals;
  const long = COMMANDS[`${noun} ${verb}`];
  const command = long ?? COMMANDS[noun];
  if (!command) return null;
  const words = long ? rest : positionals.slice(1);
  return { command, words, account: values.account ?? null, name: values.name ?? null };
}

async function main(): Promise<number> {
  const order = readOrder();
  if (!order) return complain(USAGE);
  const configured = await readConfig(processSource());
  if (!configured.ok) {
    return complain(
      configured.problems.map(({ name, wrong, right }) => `${name}: ${wrong} Right: ${right}`).join('\n'),
    );
  }
  const { config } = configured;
  // Beside a running server: no lock is taken, and nothing runs by itself.
  const rooms = await openRooms(config, createLog({ level: 'silent' }), { exclusive: false });
  try {
    const lines = await order.command({ ...order, rooms, config });
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    await rooms.outbound.close();
    await rooms.database.close();
  }
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Fault || error instanceof DatabaseProblem;
  process.stderr.write(`${known ? error.message : `Storekeeper made a mistake: ${String(error)}`}\n`);
  process.exitCode = 1;
}
