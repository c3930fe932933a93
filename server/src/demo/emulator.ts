/** The emulated marketplace as a child process beside the server: it ends with the server, whatever ends the server. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AppLog } from '../log.ts';
import { createControl, type Control } from './control.ts';

const PROGRAM = fileURLToPath(new URL('../../../emulator/src/main.ts', import.meta.url));
const DEFAULT_PROXY_PORT = 4291;
const RESTART_MS = 1_000;
const STOP_MS = 3_000;

export type EmulatorSettings = { port: number; proxyPort: number; dataDir: string; log: AppLog };

export type Emulator = {
  /** Resolves when it answers. Throws when it cannot be started. */
  ready: Promise<Control>;
  /** Hears of every later start: the child died and was started again. */
  onRestart(listener: (control: Control) => void): void;
  stop(): Promise<void>;
};

/** Starts the emulator, or uses the one that answers on its port already. */
export function startEmulator(settings: EmulatorSettings): Emulator {
  const control = createControl(`http://127.0.0.1:${settings.port}`);
  const listeners: ((control: Control) => void)[] = [];
  const state: { child: ChildProcess | null; stopping: boolean } = { child: null, stopping: false };

  async function begin(): Promise<Control> {
    if (await answers(control)) return control;
    const child = spawn(settings);
    state.child = child;
    await becameReady(child, settings.port);
    child.once('exit', () => {
      state.child = null;
      if (!state.stopping) setTimeout(() => void again(), RESTART_MS).unref();
    });
    return control;
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
  const kept = ['--ca-dir', folder, '--state', join(folder, 'world.json')];
  return fork(PROGRAM, ['--port', String(port), ...own, ...kept], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
}

async function becameReady(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2_000);
  });
  const ready = once(child, 'message').then(() => true);
  const ended = once(child, 'exit').then(() => false);
  if (await Promise.race([ready, ended])) return;
  throw new Error(
    `The emulated marketplace did not start on port ${port}. ${said.split('\n')[0] ?? ''} ` +
      'Choose another port with STOREKEEPER_EMULATOR_PORT.',
  );
}

async function answers(control: Control): Promise<boolean> {
  return control.clock().then(
    () => true,
    () => false,
  );
}
