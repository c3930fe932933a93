/** The command line: `npm run storekeeper -- <verb>`. Answers on standard output, trouble on standard error, exit code 1. */
import { parseArgs } from 'node:util';
import { openRooms } from './app.ts';
import { COMMANDS, USAGE } from './cli/commands.ts';
import { processSource, readConfig } from './config.ts';
import { Fault } from './core/fault.ts';
import { DatabaseProblem } from './db/problem.ts';
import { createLog } from './log.ts';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { account: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [noun = '', verb = '', ...rest] = positionals;
  const command = COMMANDS[`${noun} ${verb}`.trim()] ?? COMMANDS[noun];
  if (values.help || !command) {
    process.stderr.write(`${USAGE}\n`);
    return values.help ? 0 : 1;
  }
  const words = COMMANDS[`${noun} ${verb}`.trim()] ? rest : [verb, ...rest].filter((word) => word !== '');
  const configured = await readConfig(processSource());
  if (!configured.ok) {
    const lines = configured.problems.map(({ name, wrong, right }) => `${name}: ${wrong} Right: ${right}`);
    process.stderr.write(`${lines.join('\n')}\n`);
    return 1;
  }
  const { config } = configured;
  // Beside a running server: no lock is taken, and nothing runs by itself.
  const rooms = await openRooms(config, createLog({ level: 'silent' }), { exclusive: false });
  try {
    const lines = await command({ rooms, config, words, account: values.account ?? null, name: values.name ?? null });
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    await rooms.outbound.close();
    await rooms.database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof Fault || error instanceof DatabaseProblem;
  process.stderr.write(`${known ? error.message : `Storekeeper made a mistake: ${String(error)}`}\n`);
  process.exitCode = 1;
}
