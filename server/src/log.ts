/** Structured logs: one JSON object per line on standard output, without secrets. */
import { pino, type DestinationStream, type Logger } from 'pino';

export type AppLog = Logger;

/** Header and field names whose values never reach a log. */
const HIDDEN = [
  'authorization',
  'cookie',
  'password',
  'token',
  'refreshToken',
  'refresh_token',
  'accessToken',
  'access_token',
  'clientSecret',
  'client_secret',
  'spapi_oauth_code',
  'state',
  'key',
  'url',
];

/**
 * Shapes of the secrets that pass through here, whatever field they hide in: Amazon's tokens and client secrets, our API
 * keys and session cookies, the one-time values in a query, and the token in the address of a calendar or a hand-off.
 */
const SHAPES =
  /(Atz[ra]\||Atc\||Atz\.sprdt\||amzn1\.oa2-cs\.v1\.|amzn\.mws\.|sk_|\/(?:calendar|hand-off)\/(?!:))[^\s"'\\&,}]+|((?:spapi_oauth_code|amazon_state|state|code|token|sk_browser|session_token)=)[^\s"'\\&;]+/g;

export function hideSecrets(line: string): string {
  return line.replace(SHAPES, (_all, prefix?: string, name?: string) => `${prefix ?? name ?? ''}[secret]`);
}

/** `level` is pino's; `silent` prints nothing. Tests pass their own stream. */
export function createLog(settings: { level: string; stream?: DestinationStream }): AppLog {
  return pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: HIDDEN.flatMap((name) => [name, `*.${name}`, `headers.${name}`]), censor: '[secret]' },
      hooks: { streamWrite: hideSecrets },
    },
    settings.stream ?? pino.destination({ fd: 1, sync: false }),
  );
}

/** What keeps happening is logged once at first, then once in this time with a count. Milliseconds. */
const REPEAT_MS = 60_000;
/** Different messages that are counted at once. */
const COUNTED_MOST = 500;

type Report = {
  /** What counts as the same; the message when left out. */
  key?: string;
  /** Where it happened this time: counted one by one. */
  where: string;
  fields: Record<string, unknown>;
  message: string;
};
type Repeated = { more: number; where: Record<string, number> };
type ErrorLog = { error: (fields: Record<string, unknown>, message: string) => void };

const repeats = new WeakMap<object, Map<string, Repeated>>();

/** Logs an error that may come many times a second: one line at once, then one line a minute with a count. */
export function reportRarely(log: ErrorLog, report: Report): void {
  const counted = repeats.get(log) ?? new Map<string, Repeated>();
  repeats.set(log, counted);
  const key = report.key ?? report.message;
  const known = counted.get(key);
  if (known !== undefined) {
    known.more += 1;
    known.where[report.where] = (known.where[report.where] ?? 0) + 1;
    return;
  }
  log.error({ ...report.fields, where: report.where }, report.message);
  if (counted.size >= COUNTED_MOST) return;
  counted.set(key, { more: 0, where: {} });
  const timer = setInterval(() => {
    const since = counted.get(key);
    if (since === undefined || since.more === 0) {
      clearInterval(timer);
      counted.delete(key);
      return;
    }
    counted.set(key, { more: 0, where: {} });
    log.error({ ...report.fields, count: since.more, where: since.where }, report.message);
  }, REPEAT_MS).unref();
}
