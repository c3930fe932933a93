/** What happens between processes: a second start, a stale lock, a kill in the middle of writing. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import { putCandidate } from './credentials.ts';
import { eventsAfter } from './events.ts';
import { checkKeys } from './key-check.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase } from './open.ts';
import { eachDatabase } from './testing.ts';
import { aVault } from './testing-rows.ts';

let dataDir = '';
let url = '';
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-processes-'));
  url = `sqlite:${join(dataDir, 'storekeeper.db')}`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const PROGRAMS = {
  'open-and-wait': new URL('./programs/open-and-wait.ts', import.meta.url),
  'write-until-killed': new URL('./programs/write-until-killed.ts', import.meta.url),
};

function start(program: keyof typeof PROGRAMS, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(PROGRAMS[program]), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** The first line of JSON that a program says. */
async function firstLine(child: ChildProcess): Promise<{ pid?: number; problem?: string; applied?: string[] }> {
  if (!child.stdout) throw new Error('The program has no output');
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(String(line));
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

describe('the embedded database', () => {
  it('belongs to one server: the second start refuses and names the first', async () => {
    const first = await firstLine(start('open-and-wait', url, dataDir));
    const second = await firstLine(start('open-and-wait', url, dataDir));
    expect(second.problem).toContain(`process ${first.pid}`);
    await expect(openDatabase({ url, dataDir })).rejects.toThrow(`process ${first.pid}`);
  });

  it('is refused within the second, also inside one process', async () => {
    const first = await openDatabase({ url, dataDir });
    const before = performance.now();
    await expect(openDatabase({ url, dataDir })).rejects.toThrow(`process ${process.pid}`);
    expect(performance.now() - before).toBeLessThan(1_000);
    await first.close();
    await (await openDatabase({ url, dataDir })).close();
  });

  it('is free at once when its process was killed, whatever number the lock still names', async () => {
    const child = start('open-and-wait', url, dataDir);
    await firstLine(child);
    await kill(child);
    const next = await openDatabase({ url, dataDir });
    await next.close();
    // As in a container, where the process after a crash has the number of the one before it.
    writeFileSync(join(dataDir, 'storekeeper.db.pid'), `${process.pid}\n`);
    await (await openDatabase({ url, dataDir })).close();
  });

  it('can be used by a short tool beside the server', async () => {
    const server = await openDatabase({ url, dataDir });
    await migrate(server);
    const tool = await openDatabase({ url, dataDir, exclusive: false });
    const insert = (db: typeof tool, name: string) => db.db.insertInto('meta').values({ name, value: '' }).execute();
    await Promise.all(Array.from({ length: 20 }, (_, i) => insert(i % 2 === 0 ? server : tool, `m${i}`)));
    const [begun, goOn] = [gate(), gate()];
    const slow = server.transaction(async (tx) => {
      await tx.insertInto('meta').values({ name: 'slow', value: '' }).execute();
      begun.open();
      await goOn.passed;
    });
    await begun.passed;
    const waiting = insert(tool, 'waited');
    goOn.open();
    await Promise.all([slow, waiting]);
    const names = (await tool.db.selectFrom('meta').select('name').execute()).map((row) => row.name);
    expect(names).toEqual(expect.arrayContaining(['m0', 'm19', 'slow', 'waited']));
    await tool.close();
    await server.close();
  });
});

eachDatabase((name, open) => {
  it('is migrated once by two processes that start together', async () => {
    const database = await open({ empty: true, onDisk: true });
    const lines = await Promise.all(
      [1, 2].map(() => firstLine(start('open-and-wait', database.url, database.dataDir, 'migrate'))),
    );
    expect(lines.flatMap((line) => line.applied ?? []).sort()).toEqual(readMigrations().map((m) => m.name));
  });

  it('loses nothing that was committed when its writer is killed, ten times', async () => {
    const database = await open({ onDisk: true });
    // SQLite: the writer is the server here, so this process must not be.
    if (name === 'SQLite') await database.close();
    const told = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const child = start('write-until-killed', database.url, database.dataDir);
      if (!child.stdout) throw new Error('The writer has no output');
      const enough = 20 + told.size + round * 3;
      const lines = createInterface({ input: child.stdout });
      await new Promise<void>((resolve) => {
        lines.on('line', (line) => {
          told.add(line);
          if (told.size === enough) {
            child.kill('SIGKILL');
            resolve();
          }
        });
      });
      await kill(child);
    }
    const after = await openDatabase({ url: database.url, dataDir: database.dataDir });
    const stores = await after.db.selectFrom('store').select(['id', 'version']).execute();
    const events = await eventsAfter(after.db, { seq: 0, limit: 100_000 });
    await after.close();
    const kept = new Set(stores.map((row) => row.id));
    expect([...told].filter((id) => !kept.has(id))).toEqual([]);
    expect(stores.filter((row) => row.version !== 2)).toEqual([]);
    expect(events.map((event) => event.storeId).sort()).toEqual([...kept].sort());
    expect(told.size).toBeGreaterThan(200);
  }, 120_000);
});

describe('the files of the embedded database', () => {
  it('hold no credential in clear, in base64, in hex or in an address, not even one that was deleted', async () => {
    const canary = 'Atzr|IwEBI-canary/+token=42%';
    const database = await openDatabase({ url, dataDir });
    await migrate(database);
    const vault = aVault();
    await checkKeys({ db: database.db, vault });
    for (const version of [1, 2, 3]) {
      const candidate = { accountId: 'ac_blue', storeId: 'st_1', version, token: new Secret(canary) };
      await putCandidate({ db: database.db, vault }, candidate);
    }
    const files = readdirSync(dataDir).filter((file) => !file.endsWith('.lock'));
    expect(files).toContain('storekeeper.db-wal');
    const bytes = Buffer.concat(files.map((file) => readFileSync(join(dataDir, file))));
    await database.close();
    const closed = readFileSync(join(dataDir, 'storekeeper.db'));
    for (const form of formsOf(canary)) {
      expect(bytes.includes(form)).toBe(false);
      expect(closed.includes(form)).toBe(false);
    }
    expect(closed.includes('refresh_token')).toBe(true);
  });
});

/** Base64 at each of the three alignments, so that it is found inside a longer text too. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.from(`${'x'.repeat(shift)}${text}`).toString('base64');
    const inner = whole.slice(4, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = Buffer.from(text).toString('hex');
  return [text, ...base64, hex, hex.toUpperCase(), encodeURIComponent(text), text.split('').toReversed().join('')];
}
