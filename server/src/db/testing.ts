/**
 * Fresh databases for tests, on both engines. PostgreSQL at STOREKEEPER_TEST_POSTGRES_URL, else on 127.0.0.1:5432; where
 * none answers, its suites are reported as skipped with that reason in their name.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, describe } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { openDatabase, type OpenDatabase } from './open.ts';

const POSTGRES_URL = process.env['STOREKEEPER_TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
/** A machine without PostgreSQL refuses at once; a busy one answers late. */
const PROBE_MS = 20_000;
/** Owns the databases of tests. A superuser would see every row, whatever the policies say. */
const OWNER = 'storekeeper_test';

export type TestDatabase = OpenDatabase & {
  /** For other processes. SQLite: only when opened `onDisk`. */
  url: string;
  dataDir: string;
  /** Another opening of the same database beside the first, as a second process would have it. */
  again: () => Promise<OpenDatabase>;
};

/** Opens a fresh database with all migrations applied (`empty`: none). It is closed and removed after the test. */
export type OpenTest = (settings?: { onDisk?: boolean; empty?: boolean }) => Promise<TestDatabase>;

type EngineName = 'SQLite' | 'PostgreSQL';
type Define = (name: EngineName, open: OpenTest) => void;

/** Defines the tests once for each engine. */
export function eachDatabase(define: Define): void {
  describeSqlite(define);
  describePostgres(define);
}

export function describeSqlite(define: Define): void {
  describe('SQLite', () => {
    define('SQLite', opener(openSqliteTest));
  });
}

/** Several test processes may make the roles at once. */
const MAKE_OWNER = `do $$
declare
  wanted text;
begin
  perform pg_advisory_xact_lock(7431903);
  foreach wanted in array array['storekeeper_app nologin', '${OWNER} login'] loop
    if not exists (select 1 from pg_roles where rolname = split_part(wanted, ' ', 1)) then
      execute 'create role ' || wanted;
    end if;
  end loop;
  if not pg_has_role('${OWNER}', 'storekeeper_app', 'member') then
    grant storekeeper_app to ${OWNER};
  end if;
end $$`;

const unreachable = await whyUnreachable();
/** True when the databases of tests belong to a role of their own. */
const ownerOfTests: boolean = unreachable === null && (await makeOwner());

export function describePostgres(define: Define): void {
  const name = unreachable === null ? 'PostgreSQL' : `PostgreSQL (skipped: ${unreachable})`;
  describe.runIf(unreachable === null)(name, () => {
    afterAll(dropSpare);
    define('PostgreSQL', opener(openPostgresTest));
  });
}

type Opened = { database: TestDatabase; remove: () => Promise<void> };
type Settings = NonNullable<Parameters<OpenTest>[0]>;

function opener(openTest: (settings: Settings) => Promise<Opened>): OpenTest {
  const opened: Opened[] = [];
  afterEach(async () => {
    for (const { database, remove } of opened.splice(0)) {
      await database.close();
      await remove();
    }
  });
  return async (settings = {}) => {
    const fresh = await openTest(settings);
    opened.push(fresh);
    return fresh.database;
  };
}

async function openSqliteTest({ onDisk = false, empty = false }: Settings): Promise<Opened> {
  const dataDir = onDisk ? mkdtempSync(join(tmpdir(), 'storekeeper-test-')) : tmpdir();
  const url = onDisk ? `sqlite:${join(dataDir, 'storekeeper.db')}` : 'sqlite::memory:';
  const database = await assemble({ url, dataDir });
  if (!empty) await migrate(database);
  return {
    database,
    remove: async () => {
      if (onDisk) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Databases of this file that a test has left empty again: making one takes up to half a second, emptying one does not. */
const spare: string[] = [];

async function openPostgresTest({ empty = false }: Settings): Promise<Opened> {
  const kept = empty ? undefined : spare.pop();
  const name = kept ?? (await makeDatabase());
  const database = await assemble({ url: await urlOf(name), dataDir: tmpdir() });
  if (!empty) await migrate(database);
  return {
    database,
    remove: async () => {
      if (await emptied(name)) spare.push(name);
      else await administer(dropping(name));
    },
  };
}

/** Empties every table; false when the test changed the tables themselves. */
async function emptied(name: string): Promise<boolean> {
  const client = new Client({ connectionString: superuserUrl(name) });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select name from migration order by name');
    const known = readMigrations().map((migration) => migration.name);
    if (JSON.stringify(rows.map((row) => row.name)) !== JSON.stringify(known)) return false;
    const tables = await client.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public' and tablename not in ('migration', 'meta')",
    );
    const deletes = tables.rows.map((row) => `delete from "${row.tablename}"`);
    // The triggers of the audit log refuse this to all but a superuser who switches them off.
    await client.query(
      ['set session_replication_role = replica', ...deletes, "delete from meta where name <> 'event_order'"].join(';'),
    );
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}

async function makeDatabase(): Promise<string> {
  const name = `storekeeper_test_${process.pid}_${randomBytes(5).toString('hex')}`;
  const owner = ownerOfTests ? ` owner ${OWNER}` : '';
  await administer(`create database ${name}${owner} template template0`);
  return name;
}

async function dropSpare(): Promise<void> {
  for (const name of spare.splice(0)) await administer(dropping(name));
}

function dropping(name: string): string {
  return `drop database if exists ${name} with (force)`;
}

/** Opened a second time it neither takes nor needs the lock, and it is closed with the first. */
async function assemble({ url, dataDir }: { url: string; dataDir: string }): Promise<TestDatabase> {
  const database = await openDatabase({ url, dataDir });
  const others: OpenDatabase[] = [];
  return {
    ...database,
    url,
    dataDir,
    again: async () => {
      const other = await openDatabase({ url, dataDir, exclusive: false });
      others.push(other);
      return other;
    },
    close: async () => {
      for (const other of others) await other.close();
      await database.close();
    },
  };
}

/** As the role that a production server would have: it owns the database and is no superuser. */
async function urlOf(name: string): Promise<string> {
  const url = new URL(superuserUrl(name));
  if (ownerOfTests) url.username = OWNER;
  return url.href;
}

function superuserUrl(name: string): string {
  const url = new URL(POSTGRES_URL);
  url.pathname = `/${name}`;
  return url.href;
}

/** For tests of what a start refuses: the same database with the rights of a superuser. */
export function asSuperuser({ url }: { url: string }): string {
  return superuserUrl(new URL(url).pathname.slice(1));
}

/**
 * Makes the owner once for the whole server. False where the tests' own role is no superuser: then it owns the databases.
 * The owner's password is the one of the URL, if there is one.
 */
async function makeOwner(): Promise<boolean> {
  const client = new Client({ connectionString: POSTGRES_URL, connectionTimeoutMillis: PROBE_MS });
  await client.connect();
  try {
    const { rows } = await client.query<{ superuser: boolean }>(
      'select rolsuper as superuser from pg_roles where rolname = current_user',
    );
    if (rows[0]?.superuser !== true) return false;
    await client.query(MAKE_OWNER);
    const { password } = new URL(POSTGRES_URL);
    if (password !== '') {
      const literal = client.escapeLiteral(decodeURIComponent(password));
      await client.query(`alter role ${OWNER} password ${literal}`);
    }
    return true;
  } finally {
    await client.end();
  }
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: POSTGRES_URL, connectionTimeoutMillis: PROBE_MS });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes new sessions of a PostgreSQL test database refuse writes, or take them again. */
export async function setReadOnly({ url }: TestDatabase, on: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await administer(`alter database "${name}" set default_transaction_read_only = ${on ? 'on' : 'off'}`);
}

async function whyUnreachable(): Promise<string | null> {
  try {
    await administer('select 1');
    return null;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return `no PostgreSQL at ${new URL(POSTGRES_URL).host}, ${reason}`;
  }
}
