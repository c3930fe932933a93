/** What every verb about people is given. */
import type { Secret } from '../core/secret.ts';
import type { Db, DialectName } from '../db/dialect.ts';
import { accountFor } from './accounts.ts';
import type { Auth, Passwords } from './auth.ts';
import type { CookieSecrets } from './cookies.ts';
import type { PeopleDb, PeopleTables } from './tables.ts';

export type People = {
  db: PeopleDb;
  publicUrl: string;
  /** Milliseconds of the machine: sign-ins do not follow the demo's clock. */
  now: () => number;
  auth: () => Promise<Auth>;
  /** Sign-in cookies of an earlier secret, signed with the current one. */
  cookies: CookieSecrets;
};

type Settings = {
  db: Db;
  dialect: DialectName;
  publicUrl: string;
  cookies: CookieSecrets;
  warn: (message: string) => void;
  passwords?: Passwords;
};

export function openPeople(settings: Settings): People {
  const { cookies } = settings;
  let loaded: { secret: Secret; auth: Promise<Auth> } | null = null;
  const people: People = {
    // The tables of people stand in the same database, beside those that the db room knows.
    db: settings.db.withTables<PeopleTables>(),
    publicUrl: settings.publicUrl,
    now: Date.now,
    cookies,
    auth() {
      const secret = cookies.signs();
      if (loaded?.secret.reveal() !== secret.reveal()) loaded = { secret, auth: load(secret) };
      return loaded.auth;
    },
  };
  async function load(secret: Secret): Promise<Auth> {
    const { createAuth } = await import('./auth.ts');
    return createAuth({
      db: settings.db,
      dialect: settings.dialect,
      publicUrl: settings.publicUrl,
      secret,
      warn: settings.warn,
      passwords: settings.passwords,
      accountFor: (personId) => accountFor(people, personId),
    });
  }
  return people;
}
