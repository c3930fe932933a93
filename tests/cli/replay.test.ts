/** `replay` on the command line: what an engineer reads before a changed rule is shipped. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeLog } from '../../bench/src/recorded-log.ts';
import { unpackLook, packLook } from '../../server/src/core/packed-look.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import { COMPILED_ONCE } from '../support/compiled-once.ts';

const PROGRAM = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
const JUDGE = new URL('../../server/src/core/judge.ts', import.meta.url).href;
const LONG = { timeout: 60_000 };

type Said = { code: number; out: string; err: string };

const folder = mkdtempSync(join(tmpdir(), 'storekeeper-replay-'));
const env = {
  PATH: process.env['PATH'] ?? '',
  ...COMPILED_ONCE,
  STOREKEEPER_DEMO: 'off',
  STOREKEEPER_SECRET_KEY: randomBytes(32).toString('base64'),
  STOREKEEPER_DATA_DIR: folder,
};
let database: OpenDatabase;

const replay = (...words: string[]) =>
  new Promise<Said>((resolve) => {
    execFile(process.execPath, [PROGRAM, 'replay', ...words], { cwd: folder, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

beforeAll(async () => {
  const settings = { url: `sqlite:${join(folder, 'storekeeper.db')}`, dataDir: folder, exclusive: false };
  database = await openDatabase(settings);
  await migrate(database);
  writeLog(join(folder, 'storekeeper.db'), 10_000);
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a rule set over the recorded log', () => {
  test('today’s rules change nothing, and every verdict follows from what it cites', LONG, async () => {
    const { code, out, err } = await replay('--check-evidence', '--differences');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('judged by today’s rules');
    expect(out).toContain('0 only as recorded, 0 only by these rules, 0 of another cause, 0 at another time.');
    expect(out).toContain('Every verdict is as it was recorded.');
    expect(out).toMatch(/Evidence: \d{4} verdicts follow from what they cite alone, and none does not\.\n$/);
    expect(out).not.toMatch(/^ {2}[-+~!?]/m);
  });

  test('a file with one changed rule prints who would not have been told any more, and ends with 2', LONG, async () => {
    const silent = `import { judge as todays } from ${JSON.stringify(JUDGE)};
      export const judge = (input) => {
        const judged = todays(input);
        return judged.alarm?.cause === 'grant.revoked' ? { ...judged, alarm: null, verdict: 'checking', diagnosis: null } : judged;
      };`;
    const { code, out } = await replay('--rules', written('silent.ts', silent));
    expect(code).toBe(2);
    expect(out).toMatch(/^ {2}- \d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}needs_reconnect \(grant\.revoked\)$/m);
    expect(out).toMatch(/^ {2}= .* {2}limited \(grant\.role_missing\)$/m);
    expect(out).toMatch(/^ {2}! .* – .* {2}reconnect \(grant\.revoked\) → checking$/m);
    expect(out).toMatch(/Verdicts: \d+ stores had another verdict at some time/);
  });

  test('for machines every line is an object, and the last holds the counts', LONG, async () => {
    // Every reference check was good, and a refusal need not last.
    const eager = `import { judge as todays } from ${JSON.stringify(JUDGE)};
      export const judge = (input) => todays({ ...input, store: { ...input.store, lastOkAt: null },
        weather: { ...input.weather, share: { active: 0, failing: 0 },
          control: { lastOkAt: input.now, lastOkVia: 'store', lastRefusedAt: null, clearSince: null } },
        observations: input.observations.map((o) => (o.rung === 'control' ? { ...o, answer: 'ok' } : o)) });`;
    const { code, out } = await replay('--json', '--differences', '--rules', written('eager.ts', eager));
    expect(code).toBe(2);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const wronged = lines.find((line) => JSON.stringify(line).includes('only_replayed'));
    expect(wronged).toMatchObject({ store: expect.stringMatching(/^st_/), account: expect.stringMatching(/^ac_/) });
    expect(lines.at(-1)).toMatchObject({ counts: { sellers: { only_recorded: 0, same: expect.any(Number) } } });
    expect(JSON.stringify(lines.at(-1))).toMatch(/"only_replayed":[1-9]/);
  });

  test('a git revision is judged by its own rules', LONG, async () => {
    const { code, out, err } = await replay('--rules', 'HEAD', '--differences');
    expect(err).toBe('');
    expect(code).not.toBe(1);
    expect(out).toMatch(/judged by HEAD \([0-9a-f]{9}\)/);
    expect(out).toMatch(/[1-9]\d* told alike/);
  });

  test('a span of days counts the looks of these days alone', LONG, async () => {
    const looks = async (...words: string[]) => Number(/^(\d+) looks/m.exec((await replay(...words)).out)?.[1]);
    const { now } = unpackLook((await rowsOf())[0]?.at ?? 0, (await rowsOf())[0]?.body ?? '');
    const first = new Date(now).toISOString().slice(0, 10);
    const [all, one, none] = [
      await looks(),
      await looks('--from', first, '--to', first),
      await looks('--from', '2000-01-01', '--to', '2000-02-01T00:00'),
    ];
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThan(all);
    expect(none).toBe(0);
  });

  test('a look whose evidence was lost is named', LONG, async () => {
    const row = (await rowsOf()).find(({ at, body }) => unpackLook(at, body).outcome.verdict === 'reconnect');
    if (!row) throw new Error('nobody was told in this log');
    const look = unpackLook(row.at, row.body);
    const body = packLook({ ...look, outcome: { ...look.outcome, evidence: [] } });
    await database.db.updateTable('look').set({ body }).where('id', '=', row.id).execute();
    const { code, out } = await replay('--check-evidence', '--differences');
    await database.db.updateTable('look').set({ body: row.body }).where('id', '=', row.id).execute();
    expect(code).toBe(2);
    expect(out).toMatch(/^ {2}\? .* {2}reconnect \(.+\), but what it cites gives connected$/m);
    expect(out).toContain('do not follow from what they cite (marked ?): 1; that do: ');
  });
});

const rowsOf = () => database.db.selectFrom('look').select(['at', 'id', 'body']).orderBy('at').execute();

describe('what cannot be replayed is said', () => {
  const broken = () => written('broken.ts', 'export const judge = () => { throw new Error("no rule for this"); };');
  test.each<[string, () => string[], string]>([
    ['a file that is not there', () => ['--rules', './nowhere.ts'], 'There is no file ./nowhere.ts'],
    ['a revision that is none', () => ['--rules', 'no-such-branch'], 'neither a file nor a git revision'],
    ['a word that git would take for an option', () => ['--rules=--output=x'], 'neither a file nor a git revision'],
    ['a file without rules', () => ['--rules', written('empty.ts', 'export const x = 1;')], 'exports none of judge'],
    ['a rule that is no function', () => ['--rules', written('five.ts', 'export const judge = 5;')], 'no function'],
    ['a file that is no program', () => ['--rules', written('bad.ts', 'export const = ;')], 'cannot be loaded'],
    ['a folder without rules', () => ['--rules', tmpdir()], 'holds no judge.ts'],
    ['a rule that fails', () => ['--rules', broken()], 'The rules fail over the log of st_'],
    ['a day that is none', () => ['--from', 'yesterday'], '--from takes a day or an instant'],
    ['a span that ends before it begins', () => ['--from', '2026-02-01', '--to', '2026-01-01'], 'lies after'],
    ['an account that is none', () => ['--account', 'nobody'], 'no account named “nobody”'],
    ['an option that is none', () => ['--colour', 'blue'], '--colour'],
  ])('%s', LONG, async (_what, words, said) => {
    const { code, err } = await replay(...words());
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(err).not.toContain('made a mistake');
  });
});
