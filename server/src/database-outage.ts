/**
 * The one place that tells an outage of the database from a mistake of ours. The drivers classify every error here; HTTP
 * and the watch answer and log what they get.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Fault } from './core/fault.ts';
import { reportRarely } from './log.ts';

const OUTAGES = {
  unreachable: 'The database of this service cannot be reached.',
  full: 'The disk of the database is full.',
  read_only: 'The database of this service takes no writes.',
  busy: 'The database of this service is busy.',
  broken: 'The database of this service cannot read or write its files.',
} as const;

type Outage = keyof typeof OUTAGES;

/** When a client is asked to come back. Seconds. */
const RETRY_SECONDS = 5;

/** Node's and PostgreSQL's codes; a class of SQLSTATE is its first two characters. First match wins. */
const CODES: readonly [RegExp, Outage][] = [
  [/^(ECONN|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_|EHOST|ENET|EADDRNOTAVAIL$)/, 'unreachable'],
  [/^(08...|57P0.|53300|28...|3D000)$/, 'unreachable'],
  // A socket that is not there, and a server whose certificate is not accepted.
  [/^(ENOENT|EACCES|EPROTO|ERR_TLS|ERR_SSL|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/, 'unreachable'],
  [/^(53100|ENOSPC|EDQUOT)$/, 'full'],
  [/^(25006|EROFS)$/, 'read_only'],
  [/^(53...|55P03|57014)$/, 'busy'],
  [/^(58...|XX00[12]|EIO)$/, 'broken'],
];

/** What the PostgreSQL client says without a code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout|The server does not support SSL|There was an error establishing an SSL|SASL: )/;

/** Primary result codes of SQLite. */
const SQLITE: Readonly<Record<number, Outage>> = {
  5: 'busy',
  6: 'busy',
  8: 'read_only',
  10: 'broken',
  11: 'broken',
  13: 'full',
  14: 'unreachable',
  26: 'broken',
};

/** What a caller gets: the error as it is, or the fault that says which outage it is. */
export function asOutage(error: unknown): unknown {
  const outage = outageOf(error);
  if (outage === null) return error;
  const fault = new Fault('database-unavailable', {
    detail: `${OUTAGES[outage]} Send the request again in a few seconds.`,
    retryAfterSeconds: RETRY_SECONDS,
    cause: error,
  });
  const request = requests.getStore();
  if (request) request.outage ??= fault;
  return fault;
}

/** True for an error that `asOutage` made. */
export function isOutage(error: unknown): error is Fault & { code: 'database-unavailable' } {
  return error instanceof Fault && error.code === 'database-unavailable';
}

/** True when the connection is of no further use. */
export function isConnectionLost(error: unknown): boolean {
  return outageOf(error) === 'unreachable';
}

function outageOf(error: unknown): Outage | null {
  if (!(error instanceof Error)) return null;
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE[error.errcode & 0xff] ?? null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = CODES.find(([pattern]) => pattern.test(code));
  if (known) return known[1];
  return MESSAGES.test(error.message) ? 'unreachable' : null;
}

type Noticed = { outage: Fault | null };
const requests = new AsyncLocalStorage<Noticed>();

/** Runs `work`; an outage that a library inside swallows is still found in `noticed`. */
export function noticeOutages<T>(noticed: Noticed, work: () => T): T {
  return requests.run(noticed, work);
}

type ErrorLog = Parameters<typeof reportRarely>[0];

/** One line a minute for an outage, whichever request or loop noticed it. */
export function reportOutage(log: ErrorLog, where: string, outage: Fault): void {
  const { cause } = outage;
  const error = cause instanceof Error ? { name: cause.name, message: cause.message, code: codeOf(cause) } : null;
  reportRarely(log, { where, fields: { outage: outage.detail, error }, message: 'the database is unavailable' });
}

/** An error of a loop or a message: an outage of the database as one, another once a minute while it repeats. */
export function reportError(log: ErrorLog, where: string, what: { message: string; error: unknown }): void {
  const { error, message } = what;
  if (isOutage(error)) {
    reportOutage(log, where, error);
    return;
  }
  const said =
    error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : String(error);
  const key = `${message} ${error instanceof Error ? error.message : String(error)}`;
  reportRarely(log, { key, where, fields: { error: said }, message });
}

function codeOf(error: Error): unknown {
  if ('errcode' in error) return error.errcode;
  return 'code' in error ? error.code : null;
}
