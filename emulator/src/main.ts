import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { createEmulator } from './app.ts';
import type { Emulator } from './app.ts';
import { loadWorld } from './world/load.ts';
import type { World } from './world/schema.ts';

const USAGE = `Usage: npm run emulator -- [options]
  --port 4290         plain HTTP, /{host}/… and the control API /_/
  --proxy-port 4291   CONNECT proxy that ends TLS for every host it plays
  --world FILE        world file (JSON); a built-in world otherwise
  --host 127.0.0.1    address to listen at
  --ca-dir DIR        where the proxy's certificate authority is kept (data/emulator)
  --seed TEXT         what ids and tokens are derived from
  --proof-file FILE   a key that GET /_/proof proves it has
  --state FILE        keeps the world there across restarts; once it exists it goes before --world`;

/** A start that cannot be: said in one message, with what to do. */
class StartProblem extends Error {
  override name = 'StartProblem' as const;
}

type Settings = {
  port: number;
  proxyPort: number | undefined;
  proxyAsked: boolean;
  host: string;
  caDir: string;
  seed: string;
  stateFile: string | undefined;
  proofKey: string | undefined;
  world: World | undefined;
};

function readSettings(args: string[]): Settings | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      'proxy-port': text,
      world: text,
      host: text,
      'ca-dir': text,
      seed: text,
      state: text,
      'proof-file': text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  return {
    port: portOf('--port', values.port ?? '4290'),
    proxyPort: portOf('--proxy-port', values['proxy-port'] ?? '4291'),
    proxyAsked: values['proxy-port'] !== undefined,
    host: values.host ?? '127.0.0.1',
    caDir: values['ca-dir'] ?? 'data/emulator',
    seed: values.seed ?? 'storekeeper',
    stateFile: values.state,
    proofKey: values['proof-file'] === undefined ? undefined : readText('proof', values['proof-file']),
    world: values.world === undefined ? undefined : readWorld(values.world),
  };
}

function portOf(name: string, written: string): number {
  const port = Number(written);
  if (!/^\d+$/.test(written) || port > 65_535) throw new StartProblem(`${name} must be a port number, not ${written}`);
  return port;
}

function readWorld(file: string): World {
  const loaded = loadWorld(parseJson(file, readText('world', file)));
  if ('world' in loaded) return loaded.world;
  const list = loaded.complaints.map((one) => `  ${one.pointer}: ${one.detail}`);
  throw new StartProblem([`The world file ${file} cannot be used:`, ...list].join('\n'));
}

function readText(what: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartProblem(`The ${what} file ${file} cannot be read: ${messageOf(error)}`);
  }
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new StartProblem(`The world file ${file} is not JSON: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function portTaken(error: unknown): number | undefined {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
  return taken && typeof error.port === 'number' ? error.port : undefined;
}

/** A proxy port that nobody asked for and that is taken is done without; any other taken port is a problem. */
async function open({ proxyAsked, ...settings }: Settings): Promise<Emulator> {
  const emulator = createEmulator(settings);
  try {
    await emulator.start();
    return emulator;
  } catch (error) {
    const taken = portTaken(error);
    if (taken === undefined) throw error;
    if (proxyAsked || taken !== settings.proxyPort) throw new StartProblem(`Port ${taken} is taken; choose another.`);
    process.stderr.write(`Port ${taken} is taken, so the proxy door stays closed. Choose another with --proxy-port.\n`);
    return open({ ...settings, proxyAsked: true, proxyPort: undefined });
  }
}

function announce(emulator: Emulator): void {
  const lines = [
    `Emulated marketplace: ${emulator.url}/{host}/…   control: ${emulator.url}/_/openapi.json`,
    ...(emulator.proxyUrl ? [`Proxy: HTTPS_PROXY=${emulator.proxyUrl} NODE_EXTRA_CA_CERTS=${emulator.caPath}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.send?.({ type: 'ready', url: emulator.url, proxyUrl: emulator.proxyUrl, caPath: emulator.caPath });
}

/** Ends on a signal, and with the process that started it when that one listens by IPC. */
function stopOnSignal(emulator: Emulator): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void emulator.stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
}

try {
  const settings = readSettings(process.argv.slice(2));
  if (settings === 'help') process.stdout.write(`${USAGE}\n`);
  else {
    // Its world has every secret in clear.
    process.umask(0o077);
    const emulator = await open(settings);
    stopOnSignal(emulator);
    announce(emulator);
  }
} catch (error) {
  const known = error instanceof StartProblem || (error instanceof TypeError && 'code' in error);
  process.stderr.write(
    known ? `${messageOf(error)}\n\n${USAGE}\n` : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
}
