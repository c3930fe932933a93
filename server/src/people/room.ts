/** What every verb about people is given. */
import type { AuditNews } from '../core/audit.ts';
import type { Secret } from '../core/secret.ts';
import { appendAudit } from '../db/audit.ts';
import type { Db, DialectName } from '../db/dialect.ts';
import { accountFor } from './accounts.ts';
import type { Auth, Passwords } from './auth.ts';
import type { CookieSecrets } from './cookies.ts';
import { sendPersonMail } from './mail.ts';
import { noteConfirmed } from './persons.ts';
import { maySignIn } from './sign-in.ts';
import type { PeopleDb, PeopleTables } from './tables.ts';

export type People = {
  db: PeopleDb;
  /** The same database, for the outbox. */
  mails: Db;
  publicUrl: string;
  /** Milliseconds of the machine: sign-ins do not follow the demo's clock. */
  now: () => number;
  /** The product's clock, by which mails leave and connect sessions end. */
  productNow: () => number;
  auth: () => Promise<Auth>;
  /** One transaction; `audit` writes the entry of the audit log in it. */
  transaction: <T>(work: (tx: PeopleDb, audit: (news: AuditNews) => Promise<void>) => Promise<T>) => Promise<T>;
  /** The secrets that sign cookies and one-time links: the current one, and earlier ones that still count. */
  cookies: CookieSecrets;
};

type Settings = {
  db: Db;
  dialect: DialectName;
  publicUrl: string;
  cookies: CookieSecrets;
  productNow?: () => number;
  warn: (message: string) => void;
  passwords?: Passwords;
};

export function openPeople(settings: Settings): People {
  const { cookies } = settings;
  let loaded: { secret: Secret; auth: Promise<Auth> } | null = null;
  const people: People = {
    // The tables of people stand in the same database, beside those that the db room knows.
    db: settings.db.withTables<PeopleTables>(),
    mails: settings.db,
    publicUrl: settings.publicUrl,
    now: Date.now,
    transaction: (work) =>
      settings.db.transaction().execute((tx) => work(tx.withTables<PeopleTables>(), (news) => appendAudit(tx, news))),
    productNow: settings.productNow ?? Date.now,
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
      mayBegin: (personId) => maySignIn(people, personId),
      mail: (mail) => sendPersonMail(people, mail),
      confirmed: (personId) => noteConfirmed(people, personId),
    });
  }
  return people;
}
