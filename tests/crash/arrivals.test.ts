/**
 * Tokens of arrivals that were confirmed to their browser: none is lost, whatever goes wrong. The full count is
 * `STOREKEEPER_CRASH_ARRIVALS=1000 npx vitest run tests/crash/arrivals`; as root it fills a small disk too.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase } from '../../server/src/db/open.ts';
import { describePostgres, eachDatabase, type OpenTest } from '../../server/src/db/testing.ts';
import { countArrivals, killAfter, whileAlive, type Count, type Place } from './arrivals.ts';

const SIZE = 20;
const WISHED = Number(process.env['STOREKEEPER_CRASH_ARRIVALS'] ?? SIZE);
const WAVES = Math.max(1, Math.round(WISHED / SIZE));
/** The waits for a database and a disk are real time. */
const IS_FULL = process.env['STOREKEEPER_CRASH_ARRIVALS'] !== undefined;
const LONG_MS = 3_600_000;
const [MOUNT, UNMOUNT] = ['/bin/mount', '/bin/umount'] as const;

const toRemove: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const remove of toRemove.splice(0).toReversed()) await remove();
});

function expectNothingLost(what: string, count: Count): void {
  if (IS_FULL) process.stdout.write(`${what}: ${JSON.stringify(count)}\n`);
  expect([count.lostAcknowledged, count.silent]).toEqual([0, 0]);
}

/** Moments that a seed would not make more telling: a machine that is busy moves them anyway. */
const anyMoment = () => 20 + Math.random() * 1_500;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'storekeeper-arrivals-'));
  toRemove.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function prepared(place: Place): Promise<Place> {
  const database = await openDatabase(place);
  await migrate(database);
  await database.close();
  return place;
}

eachDatabase((name, open) => {
  test(
    'loses no token of a confirmed arrival when processes are killed at any moment',
    async () => {
      const dataDir = folder();
      const url = name === 'SQLite' ? `sqlite:${join(dataDir, 'store.db')}` : (await open()).url;
      const disturb = [killAfter(anyMoment), killAfter(anyMoment)];
      const place = await prepared({ url, dataDir });
      const count = await countArrivals(place, { waves: WAVES, size: SIZE, disturb, overMs: 1_000 });
      expect(count.killed).toBe(2 * WAVES);
      expectNothingLost(`kills, ${name}`, count);
    },
    LONG_MS,
  );
});

/** A door before PostgreSQL that can be shut: what runs through it ends, and nothing new gets in. */
async function openDoor(url: string): Promise<{ url: string; shut: (ms: number) => Promise<void> }> {
  const target = new URL(url);
  const through = new Set<Socket>();
  const state = { shut: false };
  const server = createServer((socket) => {
    const behind = state.shut ? null : connect(Number(target.port || 5432), target.hostname);
    if (!behind) return void socket.destroy();
    for (const one of [socket, behind]) {
      through.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          through.delete(one);
          socket.destroy();
          behind.destroy();
        });
    }
    socket.pipe(behind).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  toRemove.push(() => void server.close());
  const address = server.address();
  const before = new URL(url);
  before.hostname = '127.0.0.1';
  before.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: before.href,
    async shut(ms) {
      state.shut = true;
      for (const socket of through) socket.destroy();
      await sleep(ms);
      state.shut = false;
    },
  };
}

const awayTests = (_name: string, open: OpenTest): void => {
  test.each([5_000, 60_000])(
    'loses no token when the database is away for %i ms',
    async (ms) => {
      const door = await openDoor((await open()).url);
      const place = await prepared({ url: door.url, dataDir: folder() });
      const disturb = [whileAlive(() => sleep(300).then(() => door.shut(ms)))];
      const count = await countArrivals(place, { waves: 1, size: SIZE, disturb, overMs: 1_000 });
      expectNothingLost(`database away for ${ms} ms`, count);
    },
    LONG_MS,
  );
};
if (IS_FULL) describePostgres(awayTests);

if (IS_FULL && process.getuid?.() === 0) {
  test(
    'loses no token when the disk is full for 12 s',
    async () => {
      const dataDir = folder();
      execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=12m,mode=0700', 'tmpfs', dataDir]);
      toRemove.push(() => void execFileSync(UNMOUNT, ['-l', dataDir]));
      const place = await prepared({ url: `sqlite:${join(dataDir, 'store.db')}`, dataDir });
      const filled = async (): Promise<void> => {
        await sleep(300);
        fill(join(dataDir, 'filler'));
        await sleep(12_000);
        rmSync(join(dataDir, 'filler'), { force: true });
      };
      const disturb = [whileAlive(filled)];
      const count = await countArrivals(place, { waves: 2, size: SIZE, disturb, overMs: 1_000 });
      expectNothingLost('disk full for 12 s', count);
    },
    LONG_MS,
  );
}

function fill(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4_096), { flag: 'a' });
  } catch {
    // The disk is full.
  }
}
