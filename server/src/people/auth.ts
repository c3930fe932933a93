/**
 * better-auth, set up on our database: e-mail and password, and accounts (its organizations). Loaded on first use:
 * it takes about a fifth of a second and 30 MB, which a worker never needs.
 */
import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins/organization';
import { CamelCasePlugin } from 'kysely';
import type { Secret } from '../core/secret.ts';
import type { Db, DialectName } from '../db/dialect.ts';

export const PASSWORD_MIN = 12;
/** A signed-in browser stays signed in for 30 days. */
const SESSION_SECONDS = 30 * 86_400;
const INVITATION_SECONDS = 7 * 86_400;

export type AuthSettings = {
  db: Db;
  dialect: DialectName;
  publicUrl: string;
  secret: Secret;
  warn: (message: string) => void;
  /** The account a new session works in: one that the person belongs to, made when there is none yet. */
  accountFor: (personId: string) => Promise<string>;
  /** Absent: scrypt, as slow as it should be for whoever guesses. */
  passwords?: Passwords | undefined;
};

/** How passwords are kept. Tests that sign hundreds of people up bring one that costs nothing. */
export type Passwords = {
  hash: (password: string) => Promise<string>;
  verify: (kept: { hash: string; password: string }) => Promise<boolean>;
};

export type Auth = ReturnType<typeof createAuth>;

function passwordsOf({ passwords }: AuthSettings) {
  const lengths = { enabled: true, minPasswordLength: PASSWORD_MIN, maxPasswordLength: 128 };
  return passwords ? { ...lengths, password: passwords } : lengths;
}

export function createAuth(settings: AuthSettings) {
  return betterAuth({
    appName: 'Storekeeper',
    baseURL: settings.publicUrl,
    basePath: '/api/auth',
    secret: settings.secret.reveal(),
    trustedOrigins: [settings.publicUrl],
    // Our own names in the database: snake_case columns, and `account` keeps its one meaning.
    database: { db: settings.db.withPlugin(new CamelCasePlugin()), type: settings.dialect },
    user: { modelName: 'person' },
    session: {
      modelName: 'personSession',
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
    },
    account: { modelName: 'personLogin' },
    verification: { modelName: 'personVerification' },
    emailAndPassword: passwordsOf(settings),
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
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({
            data: { ...session, activeOrganizationId: await settings.accountFor(session.userId) },
          }),
        },
      },
    },
    plugins: [
      organization({
        invitationExpiresIn: INVITATION_SECONDS,
        cancelPendingInvitationsOnReInvite: true,
        schema: { organization: { modelName: 'accounts' }, member: { modelName: 'membership' } },
      }),
    ],
  });
}
