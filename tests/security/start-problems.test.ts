/** The real program where something on the machine is wrong: one sentence of what to do. And where its log is collected. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makePlace, type Ended, type Place, type Program } from '../support/program.ts';

const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const PRODUCTION = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: SECRET_KEY };
const CLOSED_PORT = 'postgres://storekeeper:planted-password@127.0.0.1:1/storekeeper';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});

async function production(settings: Record<string, string> = {}): Promise<Place> {
  const place = await makePlace({ ...PRODUCTION, ...settings });
  places.push(place);
  return place;
}

type Line = { level: string; time: string; msg: string; stack?: string };

/** Every line is one JSON object, as a collector of logs needs. */
function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** The only line of a refused start. */
function refusalOf({ code, out, err }: Ended): string {
  expect({ code, out }).toEqual({ code: 1, out: '' });
  const [line, ...more] = linesOf(err);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: 'fatal', time: expect.stringMatching(/^\d{4}-/), msg: expect.any(String) });
  expect(line).not.toHaveProperty('stack');
  expect(err).not.toMatch(/planted-password|\\n\s+at /);
  return line?.msg ?? '';
}

const FOLDER = 'the path of a folder';
const FILE = 'a file';

describe('a start is refused with one sentence of what to do', () => {
  test.each([
    ['the data folder is a file', { STOREKEEPER_DATA_DIR: FILE }, 'a file with this name is in the way'],
    ['a part of the path is a file', { STOREKEEPER_DATA_DIR: `${FILE}/data` }, 'STOREKEEPER_DATA_DIR'],
    ['the file system takes no folder', { STOREKEEPER_DATA_DIR: '/proc/storekeeper' }, 'cannot be used'],
    ['the path is too long', { STOREKEEPER_DATA_DIR: 'x'.repeat(300) }, 'the path is too long'],
    ['the database is a folder', { STOREKEEPER_DATABASE_URL: `sqlite:${FOLDER}` }, 'is a folder. Name a file'],
    ['the database is another file', { STOREKEEPER_DATABASE_URL: `sqlite:${FILE}` }, 'is not an SQLite database'],
    ['PostgreSQL is down', { STOREKEEPER_DATABASE_URL: CLOSED_PORT }, 'No PostgreSQL listens'],
    ['its socket is missing', { STOREKEEPER_DATABASE_URL: 'postgres://%2Fnowhere/x' }, 'socket of PostgreSQL'],
    ['HOST is no address', { HOST: '127.999.0.1' }, 'is no address and no host name'],
    ['HOST is a URL', { HOST: 'http://127.0.0.1' }, 'is no address and no host name'],
    ['PORT is no number', { PORT: 'http' }, 'A whole number from 1 to 65535'],
  ])('when %s', async (_what, settings, expected) => {
    const place = await production(settings);
    mkdirSync(join(place.folder, FOLDER));
    writeFileSync(
      join(place.folder, FILE),
      'another program’s file, longer than a header of a database would be\n'.repeat(9),
    );
    const [server, tool] = await Promise.all([place.start().ended, place.tool('account', 'list')]);
    expect(refusalOf(server)).toContain(expected);
    expect(tool.code).toBe(1);
    expect(tool.err).toContain(expected);
    expect(tool.err).not.toMatch(/\n\s+at |made a mistake|planted-password/);
  });

  test.each([
    ['storekeeper.db.lock', 'storekeeper.db.lock cannot be opened'],
    ['storekeeper.db.pid', 'it is a folder'],
    ['storekeeper.db-wal', 'cannot be read or written'],
  ])('when a folder is in the way of %s', async (name, expected) => {
    const place = await production();
    mkdirSync(join(place.folder, 'data', name), { recursive: true });
    expect(refusalOf(await place.start().ended)).toContain(expected);
  });

  test('when the folder of waiting tokens is a file', async () => {
    const place = await production();
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(join(place.folder, 'data', 'token-spool'), '');
    expect(refusalOf(await place.start().ended)).toContain('is a file and no folder');
  });

  test('when HOST belongs to another machine', async () => {
    const place = await production({ HOST: '203.0.113.9', STOREKEEPER_PUBLIC_URL: 'https://keeper.test' });
    expect(refusalOf(await place.start().ended)).toContain('HOST=203.0.113.9 is no address of this machine');
  });

  test.each([[['--colour']], [['hello']], [['--role']]])('when an option is wrong: %j', async (words) => {
    const place = await production();
    expect(refusalOf(await place.start(...words).ended)).toContain('--role all|api|worker');
  });

  test('as plain text in the demo, where a person reads it', async () => {
    const place = await makePlace({ HOST: '127.999.0.1' });
    places.push(place);
    const { code, err } = await place.start().ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^Storekeeper cannot start\. One setting is wrong:\n {2}HOST: /);
  });
});

test('takes HOST=[::1] as browsers write it', async () => {
  const place = await production({ HOST: '[::1]' });
  const program = place.start();
  while (!program.said().out.includes('Storekeeper is up')) {
    await Promise.race([program.ended.then(({ err }) => Promise.reject(new Error(err))), new Promise(setImmediate)]);
  }
  expect(program.said().out).toContain('http://[::1]:');
});

describe('a collector reads the log of production', () => {
  /** The server, in whose process `code` runs once it listens, as code of a library would. */
  async function serverWith(code: string): Promise<Program> {
    const place = await production();
    const file = join(place.folder, 'library.mjs');
    const listening = `import net from 'node:net';
      const { listen } = net.Server.prototype;
      net.Server.prototype.listen = function (...given) {
        this.once('listening', () => setImmediate(() => { ${code} }));
        return listen.apply(this, given);
      };`;
    writeFileSync(file, listening);
    place.env['NODE_OPTIONS'] = `--import ${file}`;
    return place.start();
  }

  test('and finds JSON in every line, the greeting and warnings of Node too', async () => {
    const program = await serverWith("process.emitWarning('the library is old', { code: 'DEP_LIB' })");
    await program.ready();
    const { out, err } = await program.stop();
    expect(err).toBe('');
    const lines = linesOf(out);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'info', msg: 'Storekeeper is up' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', code: 'DEP_LIB', msg: 'the library is old' }),
    );
  });

  test.each([
    ['an error that nothing catches', "throw new Error('lost Atzr|' + 'planted-token')"],
    ['a rejection that nothing handles', "Promise.reject(new Error('lost Atzr|' + 'planted-token'))"],
  ])('and finds %s as one line, without a token, before the process ends', async (_what, code) => {
    const ended = await (await serverWith(code)).ended;
    expect(ended.code).toBe(1);
    linesOf(ended.out);
    const [line, ...more] = linesOf(ended.err);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'fatal', msg: expect.stringContaining('lost'), stack: expect.any(String) });
    expect(ended.err).not.toContain('planted-token');
  });
});
