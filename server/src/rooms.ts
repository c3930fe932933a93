/** The rooms and what they stand on, opened for the server and for the command line alike. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createClock, type Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createAppsFile, type AppsFile } from './config/apps-file.ts';
import { createOutbound, type Outbound } from './connectors/outbound.ts';
import { createRegistry, type Registry } from './connectors/registry.ts';
import { ensureSecret, readSecret } from './db/installation-secrets.ts';
import { reportError } from './database-outage.ts';
import { checkKeys } from './db/key-check.ts';
import { createKeyFile, readKeys, type VaultKey } from './db/keys.ts';
import { openDatabase, type OpenDatabase } from './db/open.ts';
import { privateFolder } from './db/private-files.ts';
import { announceProcess } from './db/processes.ts';
import { openVault, type Vault } from './db/vault.ts';
import { reportRarely, type AppLog } from './log.ts';
import { contactOf } from './people/accounts.ts';
import { createCookieSecrets, derivedCookieSecret, type CookieSecrets } from './people/cookies.ts';
import { openPeople, type People } from './people/room.ts';
import { prepareDatabase } from './prepare.ts';
import { createPresence, type Presence } from './presence.ts';
import { AppSecrets } from './stores/app-secrets.ts';
import { Crowd } from './stores/crowd.ts';
import { createLive } from './stores/live.ts';
import { findOlderTokens } from './stores/older-database.ts';
import { openJournal } from './stores/token-journal.ts';
import type { Shop } from './stores/shop.ts';

const USER_AGENT = 'Storekeeper/0.1 (Language=JavaScript; Platform=Node.js)';

/** Database, vault, people and verbs; nothing that runs by itself. */
export type Rooms = {
  shop: Shop;
  people: People;
  clock: Clock;
  outbound: Outbound;
  database: OpenDatabase;
  vault: Vault;
  /** The apps' secrets, and which of them is used. */
  secrets: AppSecrets;
  appsFile: AppsFile;
  /** Null for a short tool: it is not counted among the running processes. */
  presence: Presence | null;
};

export type Opening = {
  /** False: a short tool beside a running server. It takes no lock. */
  exclusive?: boolean;
  /** Where the apps come from, when not from the settings. */
  apps?: Shop['apps'];
  /** Whether calls to marketplaces may leave now; always, when it is not given. */
  isReachable?: () => boolean;
  /** The machine's clock, milliseconds. */
  now?: () => number;
};

/** Opens and migrates the database and checks the keys. Throws DatabaseProblem, having written nothing it may not. */
export async function openRooms(config: Config, log: AppLog, opening: Opening = {}): Promise<Rooms> {
  privateFolder(config.dataDir);
  const keys = await keysOf(config);
  const database = await openDatabase({
    url: config.databaseUrl.reveal(),
    dataDir: config.dataDir,
    exclusive: opening.exclusive ?? true,
    onProblem: (error) =>
      reportError(log, 'the pool', { message: 'a database connection broke and is replaced', error }),
  });
  try {
    const vault = openVault({ keys });
    const counted = opening.exclusive ?? true;
    await prepareDatabase({ config, database, vault, log, exclusive: counted });
    const owner = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
    const reread = rereadingOf(config);
    await database.transaction(async (tx) => {
      await checkKeys({ db: tx, vault });
      // In the same transaction, so that a rotation either sees this process or is seen by it.
      const keyIds = vault.keyIds();
      if (counted) await announceProcess(tx, { id: owner, role: config.role, keyIds, rereads: reread !== null });
    });
    const cookies = await openCookies(database, { vault, keys });
    const journal = await openJournal({ db: database, dataDir: config.dataDir });
    const parts = { config, log, opening, database, vault, owner, cookies, journal };
    const presence = counted
      ? createPresence({ database, vault, id: owner, role: config.role, reread, cookies, log })
      : null;
    const rooms = { ...assemble(parts), presence };
    await rooms.secrets.refresh();
    if (counted) await findOlderTokens(rooms.shop);
    return rooms;
  } catch (error) {
    await database.close();
    throw error;
  }
}

type Parts = {
  config: Config;
  log: AppLog;
  opening: Opening;
  database: OpenDatabase;
  vault: Vault;
  owner: string;
  cookies: CookieSecrets;
  journal: Shop['journal'];
};

/** The secret that signs sign-in cookies. An installation from before it had one keeps the signatures it gave out. */
async function openCookies(
  database: OpenDatabase,
  { vault, keys }: { vault: Vault; keys: VaultKey[] },
): Promise<CookieSecrets> {
  await database.transaction(async (tx) => {
    const { rows } = await sql`select 1 from person_session limit 1`.execute(tx);
    const [key] = keys;
    const first = rows.length > 0 && key ? derivedCookieSecret(key.bytes) : undefined;
    await ensureSecret({ db: tx, vault }, { purpose: 'sign_in', first });
  });
  const secret = await readSecret({ db: database.db, vault }, 'sign_in');
  if (secret === null) throw new Error('The secret that signs sign-in cookies was not kept');
  return createCookieSecrets(secret);
}

/** The client for marketplaces, with the hosts of the settings. */
export function openOutbound({ hostsUrl }: Pick<Config, 'hostsUrl'>, { isReachable }: Opening = {}): Outbound {
  return createOutbound({ hostsUrl, userAgent: USER_AGENT, ...(isReachable ? { isReachable } : {}) });
}

function assemble({ config, log, opening, database, vault, owner, cookies, journal }: Parts): Omit<Rooms, 'presence'> {
  const clock = createClock(opening.now);
  const outbound = openOutbound(config, opening);
  const registry: Registry = createRegistry({ outbound });
  const people = openPeople({
    db: database.db,
    dialect: database.dialect,
    publicUrl: config.publicUrl,
    cookies,
    productNow: clock.now,
    warn: (message) => reportRarely(log, { where: 'sign-in', fields: {}, message }),
  });
  const appsFile = createAppsFile({ path: config.appsFile, apps: config.apps });
  const secrets = new AppSecrets({ db: database, vault, now: clock.now, base: opening.apps ?? appsFile.apps });
  const shop: Shop = {
    db: database,
    vault,
    now: clock.now,
    connector: registry.connector,
    apps: secrets.apps,
    live: createLive(),
    log,
    owner,
    publicUrl: config.publicUrl,
    contactOf: (accountId) => contactOf(people, accountId),
    settings: { probeIntervalMs: config.probeIntervalMs, operatorEmail: config.operatorEmail },
    crowd: new Crowd({ db: database, now: clock.now }),
    journal,
    tokens: new Map(),
  };
  return { shop, people, clock, outbound, database, vault, secrets, appsFile };
}

/** The demo writes its own key beside its database, readable by its owner alone. */
export async function keysOf(config: Config): Promise<VaultKey[]> {
  if (config.keys.length > 0) return config.keys;
  await createKeyFile(demoKeyPath(config));
  return readKeys(`file:${demoKeyPath(config)}`);
}

function rereadingOf(config: Config): (() => Promise<VaultKey[]>) | null {
  return config.keys.length > 0 ? config.rereadKeys : () => readKeys(`file:${demoKeyPath(config)}`);
}

function demoKeyPath(config: Config): string {
  return join(config.dataDir, 'demo.key');
}
