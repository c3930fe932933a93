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
