/** The real program as an operator starts it: a process of its own in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILED_ONCE } from './compiled-once.ts';

const SERVER = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const TOOL = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));

export type Ended = { code: number | null; out: string; err: string };

export type Program = {
  /** Where its pages are. */
  base: string;
  /** Resolves when `/healthz` answers; fails with everything it said when it ends before. */
  up: () => Promise<void>;
  /** Resolves when `/readyz` answers 200. */
  ready: () => Promise<void>;
  said: () => { out: string; err: string };
  ended: Promise<Ended>;
  /** SIGTERM, and everything that it said. */
  stop: () => Promise<Ended>;
};

export type Place = {
  folder: string;
  env: Record<string, string>;
  /** One verb of the command line. */
  tool: (...words: string[]) => Promise<Ended>;
  start: (...args: string[]) => Program;
  /** Stops what still runs and removes the folder. */
  remove: () => Promise<void>;
};

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A folder and settings; nothing of the machine's own settings gets in. `umask` is as on most machines: 022. */
export async function makePlace(settings: Record<string, string> = {}): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-program-'));
  const [port, emulator, proxy] = [await freePort(), await freePort(), await freePort()];
  const running = new Set<Program>();
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    ...COMPILED_ONCE,
    PORT: String(port),
    STOREKEEPER_EMULATOR_PORT: String(emulator),
    STOREKEEPER_EMULATOR_PROXY_PORT: String(proxy),
    STOREKEEPER_DATA_DIR: join(folder, 'data'),
    ...settings,
  };
  return {
    folder,
    env,
    tool: (...words) => launch({ file: TOOL, words, folder, env }).ended,
    start: (...words) => {
      const program = launch({ file: SERVER, words, folder, env });
      running.add(program);
      return program;
    },
    async remove() {
      await Promise.all([...running].map((program) => program.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Launch = { file: string; words: string[]; folder: string; env: Record<string, string> };

function launch({ file, words, folder, env }: Launch): Program {
  const umask = process.umask(0o022);
  const child = spawn(process.execPath, [file, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  process.umask(umask);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')));
  const state = { over: false };
  const ended = once(child, 'close').then(([code]): Ended => {
    state.over = true;
    return { code: typeof code === 'number' ? code : null, ...said };
  });
  const base = `http://127.0.0.1:${env['PORT'] ?? ''}`;
  const until = async (path: string): Promise<void> => {
    while (!(await answers(`${base}${path}`))) {
      if (state.over) throw new Error(`It ended before ${path} answered: ${said.out}${said.err}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  };
  return {
    base,
    up: () => until('/healthz'),
    ready: () => until('/readyz'),
    said: () => said,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
