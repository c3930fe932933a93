/** Child processes that say lines of JSON, and can be killed at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { COMPILED_ONCE } from './compiled-once.ts';

export type Child<Said> = {
  /** The first line for which this is true, of those said so far or to come. Fails when the child ends before. */
  heard: (wanted: (line: Said) => boolean) => Promise<Said>;
  /** Everything said so far. */
  lines: Said[];
  /** Gives the child one line on its standard input. */
  tell: (line: string) => void;
  /** `kill -9`. */
  kill: () => Promise<void>;
  /** By which signal or with which code it ended. */
  ended: Promise<string>;
};

/** Starts a program of the tests with one argument: `task` as JSON. */
export function startChild<Said>(program: URL, task: unknown): Child<Said> {
  const child = spawn(process.execPath, [fileURLToPath(program), JSON.stringify(task)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...COMPILED_ONCE },
  });
  const lines: Said[] = [];
  const listeners = new Set<() => void>();
  const ended = endOf(child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Said);
    for (const listener of listeners) listener();
  });
  return {
    lines,
    ended,
    tell: (line) => child.stdin.write(`${line}\n`),
    heard: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => wanted(line));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then((how) => reject(new Error(`The child ended (${how}) and had said: ${JSON.stringify(lines)}`)));
      }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return signal ?? String(code);
}
