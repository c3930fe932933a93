/** Errors that an operator can correct, each as one sentence of what is wrong and what to do. */
import { isOutage } from './database-outage.ts';
import { pathProblem } from './db/private-files.ts';
import { DatabaseProblem } from './db/problem.ts';
import { sqliteProblem } from './db/sqlite-problem.ts';
import { StartProblem } from './problems.ts';

const URL_SETTING = 'STOREKEEPER_DATABASE_URL';

/** By Node's or PostgreSQL's code. First match wins. */
const POSTGRES: readonly [RegExp, string][] = [
  [/^28/, `PostgreSQL refuses this user or password. Correct them in ${URL_SETTING}, or pg_hba.conf at the server.`],
  [/^3D000$/, `PostgreSQL has no database of this name. Create it, or correct ${URL_SETTING}.`],
  [/^42501$/, 'The role of the database URL lacks a privilege. The guide for operators shows how to create the role.'],
  [/^53300$/, 'PostgreSQL accepts no more connections. Raise its max_connections, or stop another program.'],
  [/^57P03$/, 'PostgreSQL is starting or stopping. Try again when it is up.'],
  [/^ECONNREFUSED$/, `No PostgreSQL listens at the address in ${URL_SETTING}. Start it, or correct the address.`],
  [/^(ENOTFOUND|EAI_)/, `The host name in ${URL_SETTING} is not found. Correct it, or check DNS.`],
  [
    /^(ERR_TLS|ERR_SSL|EPROTO|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/,
    `The certificate of PostgreSQL is not accepted. Name its certificate authority with sslrootcert in ${URL_SETTING}, and the host as the certificate does.`,
  ],
  [
    /^(ENOENT|EACCES)$/,
    `The socket of PostgreSQL in ${URL_SETTING} cannot be opened. Start PostgreSQL, or correct it.`,
  ],
];

/** What the PostgreSQL client says without a code. */
const MESSAGES: readonly [RegExp, string][] = [
  [/SSL/, `PostgreSQL offers no TLS. Set ssl = on there, or correct sslmode in ${URL_SETTING}.`],
  [/^SASL|password/, `PostgreSQL asks for a password. Put it into ${URL_SETTING}.`],
  [/timeout|timed out/i, `PostgreSQL does not answer in time. Check the address in ${URL_SETTING} and the firewall.`],
];

/** Null when the error is a mistake of the program. Never repeats a secret. */
export function explain(error: unknown): string | null {
  if (error instanceof DatabaseProblem || error instanceof StartProblem) return error.message;
  if (isOutage(error))
    return explainOutage(error.cause) ?? `${firstSentence(error.message)} Start it, or check ${URL_SETTING}.`;
  return sqliteProblem(error) ?? pathProblem(error);
}

function explainOutage(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  const embedded = sqliteProblem(cause);
  if (embedded !== null) return embedded;
  const code = codeOf(cause);
  const known =
    POSTGRES.find(([pattern]) => pattern.test(code)) ?? MESSAGES.find(([pattern]) => pattern.test(cause.message));
  return known?.[1] ?? null;
}

/** A name with several addresses fails with one error for each of them. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? codeOf(inner) : '';
}

/** The next one is for a caller of the API. */
function firstSentence(text: string): string {
  return text.slice(0, text.indexOf('.') + 1);
}
