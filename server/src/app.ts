/** The composition root: puts the rooms together, starts them, and stops them in the right order. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClock, type Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createOutbound, type Outbound } from './connectors/outbound.ts';
import { createRegistry, type Registry } from './connectors/registry.ts';
import { Secret } from './core/secret.ts';
import { checkKeys } from './db/key-check.ts';
import { createKeyFile, readKeys, type VaultKey } from './db/keys.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase, type OpenDatabase } from './db/open.ts';
import { openVault, type Vault } from './db/vault.ts';
import { createDemo, type Demo } from './demo/demo.ts';
import { createDoors, formTargetsOf } from './doors.ts';
import { createServer } from './http/server.ts';
import { createAsking } from './http/session.ts';
import type { App as WebApp } from './http/web.ts';
import { createLog, type AppLog } from './log.ts';
import { createDispatch } from './outbox/dispatch.ts';
import { createMailboxTransport, createSmtpTransport, MailProblem, type Transport } from './outbox/transport.ts';
import { contactOf } from './people/accounts.ts';
import { openPeople, type People } from './people/room.ts';
import { Crowd } from './stores/crowd.ts';
import { createLive } from './stores/live.ts';
import type { Shop } from './stores/shop.ts';
import { createWork, type Work } from './work/loop.ts';

/** What is under way gets this long to end. Milliseconds. */
const FINISH_MS = 10_000;
const WEB_FOLDER = fileURLToPath(new URL('../../web/dist', import.meta.url));
const USER_AGENT = 'Storekeeper/0.1 (Language=JavaScript; Platform=Node.js)';

export type Overrides = {
  /** The machine's clock, milliseconds. */
  now?: () => number;
  log?: AppLog;
  /** Folder of the built pages; null serves the API alone. */
  webFolder?: string | null;
};

export type RunningApp = {
  start(): Promise<void>;
  /** Takes nothing new, lets what runs end, gives leases back, closes the database. Safe to call twice. */
  stop(): Promise<void>;
  url: string;
  shop: Shop;
  people: People;
  demo: Demo | null;
};

/** The rooms that also the command line needs: database, vault, people, verbs; nothing that runs by itself. */
export type Rooms = {
  shop: Shop;
  people: People;
  clock: Clock;
  outbound: Outbound;
  database: OpenDatabase;
  vault: Vault;
};

type Opening = { exclusive?: boolean; apps?: Shop['app'] };

/** Opens and migrates the database and checks the keys. Throws DatabaseProblem, having written nothing it may not. */
export async function openRooms(config: Config, log: AppLog, opening: Opening & Overrides = {}): Promise<Rooms> {
  mkdirSync(config.dataDir, { recursive: true });
  const keys = await keysOf(config);
  const database = await openDatabase({
    url: config.databaseUrl.reveal(),
    dataDir: config.dataDir,
    exclusive: opening.exclusive ?? true,
    onProblem: (error) => log.warn({ error: error.message }, 'a database connection broke and is replaced'),
  });
  try {
    await migrate(database);
    const vault = openVault({ keys });
    await checkKeys({ db: database.db, vault });
    return assemble({ config, log, opening, keys, database, vault });
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Parts = {
  config: Config;
  log: AppLog;
  opening: Opening & Overrides;
  keys: VaultKey[];
  database: OpenDatabase;
  vault: Vault;
};

function assemble({ config, log, opening, keys, database, vault }: Parts): Rooms {
  const clock = createClock(opening.now);
  const outbound = createOutbound({ hostsUrl: config.hostsUrl, userAgent: USER_AGENT });
  const registry: Registry = createRegistry({ outbound });
  const people = openPeople({
    db: database.db,
    dialect: database.dialect,
    publicUrl: config.publicUrl,
    productKey: new Secret(Buffer.from(keys[0]?.bytes ?? []).toString('base64')),
    warn: (message) => log.warn({ from: 'sign-in' }, message),
  });
  const shop: Shop = {
    db: database,
    vault,
    now: clock.now,
    connector: registry.connector,
    app: opening.apps ?? ((marketplace) => config.apps.find((app) => app.marketplace === marketplace) ?? null),
    live: createLive(),
    log,
    owner: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    publicUrl: config.publicUrl,
    contactOf: (accountId) => contactOf(people, accountId),
    settings: { probeIntervalMs: config.probeIntervalMs, operatorEmail: config.operatorEmail },
    crowd: new Crowd({ db: database, now: clock.now }),
    tokens: new Map(),
  };
  return { shop, people, clock, outbound, database, vault };
}

/** The demo writes its own key beside its database, readable by its owner alone. */
async function keysOf(config: Config): Promise<VaultKey[]> {
  if (config.keys.length > 0) return config.keys;
  const path = join(config.dataDir, 'demo.key');
  await createKeyFile(path);
  return readKeys(`file:${path}`);
}

export async function createApp(config: Config, overrides: Overrides = {}): Promise<RunningApp> {
  const log = overrides.log ?? createLog({ level: config.logLevel });
  const demo = config.demo ? createDemo({ config, log }) : null;
  const rooms = await openRooms(config, log, { ...overrides, ...(demo === null ? {} : { apps: demo.app }) });
  const { shop, people, outbound, database } = rooms;
  const state = { stopping: false };
  const doors = createDoors({ shop, demo, isStopping: () => state.stopping });
  const web =
    config.role === 'worker'
      ? null
      : await createServer(
          {
            shop,
            people,
            doors,
            demo: demo?.desk(rooms) ?? null,
            ask: createAsking({ people, publicUrl: config.publicUrl, inAccount: database.inAccount }),
            settings: {
              publicUrl: config.publicUrl,
              formTargets: formTargetsOf(shop, config.hostsUrl),
              webFolder: overrides.webFolder === undefined ? WEB_FOLDER : overrides.webFolder,
            },
          },
          log,
        );
  const transport = transportOf(config, shop);
  const work = config.role === 'api' ? null : createWork(shop, { dispatch: createDispatch({ ...shop, transport }) });
  let stopped: Promise<void> | null = null;
  return {
    url: config.publicUrl,
    shop,
    people,
    demo,
    async start() {
      if (web !== null) await web.listen({ host: config.host, port: config.port });
      // In the demo nobody is looked at before the emulated marketplace answers: that would be weather of our own making.
      if (demo === null) work?.start();
      else void demo.start(rooms).then(() => (state.stopping ? undefined : work?.start()));
    },
    stop() {
      state.stopping = true;
      return (stopped ??= stopAll({ web, work, transport, demo, outbound, database, log }));
    },
  };
}

/** The demo keeps mails to be read on a page; without a mail server they wait. */
function transportOf(config: Config, shop: Shop): Transport {
  if (config.smtpUrl !== null) return createSmtpTransport({ url: config.smtpUrl, from: config.mailFrom });
  if (!config.demo) return noTransport;
  const mailbox = createMailboxTransport({ db: shop.db.db });
  return {
    ...mailbox,
    async send(mail) {
      await mailbox.send(mail);
      shop.live.publish({ type: 'mailbox', accountId: mail.accountId });
    },
  };
}

const noTransport: Transport = {
  send: () => Promise.reject(new MailProblem('server', 'No mail server is configured: set STOREKEEPER_SMTP_URL.')),
  close: () => undefined,
};

type Running = {
  web: WebApp | null;
  work: Work | null;
  transport: Transport;
  demo: Demo | null;
  outbound: Outbound;
  database: OpenDatabase;
  log: AppLog;
};

/** First nothing new comes in, then what runs may end, then the ground is taken away. */
async function stopAll({ web, work, transport, demo, outbound, database, log }: Running): Promise<void> {
  const ending = Promise.all([web?.close(), work?.stop()]);
  const inTime = await Promise.race([ending.then(() => true), pause(FINISH_MS).then(() => false)]);
  if (!inTime) log.warn({}, 'some work did not end in time; its leases run out by themselves');
  transport.close();
  await demo?.stop();
  await outbound.close();
  await database.close();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
