/** Settings → app → start → stop on a signal. */
import { parseArgs } from 'node:util';
import { createApp, type RunningApp } from './app.ts';
import { processSource, readConfig, type Config } from './config.ts';
import type { ConfigProblem } from './config/fields.ts';
import { DEMO_PERSON } from './demo/mark.ts';
import { explain } from './explain.ts';
import { createLog } from './log.ts';
import { announce, refuse, speakWith } from './process-events.ts';

const USAGE = `Usage: npm start [-- --role all|api|worker]
Settings are read from the environment, .env and the file named by STOREKEEPER_CONFIG; see the guide for operators.`;

function listProblems(problems: ConfigProblem[]): string {
  const lines = problems.map(({ name, wrong, right }) => `  ${name}: ${wrong}\n    Right: ${right}`);
  return `Storekeeper cannot start. ${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} wrong:\n${lines.join('\n')}`;
}

async function configure(): Promise<Config> {
  const source = processSource();
  const values = readWords();
  if (values instanceof Error) {
    const read = await readConfig(source);
    refuse(`${values.message}. Storekeeper takes --role all|api|worker, and --help.`, {
      demo: read.ok ? read.config.demo : read.demo,
    });
  }
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const env = values.role === undefined ? source.env : { ...source.env, STOREKEEPER_ROLE: values.role };
  const result = await readConfig({ ...source, env });
  return result.ok ? result.config : refuse(listProblems(result.problems), { demo: result.demo });
}

/** What was typed, or what is wrong with it. */
function readWords(): { role?: string | undefined; help?: boolean | undefined } | Error {
  try {
    return parseArgs({ options: { role: { type: 'string' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function startProblem(error: unknown, config: Config): string | null {
  return listenProblem(error, config) ?? explain(error);
}

/** Errors of opening the port. An outage of the database has another shape, whatever its code. */
function listenProblem(error: unknown, { host, port }: Config): string | null {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return null;
  const isPort = error.syscall === 'listen' || error.syscall === 'bind' || error.syscall === 'getaddrinfo';
  if (!isPort) return null;
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken, perhaps by another Storekeeper. Stop that one, or choose another port with PORT=… npm start.`;
    case 'EACCES':
      return `Port ${port} may not be used here. Choose one above 1023 with PORT=… npm start.`;
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return `HOST=${host} is no address of this machine. Set HOST=127.0.0.1, or the address of one of its network cards.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return `HOST=${host} is no host name that is known here. Set HOST=127.0.0.1, or an address of this machine.`;
    case 'EAFNOSUPPORT':
      return `HOST=${host} is an address of a kind that this machine does not use. Set HOST=127.0.0.1.`;
    default:
      return null;
  }
}

function greet({ role, demo, publicUrl, host, port }: Config): void {
  const pages = role === 'worker' ? 'Storekeeper works. It has no pages in this role.' : `Storekeeper: ${publicUrl}`;
  const lines = demo
    ? [
        pages,
        `Demo: sign in as ${DEMO_PERSON.email} with the password ${DEMO_PERSON.password}, or with one click on the page.`,
      ]
    : [pages];
  const at = role === 'worker' ? {} : { address: publicUrl, host, port };
  announce({ text: lines.join('\n'), fields: { role, ...at }, message: 'Storekeeper is up' });
}

function stopOnSignal(app: RunningApp): void {
  let asked = 0;
  const stop = (): void => {
    asked += 1;
    if (asked > 1) process.exit(1);
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => refuse(`Storekeeper did not stop cleanly: ${String(error)}`),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Runs until a signal ends it. A start that cannot be ends the process with one message and what to do. */
export async function run(): Promise<void> {
  const config = await configure();
  const log = createLog({ level: config.logLevel });
  speakWith({ demo: config.demo, log });
  // Whatever the libraries create is readable by this account alone.
  process.umask(0o077);
  try {
    const app = await createApp(config, { log });
    stopOnSignal(app);
    await app.start().catch(async (error: unknown) => {
      await app.stop();
      throw error;
    });
    greet(config);
  } catch (error) {
    const why = startProblem(error, config);
    if (why !== null) refuse(why);
    const text = error instanceof Error ? error.message : String(error);
    refuse(`Storekeeper could not start: ${text}`, { mistake: error });
  }
}
