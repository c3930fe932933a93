/**
 * Which databases belong to the demo. The demo shows everything to one click and has a public password, so it never opens
 * a database of real stores, and a database that the demo created never goes into production.
 */
import { sql } from 'kysely';
import type { Db } from '../db/dialect.ts';
import { hasTable } from '../db/migrate.ts';
import { DatabaseProblem } from '../db/problem.ts';
import type { PeopleDb, PeopleTables } from '../people/tables.ts';

/** In `meta` since the creation of a demo's database. */
const MARK = 'demo';
/** In `meta` of the demos that older versions created without the mark. */
const SEEDED = 'demo_seeded';
/** The apps of the emulated marketplace's own world: what the stores of an older demo are connected with. */
const EMULATED_APPS = [
  'amzn1.sellerapps.app.c2791186-1d00-4787-a9c2-3188a65efa40',
  '0000-1111-0001',
  '0000-1111-0002',
  '0000-1111-0003',
];

/** Who is signed in with one click. There is nothing to protect: the demo listens on this machine alone. */
export const DEMO_PERSON = { name: 'Mira Roe', email: 'demo@storekeeper.test', password: 'demo-storekeeper' };

/** @throws DatabaseProblem when the database is not of the kind that starts: the demo's, or production's. */
export async function checkDemo(db: Db, demo: boolean): Promise<void> {
  const kind = await kindOf(peopleIn(db));
  if (demo && kind === 'production') {
    throw new DatabaseProblem(
      'This database has stores or people that are not the demo’s, so the demo does not open it. For production name ' +
        'your apps in STOREKEEPER_APPS_FILE and set STOREKEEPER_DEMO=off. For the demo choose another STOREKEEPER_DATA_DIR ' +
        'or STOREKEEPER_DATABASE_URL.',
    );
  }
  if (!demo && kind === 'demo') {
    throw new DatabaseProblem(
      'This database was created by the demo, whose password is public. For production choose an empty ' +
        'STOREKEEPER_DATA_DIR or STOREKEEPER_DATABASE_URL. For the demo set STOREKEEPER_DEMO=on.',
    );
  }
}

/** Marks the database as the demo's. Call it after `checkDemo`, before anything else is written. */
export async function markDemo(db: Db): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name: MARK, value: 'created by the demo' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

/**
 * A production database that an older version opened as the demo has the demo's person in it, whose password is public.
 * Ends that sign-in; true when there was one.
 */
export async function closeDemoSignIn(own: Db): Promise<boolean> {
  const db = peopleIn(own);
  if (!(await hasMeta(db, SEEDED))) return false;
  const person = await demoPerson(db);
  if (person === null) return false;
  const closed = await sql`delete from person_login where user_id = ${person}`.execute(db);
  await db.deleteFrom('person_session').where('user_id', '=', person).execute();
  await db.deleteFrom('meta').where('name', '=', `operator:${person}`).execute();
  return (closed.numAffectedRows ?? 0n) > 0n;
}

function peopleIn(db: Db): PeopleDb {
  return db.withTables<PeopleTables>();
}

async function kindOf(db: PeopleDb): Promise<'empty' | 'demo' | 'production'> {
  if (await hasMeta(db, MARK)) return 'demo';
  if (await hasOtherApps(db)) return 'production';
  if (await hasMeta(db, SEEDED)) return 'demo';
  const people = await db.selectFrom('person').select('email').limit(2).execute();
  if (people.length === 1 && people[0]?.email === DEMO_PERSON.email) return 'demo';
  const store = await db.selectFrom('store').select('id').executeTakeFirst();
  const account = await db.selectFrom('accounts').select('id').executeTakeFirst();
  return people.length === 0 && store === undefined && account === undefined ? 'empty' : 'production';
}

/** A store of an app that the emulated marketplace does not have, or a secret of such an app. */
async function hasOtherApps(db: PeopleDb): Promise<boolean> {
  const store = await db
    .selectFrom('store')
    .select('id')
    .where('application_id', 'not in', EMULATED_APPS)
    .executeTakeFirst();
  if (store !== undefined) return true;
  if (!(await hasTable(db, 'app_secret'))) return false;
  const secret = await db
    .selectFrom('app_secret')
    .select('application_id')
    .where('application_id', 'not in', EMULATED_APPS)
    .executeTakeFirst();
  return secret !== undefined;
}

async function hasMeta(db: PeopleDb, name: string): Promise<boolean> {
  return (await db.selectFrom('meta').select('name').where('name', '=', name).executeTakeFirst()) !== undefined;
}

async function demoPerson(db: PeopleDb): Promise<string | null> {
  const row = await db.selectFrom('person').select('id').where('email', '=', DEMO_PERSON.email).executeTakeFirst();
  return row?.id ?? null;
}
