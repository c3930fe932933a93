/** The emulated marketplace as a child process beside the server: it ends with the server, whatever ends the server. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { AppLog } from '../log.ts';
import { StartProblem } from '../problems.ts';
import { createControl, type Control } from './control.ts';
import { proofFile, writeProofKey } from './proof.ts';

const PROGRAM = fileURLToPath(new URL('../../../emulator/src/main.ts', import.meta.url));
const DEFAULT_PROXY_PORT = 4291;
const RESTART_MS = 1_000;
const STOP_MS = 3_000;

export type EmulatorSettings = { port: number; proxyPort: number; dataDir: string; log: AppLog };

export type Emulator = {
  /** Resolves when our child answers. Throws StartProblem when it cannot be started. */
  ready: Promise<Control>;
  /** True while our own child has the port. */
  isOpen(): boolean;
  /** Hears of every later start: the child died and was started again. */
  onRestart(listener: (control: Control) => void): void;
  stop(): Promise<void>;
};

/**
 * Starts the emulator as a child. Nothing is sent to its port unless the child itself said that it has the port: another
 * program there, an emulator included, is refused.
 */
export function startEmulator(settings: EmulatorSettings): Emulator {
  const state: { child: ChildProcess | null; open: boolean; stopping: boolean } = {
    child: null,
    open: false,
    stopping: false,
  };
  const control = createControl(`http://127.0.0.1:${settings.port}`, () => state.open);
  const listeners: ((control: Control) => void)[] = [];

  async function begin(): Promise<Control> {
    const child = spawn(settings);
    state.child = child;
    // Heard first, so that nothing is sent to the port after the child gave it up.
    child.once('exit', () => {
      state.open = false;
      state.child = null;
    });
    await becameReady(child, settings);
    state.open = true;
    child.once('exit', startAgain);
    return control;
  }

  function startAgain(): void {
    if (!state.stopping) setTimeout(() => void again(), RESTART_MS).unref();
  }

  async function again(): Promise<void> {
    if (state.stopping) return;
    settings.log.warn({}, 'the emulated marketplace ended and is started again');
    try {
      await begin();
      for (const listener of listeners) listener(control);
    } catch (error) {
      settings.log.error({ error: String(error) }, 'the emulated marketplace cannot be started again');
    }
  }

  return {
    ready: begin(),
    isOpen: () => state.open,
    onRestart: (listener) => void listeners.push(listener),
    async stop() {
      state.stopping = true;
      const { child } = state;
      if (child === null || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** It keeps its world in a file of its own, clock included, so that a stopped or killed demo goes on where it was. */
function spawn({ port, proxyPort, dataDir }: EmulatorSettings): ChildProcess {
  const own = proxyPort === DEFAULT_PROXY_PORT ? [] : ['--proxy-port', String(proxyPort)];
  const folder = join(dataDir, 'emulator');
  writeProofKey(dataDir);
  const kept = ['--ca-dir', folder, '--state', join(folder, 'world.json'), '--proof-file', proofFile(dataDir)];
  return fork(PROGRAM, ['--port', String(port), ...own, ...kept], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
}

/** What the child says is known to be the child's: it comes by the channel that only parent and child have. */
async function becameReady(child: ChildProcess, { port, log }: EmulatorSettings): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    said = `${said}${text}`.slice(-2_000);
    for (const line of text.split('\n').filter(Boolean)) log.info({ from: 'emulator' }, line);
  });
  const ready = once(child, 'message').then(([message]: unknown[]) => ReadyMessage.safeParse(message).data?.url ?? '');
  const ended = once(child, 'exit').then(() => null);
  const url = await Promise.race([ready, ended]);
  if (url === `http://127.0.0.1:${port}`) return;
  child.kill('SIGKILL');
  throw new StartProblem(
    `The demo needs port ${port} for its emulated marketplace, and could not have it. ${said.split('\n')[0] ?? ''} ` +
      'Stop what uses the port (perhaps "npm run emulator"), or choose another with STOREKEEPER_EMULATOR_PORT. ' +
      'To use an emulator of your own, set STOREKEEPER_DEMO=off, STOREKEEPER_HOSTS_URL and STOREKEEPER_APPS_FILE.',
  );
}

const ReadyMessage = z.object({ type: z.literal('ready'), url: z.string() });
