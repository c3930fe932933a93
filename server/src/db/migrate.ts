/** Brings the tables up to date: plain numbered SQL files, each applied once, in order, in a transaction of its own. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { sql } from 'kysely';
import { differencesOf, type Differences, type Reader, type Tx } from './dialect.ts';
import type { OpenDatabase } from './open.ts';
import { DatabaseProblem } from './problem.ts';

export type Migration = { name: string; text: string };

const FOLDER = new URL('./migrations/', import.meta.url);

/** The migrations that belong to this version, in order. */
export function readMigrations(folder: URL = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file))
    .sort()
    .map((file) => ({ name: file.replace(/\.sql$/, ''), text: readFileSync(new URL(file, folder), 'utf8') }));
}

/** How the tables stand to this version. `last` is the newest migration that was applied. */
export type SchemaState = { kind: 'empty' | 'current' } | { kind: 'older'; last: string; missing: string[] };

/** Reads how the tables stand. @throws DatabaseProblem when they are newer, edited, or another program's. */
export async function schemaState(
  database: Pick<OpenDatabase, 'db'>,
  migrations: Migration[] = readMigrations(),
): Promise<SchemaState> {
  const { db } = database;
  if (!(await hasTable(db, 'migration'))) {
    if (differencesOf(db).name === 'sqlite' && (await hasAnyTable(db))) throw foreign();
    return { kind: 'empty' };
  }
  const done = await appliedIn(db);
  if (done.size === 0) return { kind: 'empty' };
  refuseUnknown(done, migrations);
  const missing = migrations.map(({ name }) => name).filter((name) => !done.has(name));
  const last = [...done.keys()].sort().at(-1) ?? '';
  return missing.length === 0 ? { kind: 'current' } : { kind: 'older', last, missing };
}

async function hasAnyTable(db: Reader): Promise<boolean> {
  const { rows } = await sql`select 1 from sqlite_schema limit 1`.execute(db);
  return rows.length > 0;
}

function foreign(): DatabaseProblem {
  return new DatabaseProblem(
    'This database belongs to another program: its tables are not Storekeeper’s. Choose another STOREKEEPER_DATABASE_URL.',
  );
}

export function hasTable(db: Reader, name: string): Promise<boolean> {
  return differencesOf(db).hasTable(db, name);
}

/**
 * Applies what is missing and gives the names of what it applied. Safe when several processes start at once: one
 * applies, the others find it done. Throws DatabaseProblem, having changed nothing, when the database is newer than
 * the program or when a file that was applied earlier has been edited since.
 */
export async function migrate(database: OpenDatabase, migrations: Migration[] = readMigrations()): Promise<string[]> {
  await differencesOf(database.db).beforeMigration(database.db);
  const applied: string[] = [];
  for (;;) {
    const name = await database.transaction((tx) => applyNext(tx, migrations));
    if (name === null) break;
    applied.push(name);
  }
  await differencesOf(database.db).checkGuard(database.db);
  return applied;
}

async function applyNext(tx: Tx, migrations: Migration[]): Promise<string | null> {
  const differences = differencesOf(tx);
  await differences.lockForMigration(tx);
  const done = await readApplied(tx, differences);
  refuseUnknown(done, migrations);
  const next = migrations.find((migration) => !done.has(migration.name));
  if (!next) return null;
  await differences.runScript(tx, next.text.replaceAll('{{identity}}', differences.identity));
  await sql`insert into migration (name, checksum, applied_at)
    values (${next.name}, ${checksum(next.text)}, ${Date.now()})`.execute(tx);
  const isLast = migrations.every((migration) => migration === next || done.has(migration.name));
  if (isLast) await differences.afterMigration(tx);
  return next.name;
}

async function readApplied(tx: Tx, differences: Differences): Promise<Map<string, string>> {
  if (!(await differences.hasTable(tx, 'migration'))) {
    await sql`create table migration (name text primary key, checksum text not null, applied_at bigint not null)`.execute(
      tx,
    );
  }
  return appliedIn(tx);
}

async function appliedIn(db: Reader): Promise<Map<string, string>> {
  try {
    const { rows } = await sql<{ name: string; checksum: string }>`select name, checksum from migration`.execute(db);
    return new Map(rows.map((row) => [row.name, row.checksum]));
  } catch (error) {
    if (error instanceof Error && /no such column|does not exist/.test(error.message)) throw foreign();
    throw error;
  }
}

function refuseUnknown(done: Map<string, string>, migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, checksum(migration.text)]));
  for (const [name, sum] of done) {
    const expected = known.get(name);
    if (expected === undefined) {
      throw new DatabaseProblem(
        `The database is newer than this version of Storekeeper: it has the migration ${name}. ` +
          'Start the newer version again, or restore a backup from before the upgrade.',
      );
    }
    if (expected !== sum) {
      throw new DatabaseProblem(
        `The migration ${name} was applied in another wording than this version has. ` +
          'Start the version that created this database, or begin with an empty one.',
      );
    }
  }
}

function checksum(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}
