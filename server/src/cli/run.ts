/** One verb: read what was typed, open what it needs, print. Standard output has the answer alone. */
import { parseArgs } from 'node:util';
import { processSource, readConfig, type Config } from '../config.ts';
import { Fault } from '../core/fault.ts';
import { visitDemo } from '../demo/visit.ts';
import { explain } from '../explain.ts';
import { createLog } from '../log.ts';
import { openRooms, type Rooms } from '../rooms.ts';
import { atCommandLine } from './actor.ts';
import { COMMANDS, USAGE, type Call, type Command } from './commands.ts';
import { restore } from './restore.ts';

type Order = Pick<Call, 'words' | 'account' | 'name'> & {
  command: Command | 'restore' | 'replay' | 'audit' | 'doctor';
};

/** The verb and its words, or null when there is none by this name. */
function readOrder(): Order | null {
  // These have options of their own.
  const [, , first] = process.argv;
  if (first === 'replay' || first === 'audit')
    return { command: first, words: process.argv.slice(3), account: null, name: null };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { account: { type: 'string' }, name: { type: 'string' } },
  });
  const said = { account: values.account ?? null, name: values.name ?? null };
  const [verb] = positionals;
  if (verb === 'restore' || verb === 'doctor') return { ...said, command: verb, words: positionals.slice(1) };
  for (const length of [2, 1]) {
    const verbs = positionals.slice(0, length).join(' ');
    const command = Object.hasOwn(COMMANDS, verbs) ? COMMANDS[verbs] : undefined;
    if (command) return { ...said, command, words: positionals.slice(length) };
  }
  return null;
}

async function obey(): Promise<number> {
  const order = readOrder();
  if (!order) return complain(USAGE);
  const configured = await readConfig(processSource());
  if (!configured.ok) {
    return complain(
      configured.problems.map(({ name, wrong, right }) => `${name}: ${wrong} Right: ${right}`).join('\n'),
    );
  }
  const { config } = configured;
  // What replaces the database must not need the one that it replaces.
  const { command } = order;
  if (command === 'restore') return say(await restore(config, order.words));
  if (command === 'doctor') return doctor(config);
  const rooms = await open(config);
  try {
    if (command === 'replay') {
      // Loaded where it is asked for, so that every other verb starts as quickly as before.
      const { replay } = await import('./replay.ts');
      return await replay({ rooms, config, words: order.words });
    }
    if (command === 'audit') return await (await import('./audit.ts')).audit(rooms, order.words);
    return say(await rooms.database.acting(atCommandLine(), () => command({ ...order, rooms, config })));
  } finally {
    await rooms.outbound.close();
    await rooms.database.close();
  }
}

/** The self-test names each fault in a line of its own, and scripts read the exit code. */
async function doctor(config: Config): Promise<number> {
  const { selfTest } = await import('./doctor.ts');
  const lines = await selfTest(config, () => open(config));
  say(lines);
  return lines.some((line) => line.startsWith('wrong')) ? 1 : 0;
}

/** Beside a running server: no lock is taken, and nothing runs by itself. In the demo its clock and its app count. */
async function open(config: Config): Promise<Rooms> {
  const demo = config.demo ? await visitDemo(config) : null;
  const apps = demo === null ? { isReachable: () => !config.demo } : { apps: demo.apps };
  const rooms = await openRooms(config, createLog({ level: 'silent' }), { exclusive: false, ...apps });
  rooms.clock.setOffset(demo?.aheadMs ?? 0);
  return rooms;
}

function say(lines: string[]): number {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

/** What a person can put right is said alone; everything else is a mistake of ours, with the place for a report. */
function wordsOf(error: unknown): string {
  const why = explain(error);
  if (why !== null) return why;
  if (error instanceof Fault) return error.message;
  if (error instanceof TypeError && 'code' in error) return `${error.message}\n\n${USAGE}`;
  return `Storekeeper made a mistake: ${error instanceof Error ? error.stack : String(error)}`;
}

/** The exit code. Never throws. */
export async function run(): Promise<number> {
  process.umask(0o077);
  return obey().catch((error: unknown) => complain(wordsOf(error)));
}
