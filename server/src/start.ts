/** Settings → app → start → stop on a signal. */
import { parseArgs } from 'node:util';
import { createApp, type RunningApp } from './app.ts';
import { processSource, readConfig, type Config } from './config.ts';
import type { ConfigProblem } from './config/fields.ts';
import { isOutage } from './database-outage.ts';
import { DatabaseProblem } from './db/problem.ts';
import { StartProblem } from './problems.ts';
import { DEMO_PERSON } from './demo/mark.ts';

const USAGE = `Usage: npm start [-- --role all|api|worker]
Settings are read from the environment, .env and the file named by STOREKEEPER_CONFIG; see the guide for operators.`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ends before anything has begun: one message, what to do, exit code 1. */
function refuse(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function listProblems(problems: ConfigProblem[]): string {
  const lines = problems.map(({ name, wrong, right }) => `  ${name}: ${wrong}\n    Right: ${right}`);
  return `Storekeeper cannot start. ${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} wrong:\n${lines.join('\n')}`;
}

async function configure(): Promise<Config> {
  const { values } = parseArgs({ options: { role: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help) {
    say(USAGE);
    process.exit(0);
  }
  const source = processSource();
  const env = values.role === undefined ? source.env : { ...source.env, STOREKEEPER_ROLE: values.role };
  const result = await readConfig({ ...source, env });
  return result.ok ? result.config : refuse(listProblems(result.problems));
}

function startProblem(error: unknown, config: Config): string | null {
  if (error instanceof DatabaseProblem || error instanceof StartProblem) return error.message;
  if (isOutage(error)) return `${error.message} Start the database, or check STOREKEEPER_DATABASE_URL.`;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return `Port ${config.port} is taken, perhaps by another Storekeeper. Stop that one, or choose another port with PORT=… npm start.`;
  }
  if (code === 'EACCES')
    return `Port ${config.port} may not be used here. Choose one above 1023 with PORT=… npm start.`;
  return null;
}

function greet(config: Config): void {
  if (config.role === 'worker') return say('Storekeeper works. It has no pages in this role.');
  say(`Storekeeper: ${config.publicUrl}`);
  if (config.demo) {
    say(
      `Demo: sign in as ${DEMO_PERSON.email} with the password ${DEMO_PERSON.password}, or with one click on the page.`,
    );
  }
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
  // Whatever the libraries create is readable by this account alone.
  process.umask(0o077);
  try {
    const app = await createApp(config);
    stopOnSignal(app);
    await app.start().catch(async (error: unknown) => {
      await app.stop();
      throw error;
    });
    greet(config);
  } catch (error) {
    const why = startProblem(error, config);
    refuse(why ?? `Storekeeper could not start: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
