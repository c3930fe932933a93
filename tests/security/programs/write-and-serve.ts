/**
 * A running server of a test that also writes and reads sealed credentials without a pause. It says every problem it
 * meets, and how much it wrote when it is asked to stop.
 */
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../../../server/src/app.ts';
import { readConfig } from '../../../server/src/config.ts';
import { Secret } from '../../../server/src/core/secret.ts';
import { putCandidate, readCredential } from '../../../server/src/db/credentials.ts';
import { createLog } from '../../../server/src/log.ts';

export type Task = { env: Record<string, string>; name: string; writers: number };
export type Said = { ready: string } | { problem: string } | { stopped: true; written: string[] };

function say(line: Said): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at ? at.port : 0));
    });
  });
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
const port = await freePort();
const read = await readConfig({
  env: { ...task.env, PORT: String(port) },
  directory: task.env['STOREKEEPER_DATA_DIR'] ?? '.',
});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const app = await createApp(read.config, { webFolder: null, log: createLog({ level: 'silent' }) });
const { db, vault } = app.shop;
const state = { running: true };
const written: string[] = [];

async function write(writer: number): Promise<void> {
  for (let i = 0; state.running; i += 1) {
    const storeId = `st_${task.name}_${writer}_${i % 40}`;
    const secret = `Atzr|${storeId}`;
    try {
      const candidate = { accountId: 'ac_blue', storeId, version: i + 1, token: new Secret(secret) };
      await db.transaction((tx) => putCandidate({ db: tx, vault }, candidate));
      if (i < 40) written.push(storeId);
      const back = await readCredential({ db: db.db, vault }, { storeId, state: 'candidate' });
      if (back?.grantToken.reveal() !== secret) say({ problem: `${storeId} came back as another text` });
    } catch (error) {
      say({ problem: String(error) });
    }
    await sleep(5);
  }
}

await app.start();
say({ ready: `http://127.0.0.1:${port}` });
const writing = Array.from({ length: task.writers }, (_, writer) => write(writer));
process.stdin.once('data', () => {
  state.running = false;
  void Promise.all(writing)
    .then(() => app.stop())
    .then(() => {
      say({ stopped: true, written });
      process.exit(0);
    });
});
