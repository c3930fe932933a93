/** What every verb about people is given. */
import { hkdfSync } from 'node:crypto';
import { Secret } from '../core/secret.ts';
import type { Db, DialectName } from '../db/dialect.ts';
import { accountFor } from './accounts.ts';
import type { Auth, Passwords } from './auth.ts';
import type { PeopleDb, PeopleTables } from './tables.ts';

export type People = {
  db: PeopleDb;
  publicUrl: string;
  /** Milliseconds of the machine: sign-ins do not follow the demo's clock. */
  now: () => number;
  auth: () => Promise<Auth>;
};

type Settings = {
  db: Db;
  dialect: DialectName;
  publicUrl: string;
  productKey: Secret;
  warn: (message: string) => void;
  passwords?: Passwords;
};

export function openPeople(settings: Settings): People {
  let auth: Promise<Auth> | null = null;
  const people: People = {
    // The tables of people stand in the same database, beside those that the db room knows.
    db: settings.db.withTables<PeopleTables>(),
    publicUrl: settings.publicUrl,
    now: Date.now,
    auth: () => (auth ??= load()),
  };
  async function load(): Promise<Auth> {
    const { createAuth } = await import('./auth.ts');
    return createAuth({
      db: settings.db,
      dialect: settings.dialect,
      publicUrl: settings.publicUrl,
      secret: signingSecret(settings.productKey),
      warn: settings.warn,
      passwords: settings.passwords,
      accountFor: (personId) => accountFor(people, personId),
    });
  }
  return people;
}

/** The secret that signs session cookies: derived, so that one key is kept and the two uses stay apart. */
function signingSecret(productKey: Secret): Secret {
  const bytes = hkdfSync('sha256', Buffer.from(productKey.reveal(), 'base64'), '', 'storekeeper sign-in cookies', 32);
  return new Secret(Buffer.from(bytes).toString('base64'));
}
