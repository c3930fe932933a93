import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Emulator } from '../../emulator/src/app.ts';

/** How a program nobody here wrote is led to the emulator without changing a byte of it. */
export const WAYS = {
  /** Node's own proxy support, switched on by the environment. */
  'HTTPS_PROXY in the environment': (emulator: Emulator): Way => ({
    env: {
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: emulator.proxyUrl ?? '',
      NODE_EXTRA_CA_CERTS: emulator.caPath ?? '',
    },
  }),
  /** The client is handed an agent, as its documentation tells users behind a company proxy. */
  'https-proxy-agent': (emulator: Emulator): Way => ({
    env: { NODE_EXTRA_CA_CERTS: emulator.caPath ?? '' },
    settings: { proxy: emulator.proxyUrl },
  }),
  'the preload': (emulator: Emulator): Way => ({
    env: { STOREKEEPER_EMULATOR_PROXY: emulator.proxyUrl ?? '' },
    nodeArgs: ['--import', new URL('../../emulator/src/preload.mjs', import.meta.url).href],
  }),
} as const;

type Way = { env: Record<string, string>; nodeArgs?: string[]; settings?: Record<string, unknown> };

/** What a call came to: the client's own result, or the error as the client types it. */
export type Outcome = { ok: unknown } | { error: Record<string, unknown> };

export type ForeignClient = {
  call: (asked: Record<string, unknown>) => Promise<Outcome>;
  stop: () => void;
};

/** Starts one of the programs as a process of its own; calls and outcomes go as lines of JSON. */
export function startClient(program: string, { env, nodeArgs = [], settings = {} }: Way): ForeignClient {
  const path = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...nodeArgs, path], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: ((outcome: Outcome) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) waiting.shift()?.(JSON.parse(line) as Outcome);
  });
  child.on('exit', (code) => {
    for (const done of waiting) done({ error: { message: `the program ended with ${code}` } });
  });
  return {
    call: (asked) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify({ ...asked, ...settings })}\n`);
      }),
    stop: () => void child.kill(),
  };
}
