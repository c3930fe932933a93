/**
 * The only reader of the environment: a Config, or the list of every problem at once.
 * Names and meanings stand in the README's table of settings.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { readApps } from './config/apps.ts';
import { readDatabase } from './config/database.ts';
import { createFields, type ConfigProblem, type Fields } from './config/fields.ts';
import { keepDemoHere } from './config/demo-here.ts';
import {
  localOrigin,
  readHost,
  readOrigin,
  readTrustedProxies,
  refuseOpenDoor,
  refuseOpenHosts,
  refuseUncheckedTls,
} from './config/address.ts';
import type { App } from './core/access.ts';
import { Secret } from './core/secret.ts';
import { readKeys, type VaultKey } from './db/keys.ts';
import { DatabaseProblem } from './db/problem.ts';

export type Role = 'all' | 'api' | 'worker';

export type Config = {
  /** `sqlite:` and an absolute path, or `postgres://…`. May carry a password: a Secret. */
  databaseUrl: Secret;
  dataDir: string;
  /** The first seals; the others still open what they sealed. Empty in a demo, which writes its own key. */
  keys: VaultKey[];
  /** Reads the keys again while the program runs; null when they were given by value. */
  rereadKeys: (() => Promise<VaultKey[]>) | null;
  publicUrl: string;
  host: string;
  port: number;
  /** Addresses and ranges of the proxies in front, whose word about a caller's address is taken. */
  trustedProxies: string[];
  /** Opens `/metrics` to other machines; null: it answers this machine alone. */
  metricsToken: Secret | null;
  role: Role;
  /** `off`: the server refuses older tables instead of bringing them up to date. */
  migrate: 'auto' | 'off';
  demo: boolean;
  emulatorPort: number;
  emulatorProxyPort: number;
  /** Template with `{host}`; null means the real hosts. */
  hostsUrl: string | null;
  apps: App[];
  /** Where they stand; null: no file was named. */
  appsFile: string | null;
  smtpUrl: Secret | null;
  /** The password and the mails may travel without TLS. */
  smtpInsecure: boolean;
  mailFrom: string;
  operatorEmail: string | null;
  probeIntervalMs: number;
  logLevel: string;
};

/** `demo`: whether the demo was meant. */
export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: ConfigProblem[]; demo: boolean };

export type ConfigSource = {
  env: Record<string, string | undefined>;
  /** Where `.env` and relative paths are looked for. */
  directory: string;
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** The process's own environment and working directory. Nothing else in the product reads them. */
export function processSource(): ConfigSource {
  return { env: process.env, directory: process.cwd() };
}

/** Reads every setting. Environment wins over `.env`, `.env` over the file named by `STOREKEEPER_CONFIG`. */
export async function readConfig(source: ConfigSource): Promise<ConfigResult> {
  const problems: ConfigProblem[] = [];
  const fields = createFields(gather(source, problems), problems);
  const config = await assemble(fields, source.directory);
  // The process's own variable counts: Node reads no file for it.
  if (!config.demo) refuseUncheckedTls(fields, source.env['NODE_TLS_REJECT_UNAUTHORIZED']);
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems, demo: config.demo };
}

async function assemble(fields: Fields, directory: string): Promise<Config> {
  const dataDir = resolve(directory, fields.text('STOREKEEPER_DATA_DIR') ?? './data');
  const apps = readApps(fields, directory);
  const appsPath = fields.text('STOREKEEPER_APPS_FILE');
  const demo = readDemo(fields, apps);
  const host = readHost(fields);
  const port = fields.port('PORT', 4280);
  const publicUrl = readOrigin(fields) ?? localOrigin(host, port);
  const emulatorPort = fields.port('STOREKEEPER_EMULATOR_PORT', 4290);
  refuseOpenDoor(fields, { host, publicUrl });
  if (demo) keepDemoHere(fields, { host, publicUrl, emulatorPort });
  else refuseOpenHosts(fields);
  return {
    databaseUrl: readDatabase(fields, { directory, dataDir }),
    dataDir,
    keys: await readSecretKeys(fields, demo),
    rereadKeys: rereading(fields.text('STOREKEEPER_SECRET_KEY')),
    publicUrl,
    host,
    port,
    trustedProxies: readTrustedProxies(fields),
    metricsToken: readMetricsToken(fields),
    role: fields.choice('STOREKEEPER_ROLE', ['all', 'api', 'worker'], 'all'),
    migrate: fields.choice('STOREKEEPER_MIGRATE', ['auto', 'off'], 'auto'),
    demo,
    emulatorPort,
    emulatorProxyPort: fields.port('STOREKEEPER_EMULATOR_PROXY_PORT', 4291),
    hostsUrl: readHosts(fields) ?? (demo ? `http://127.0.0.1:${emulatorPort}/{host}` : null),
    apps,
    appsFile: appsPath === null ? null : resolve(directory, appsPath),
    ...readMail(fields),
    probeIntervalMs: fields.duration('STOREKEEPER_PROBE_INTERVAL', 3_600_000),
    // In the demo a person reads the terminal, not a log collector.
    logLevel: fields.choice('STOREKEEPER_LOG_LEVEL', LOG_LEVELS, demo ? 'warn' : 'info'),
  };
}

function gather(source: ConfigSource, problems: ConfigProblem[]): Record<string, string | undefined> {
  const file = readPairs(resolve(source.directory, '.env'));
  const named = source.env['STOREKEEPER_CONFIG'] ?? file?.['STOREKEEPER_CONFIG'];
  const config = named === undefined || named === '' ? {} : readPairs(resolve(source.directory, named));
  if (config === null) {
    problems.push({
      name: 'STOREKEEPER_CONFIG',
      wrong: `The file ${String(named)} cannot be read.`,
      right: 'The path of a readable file with one NAME=value per line, in the form of .env.',
    });
  }
  return { ...config, ...file, ...source.env };
}

function readPairs(path: string): Record<string, string | undefined> | null {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function readDemo(fields: Fields, apps: App[]): boolean {
  const said = fields.choice('STOREKEEPER_DEMO', ['auto', 'on', 'off'], 'auto');
  return said === 'auto' ? apps.length === 0 && fields.text('STOREKEEPER_APPS_FILE') === null : said === 'on';
}

function rereading(reference: string | null): Config['rereadKeys'] {
  return reference !== null && /^(file|command):/.test(reference) ? () => readKeys(reference) : null;
}

async function readSecretKeys(fields: Fields, demo: boolean): Promise<VaultKey[]> {
  const given = fields.text('STOREKEEPER_SECRET_KEY');
  const right = '32 random bytes in base64 (openssl rand -base64 32), or file:/path, or command:….';
  if (given === null) {
    const wrong = 'It is missing. Sellers’ credentials are sealed with it, so nothing starts without it.';
    if (!demo) fields.problem('STOREKEEPER_SECRET_KEY', { wrong, right });
    return [];
  }
  try {
    return await readKeys(given);
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    fields.problem('STOREKEEPER_SECRET_KEY', { wrong: error.message, right });
    return [];
  }
}

function readHosts(fields: Fields): string | null {
  const given = fields.text('STOREKEEPER_HOSTS_URL');
  if (given === null) return null;
  if (!/^https?:\/\/[^/]+\/(.*\/)?\{host\}$/.test(given)) {
    fields.problem('STOREKEEPER_HOSTS_URL', {
      wrong: 'This is no address with {host} as its last part.',
      right: 'For example http://127.0.0.1:4290/{host}; leave it out to reach the real marketplaces.',
    });
  }
  return given;
}

function readMetricsToken(fields: Fields): Secret | null {
  const given = fields.text('STOREKEEPER_METRICS_TOKEN');
  if (given !== null && given.length < 16) {
    fields.problem('STOREKEEPER_METRICS_TOKEN', {
      wrong: 'It is too short to be secret.',
      right: '16 characters or more, for example from openssl rand -base64 24.',
    });
  }
  return given === null ? null : new Secret(given);
}

function readMail(fields: Fields) {
  const smtp = fields.text('STOREKEEPER_SMTP_URL');
  // Nothing behind the port: a parameter could switch off the check of certificates.
  if (smtp !== null && !(/^smtps?:\/\/[^/?#]+\/?$/.test(smtp) && URL.canParse(smtp))) {
    fields.problem('STOREKEEPER_SMTP_URL', {
      wrong: 'This is no mail server’s address.',
      right: 'smtp://user:password@host:587 or smtps://user:password@host:465.',
    });
  }
  return {
    smtpUrl: smtp === null ? null : new Secret(smtp),
    smtpInsecure: fields.choice('STOREKEEPER_SMTP_INSECURE', ['true', 'false'], 'false') === 'true',
    mailFrom: fields.text('STOREKEEPER_MAIL_FROM') ?? 'Storekeeper <storekeeper@localhost>',
    operatorEmail: fields.email('STOREKEEPER_OPERATOR_EMAIL'),
  };
}
