/**
 * better-auth, set up on our database: e-mail and password, and accounts (its organizations). Loaded on first use:
 * it takes about a fifth of a second and 30 MB, which a worker never needs.
 */
import { betterAuth, type User } from 'better-auth';
import { kyselyAdapter } from '@better-auth/kysely-adapter';
import { createEmailVerificationToken } from 'better-auth/api';
import { organization } from 'better-auth/plugins/organization';
import { CamelCasePlugin } from 'kysely';
import type { Secret } from '../core/secret.ts';
import type { Db, DialectName } from '../db/dialect.ts';
import { withHashedSessions } from './hashed-sessions.ts';
import type { PersonMail } from './mail.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from './password.ts';

/** A signed-in browser stays signed in for 30 days. */
const SESSION_SECONDS = 30 * 86_400;

export type AuthSettings = {
  db: Db;
  dialect: DialectName;
  publicUrl: string;
  secret: Secret;
  warn: (message: string) => void;
  /** The account a new session works in: one that the person belongs to, made when there is none yet. */
  accountFor: (personId: string) => Promise<string>;
  /** False: this person has not proven their address yet, and no session begins. */
  mayBegin: (personId: string) => Promise<boolean>;
  mail: (mail: PersonMail) => Promise<void>;
  /** The person has proven that mails to their address reach them. */
  confirmed: (personId: string) => Promise<void>;
  /** Absent: scrypt, as slow as it should be for whoever guesses. */
  passwords?: Passwords | undefined;
};

/** How passwords are kept. Tests that sign hundreds of people up bring one that costs nothing. */
export type Passwords = {
  hash: (password: string) => Promise<string>;
  verify: (kept: { hash: string; password: string }) => Promise<boolean>;
};

export type Auth = ReturnType<typeof createAuth>;

/** One-time links: to confirm an address for a day, to choose a new password for an hour. */
const CONFIRM_SECONDS = 86_400;
const RESET_SECONDS = 3_600;

function emailAndPassword({ passwords, mail, confirmed, secret }: AuthSettings) {
  return {
    enabled: true,
    minPasswordLength: PASSWORD_MIN,
    maxPasswordLength: PASSWORD_MAX,
    ...(passwords ? { password: passwords } : {}),
    // Signing up gives the same answer for every address: the mail says which it was.
    autoSignIn: false,
    onExistingUserSignUp: async ({ user }: { user: User }) => {
      if (user.emailVerified) return mail({ what: 'known', person: user });
      const { id: userId, email } = user;
      const token = await createEmailVerificationToken(secret.reveal(), email, undefined, CONFIRM_SECONDS, { userId });
      return mail({ what: 'confirm', person: user, token });
    },
    revokeSessionsOnPasswordReset: true,
    resetPasswordTokenExpiresIn: RESET_SECONDS,
    sendResetPassword: async ({ user, token }: { user: User; token: string }) =>
      mail({ what: 'reset', person: user, token }),
    // The link was mailed, so its holder reads the mail of this address.
    onPasswordReset: async ({ user }: { user: User }) => {
      await confirmed(user.id);
      await mail({ what: 'password_changed', person: user });
    },
  };
}

/** No session begins for an address that has to be confirmed first; any other works in an account of the person's. */
async function beginning<S extends { userId: string }>({ mayBegin, accountFor }: AuthSettings, session: S) {
  if (!(await mayBegin(session.userId))) return false;
  return { data: { ...session, activeOrganizationId: await accountFor(session.userId) } };
}

export function createAuth(settings: AuthSettings) {
  return betterAuth({
    appName: 'Storekeeper',
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    secret: settings.secret.reveal(),
    trustedOrigins: [settings.publicUrl],
    // Our own names in the database: snake_case columns, and `account` keeps its one meaning.
    database: withHashedSessions(
      kyselyAdapter(settings.db.withPlugin(new CamelCasePlugin()), { type: settings.dialect }),
    ),
    user: { modelName: 'person' },
    session: {
      modelName: 'personSession',
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
    },
    account: { modelName: 'personLogin' },
    verification: { modelName: 'personVerification', storeIdentifier: 'hashed' },
    emailAndPassword: emailAndPassword(settings),
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: CONFIRM_SECONDS,
      sendVerificationEmail: async ({ user, token }) => settings.mail({ what: 'confirm', person: user, token }),
    },
    // Counted by our own guard, per e-mail and per address (http/sign-in-guard.ts).
    rateLimit: { enabled: false },
    // What is no refusal of its own leaves as it came, so that an outage is answered as one.
    onAPIError: { throw: true },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => settings.warn(message) },
    advanced: {
      cookiePrefix: 'sk',
      useSecureCookies: settings.publicUrl.startsWith('https://'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
    },
    databaseHooks: { session: { create: { before: (session) => beginning(settings, session) } } },
    plugins: [
      organization({
        schema: { organization: { modelName: 'accounts' }, member: { modelName: 'membership' } },
      }),
    ],
  });
}
