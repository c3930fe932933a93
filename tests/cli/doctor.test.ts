/** `doctor` as an operator runs it: each part that is wrong is one line with what to do, and the exit code is 1. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { openAuthority } from '../../emulator/src/doors/authority.ts';
import { diskLines } from '../../server/src/cli/doctor-disk.ts';
import { Secret } from '../../server/src/core/secret.ts';
import { checkSmtp } from '../../server/src/outbox/smtp-check.ts';
import { openMarketplace, type Marketplace } from '../support/marketplace.ts';
import { makePlace, type Place } from '../support/program.ts';
import { fleet } from '../support/worlds.ts';

const SECRET_KEY = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=';
const OTHER_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const MINUTE = 60_000;

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'storekeeper-doctor-'));
  closing.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The emulated Amazon, its clock ahead of this machine's. */
async function market(aheadMs = 0): Promise<Marketplace> {
  const now = new Date(Date.now() + aheadMs).toISOString();
  const opened = await openMarketplace(fleet({ now, sellers: [{ region: 'eu' }] }));
  closing.push(opened.stop);
  return opened;
}

const APP = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: 'amzn1.oa2-cs.v1.current',
  redirectUri: 'http://127.0.0.1:4280/connect/amazon/callback',
};

async function production(url: string, more: { settings?: Record<string, string>; app?: object } = {}): Promise<Place> {
  const appsFile = join(folder(), 'apps.json');
  writeFileSync(appsFile, JSON.stringify([{ ...APP, ...more.app }]));
  const place = await makePlace({
    STOREKEEPER_SECRET_KEY: SECRET_KEY,
    STOREKEEPER_APPS_FILE: appsFile,
    STOREKEEPER_HOSTS_URL: `${url}/{host}`,
    ...more.settings,
  });
  closing.push(place.remove);
  return place;
}

type Said = { code: number | null; lines: string[]; wrong: string[] };

async function doctor(place: Place): Promise<Said> {
  const { code, out, err } = await place.tool('doctor');
  expect(err).toBe('');
  const lines = out.trimEnd().split('\n');
  return { code, lines, wrong: lines.filter((line) => line.startsWith('wrong')) };
}

/** An address at which nothing listens. */
const DEAD = 'http://127.0.0.1:1';

describe('doctor', () => {
  test('finds nothing wrong where everything works, and leaves no file behind', async () => {
    const place = await production((await market()).url);
    const { code, lines, wrong } = await doctor(place);
    expect(wrong).toEqual([]);
    expect(code).toBe(0);
    for (const part of ['disk', 'database (sqlite)', 'keys', 'network', 'clock', 'app Storekeeper']) {
      expect(lines).toContainEqual(expect.stringContaining(`fine   ${part}`));
    }
    expect(lines).toContainEqual(expect.stringMatching(/^note {3}mail: none leaves/));
  });

  test.each([
    [40, '40 min behind'],
    [-40, '40 min ahead of'],
  ])('names the clock when Amazon’s is %s min ahead', async (minutes, expected) => {
    const { code, wrong } = await doctor(await production((await market(minutes * MINUTE)).url));
    expect(code).toBe(1);
    expect(wrong).toContainEqual(expect.stringContaining(`clock: this machine is ${expected} Amazon. Switch on time`));
  });

  test('names the network and the app when Amazon is not reached', async () => {
    const { code, wrong } = await doctor(await production(DEAD));
    expect(code).toBe(1);
    expect(wrong).toEqual([
      expect.stringContaining('network: Amazon is not reached (refused). Check DNS'),
      expect.stringContaining('app Storekeeper (Amazon): Amazon does not answer'),
    ]);
  });

  test('names the app whose secret is wrong, and the secret whose day is past', async () => {
    const app = { clientSecret: 'planted-secret', secretExpiresAt: '2026-01-01T00:00:00Z' };
    const { code, wrong } = await doctor(await production((await market()).url, { app }));
    expect(code).toBe(1);
    expect(wrong).toEqual([
      expect.stringMatching(/^wrong {2}app Storekeeper .*STOREKEEPER_APPS_FILE/),
      expect.stringContaining('secretExpiresAt in STOREKEEPER_APPS_FILE is past (2026-01-01)'),
    ]);
    expect(wrong.join()).not.toContain('planted-secret');
  });

  test('goes on when the database cannot be opened', async () => {
    const settings = { STOREKEEPER_DATABASE_URL: 'postgres://keeper:planted-password@127.0.0.1:1/keeper' };
    const { code, lines, wrong } = await doctor(await production((await market()).url, { settings }));
    expect(code).toBe(1);
    expect(wrong).toEqual([expect.stringMatching(/^wrong {2}database: No PostgreSQL listens .*Start it/)]);
    expect(lines).toContainEqual(expect.stringContaining('fine   app Storekeeper'));
    expect(lines.join()).not.toContain('planted-password');
  });

  test('names a damaged database and a key that does not fit', async () => {
    const place = await production((await market()).url);
    await place.tool('account', 'list');
    place.env['STOREKEEPER_SECRET_KEY'] = OTHER_KEY;
    expect((await doctor(place)).wrong).toEqual([expect.stringMatching(/^wrong {2}keys: .*Set the right key/)]);
    writeFileSync(join(place.folder, 'data', 'storekeeper.db'), 'rubbish'.repeat(1000));
    expect((await doctor(place)).wrong).toEqual([expect.stringMatching(/^wrong {2}database: .*Restore a backup/)]);
  });

  test('names a folder that cannot be written', async () => {
    const settings = { STOREKEEPER_DATA_DIR: '/proc/storekeeper' };
    const { code, wrong } = await doctor(await production((await market()).url, { settings }));
    expect(code).toBe(1);
    expect(wrong).toContainEqual(expect.stringMatching(/^wrong {2}disk: \/proc\/storekeeper cannot be used/));
  });

  test('names wrong settings', async () => {
    const place = await production(DEAD, { settings: { HOST: '127.999.0.1' } });
    expect(await place.tool('doctor')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('HOST: ') });
  });

  test('says in the demo what is not asked while it does not run', async () => {
    const place = await makePlace();
    closing.push(place.remove);
    const { code, lines } = await doctor(place);
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^note {3}demo: it is not running/));
  });
});

describe('the disk', () => {
  const roomy = { bavail: 1_000_000, bsize: 4096, files: 1000, ffree: 500 };
  const at = (dataDir: string, url = `sqlite:${join(dataDir, 'storekeeper.db')}`) => ({
    dataDir,
    databaseUrl: new Secret(url),
  });

  test('is wrong when a copy of the database would not fit', () => {
    const dataDir = folder();
    const free = { ...roomy, bavail: 60_000 };
    expect(diskLines(at(dataDir), () => free)).toEqual([expect.stringMatching(/^fine/)]);
    writeFileSync(join(dataDir, 'storekeeper.db'), Buffer.alloc(64 * 1024 ** 2));
    expect(diskLines(at(dataDir), () => free)).toEqual([
      expect.stringMatching(/^wrong {2}disk: .* has 234 MiB free and needs 264: .*Make room there\.$/),
    ]);
  });

  test('is wrong when it can hold no further file', () => {
    const lines = diskLines(at(folder()), () => ({ ...roomy, ffree: 0 }));
    expect(lines).toEqual([expect.stringContaining('inodes are used up')]);
    expect(diskLines(at(folder()), () => ({ ...roomy, files: 0, ffree: 0 }))).toEqual([expect.stringMatching(/^fine/)]);
  });

  test('is looked at in both places when the database has one of its own', () => {
    const [dataDir, other] = [folder(), join(folder(), 'database')];
    mkdirSync(other);
    const lines = diskLines(at(dataDir, `sqlite:${join(other, 'keeper.db')}`), () => roomy);
    expect(lines).toEqual([expect.stringContaining(dataDir), expect.stringContaining(other)]);
  });
});

describe('mail', () => {
  type Mails = { port: number; mails: string[] };

  async function mailServer(options: SMTPServerOptions): Promise<Mails> {
    const mails: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      logger: false,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'mira' && password === 'right'
          ? callback(null, { user: username })
          : callback(Object.assign(new Error(`no: ${password}`), { responseCode: 535 })),
      onMailFrom: ({ address }, _session, callback) => {
        mails.push(address);
        callback();
      },
      ...options,
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(() => resolve(undefined))));
    return { port: (server.server.address() as AddressInfo).port, mails };
  }

  const PLAIN: SMTPServerOptions = { disabledCommands: ['STARTTLS'], allowInsecureAuth: true };
  const check = (url: string, { insecure = false, deadlineMs = 8_000 } = {}) =>
    checkSmtp({ url: new Secret(url), from: 'Storekeeper <hello@keeper.test>', insecure }, deadlineMs);

  test('is fine when STARTTLS and the password are accepted, and no mail is sent', async () => {
    const authority = openAuthority(folder());
    const { port, mails } = await mailServer({
      SNICallback: (name, callback) => callback(null, authority.contextFor(name)),
    });
    const place = await production((await market()).url, {
      settings: {
        STOREKEEPER_SMTP_URL: `smtp://mira:right@localhost:${port}`,
        NODE_EXTRA_CA_CERTS: authority.certificatePath,
      },
    });
    expect(await doctor(place)).toMatchObject({ code: 0, wrong: [] });
    place.env['STOREKEEPER_SMTP_URL'] = `smtp://mira:planted@localhost:${port}`;
    const refused = await doctor(place);
    expect(refused).toMatchObject({ code: 1, wrong: [expect.stringContaining('refuses the user or password')] });
    expect(refused.lines.join()).not.toContain('planted');
    expect(mails).toEqual([]);
  });

  test('needs no TLS for a relay on this machine without a password', async () => {
    const { port, mails } = await mailServer(PLAIN);
    expect(await check(`smtp://127.0.0.1:${port}`)).toBeNull();
    expect(mails).toEqual([]);
  });

  test('sends no password to a server without STARTTLS, unless that is said', async () => {
    const { port } = await mailServer(PLAIN);
    const url = `smtp://mira:right@127.0.0.1:${port}`;
    expect(await check(url)).toContain('offers no STARTTLS');
    expect(await check(url, { insecure: true })).toBeNull();
  });

  test('is wrong when the certificate is not trusted', async () => {
    const authority = openAuthority(folder());
    const { port } = await mailServer({ SNICallback: (name, done) => done(null, authority.contextFor(name)) });
    expect(await check(`smtp://mira:right@localhost:${port}`)).toContain('certificate');
  });

  test('is wrong when nothing listens, or another kind of port', async () => {
    expect(await check('smtp://127.0.0.1:1')).toContain('nothing listens');
    expect(await check('smtp://nowhere.invalid')).toContain('host name is not found');
    const { port } = await mailServer(PLAIN);
    expect(await check(`smtps://mira:right@localhost:${port}`)).toContain('speaks no TLS');
  });

  test('gives up at its deadline on a server that never finishes', async () => {
    const timers: NodeJS.Timeout[] = [];
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      timers.push(setInterval(() => socket.write('2'), 5));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => {
      timers.forEach((timer) => clearInterval(timer));
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    expect(await check(`smtp://127.0.0.1:${port}`, { deadlineMs: 100 })).toContain('does not answer in time');
  });
});
