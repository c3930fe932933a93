import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, type Config } from './config.ts';
import { parseDuration } from './config/fields.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const APP = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: 'planted-secret',
  redirectUri: 'http://127.0.0.1:4280/connect/amazon/callback',
};

function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'storekeeper-config-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

function good(env: Record<string, string>, directory = folder()): Config {
  const result = readConfig({ env, directory });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

function problems(env: Record<string, string>, directory = folder()): Record<string, string> {
  const result = readConfig({ env, directory });
  return result.ok ? {} : Object.fromEntries(result.problems.map((one) => [one.name, `${one.wrong} ${one.right}`]));
}

describe('settings', () => {
  test('with nothing set, the demo runs on this machine alone', () => {
    const config = good({});
    expect(config).toMatchObject({
      demo: true,
      host: '127.0.0.1',
      port: 4280,
      publicUrl: 'http://127.0.0.1:4280',
      hostsUrl: 'http://127.0.0.1:4290/{host}',
      role: 'all',
      secretKey: null,
      probeIntervalMs: 3_600_000,
    });
    expect(config.databaseUrl.reveal()).toMatch(/^sqlite:.*\/data\/storekeeper\.db$/);
  });

  test('every problem is told at once, each with what right looks like', () => {
    const found = problems({
      PORT: 'many',
      HOST: '0.0.0.0',
      STOREKEEPER_ROLE: 'boss',
      STOREKEEPER_DATABASE_URL: 'mysql://x',
      STOREKEEPER_HOSTS_URL: 'http://127.0.0.1:4290/',
      STOREKEEPER_PUBLIC_URL: 'http://example.com/path',
      STOREKEEPER_PROBE_INTERVAL: 'hourly',
      STOREKEEPER_SMTP_URL: 'mail.example.com',
      STOREKEEPER_OPERATOR_EMAIL: 'nobody',
      STOREKEEPER_SECRET_KEY: 'c2hvcnQ=',
      STOREKEEPER_APPS_FILE: 'missing.json',
      STOREKEEPER_CONFIG: 'missing.env',
      STOREKEEPER_EMULATOR_PORT: '70000',
    });
    expect(Object.keys(found).sort()).toEqual([
      'HOST',
      'PORT',
      'STOREKEEPER_APPS_FILE',
      'STOREKEEPER_CONFIG',
      'STOREKEEPER_DATABASE_URL',
      'STOREKEEPER_EMULATOR_PORT',
      'STOREKEEPER_HOSTS_URL',
      'STOREKEEPER_OPERATOR_EMAIL',
      'STOREKEEPER_PROBE_INTERVAL',
      'STOREKEEPER_PUBLIC_URL',
      'STOREKEEPER_ROLE',
      'STOREKEEPER_SECRET_KEY',
      'STOREKEEPER_SMTP_URL',
    ]);
    expect(found['STOREKEEPER_SECRET_KEY']).toContain('5 bytes');
    expect(found['PORT']).toContain('1 to 65535');
  });

  test('production does not start without the key that seals credentials', () => {
    expect(problems({ STOREKEEPER_DEMO: 'off' })).toHaveProperty('STOREKEEPER_SECRET_KEY');
    expect(good({ STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: KEY }).secretKey?.id).toMatch(/^[0-9a-f]{12}$/);
  });

  test('another address than this machine needs a declared TLS proxy', () => {
    expect(problems({ HOST: '0.0.0.0' })).toHaveProperty('HOST');
    expect(problems({ HOST: '0.0.0.0', STOREKEEPER_PUBLIC_URL: 'http://keeper.test' })).toHaveProperty('HOST');
    expect(good({ HOST: '0.0.0.0', STOREKEEPER_PUBLIC_URL: 'https://keeper.test' }).publicUrl).toBe(
      'https://keeper.test',
    );
  });

  test('the key may come from a file or a command', () => {
    const directory = folder({ 'key.txt': `${KEY}\n` });
    const direct = good({ STOREKEEPER_SECRET_KEY: KEY });
    expect(good({ STOREKEEPER_SECRET_KEY: 'file:key.txt' }, directory).secretKey?.id).toBe(direct.secretKey?.id);
    expect(good({ STOREKEEPER_SECRET_KEY: `command:echo ${KEY}` }).secretKey?.id).toBe(direct.secretKey?.id);
    expect(problems({ STOREKEEPER_SECRET_KEY: 'file:nowhere' })['STOREKEEPER_SECRET_KEY']).toContain('cannot be read');
    expect(problems({ STOREKEEPER_SECRET_KEY: 'command:exit 3' })['STOREKEEPER_SECRET_KEY']).toContain('failed');
    expect(problems({ STOREKEEPER_SECRET_KEY: 'aws-kms:x' })['STOREKEEPER_SECRET_KEY']).toContain('command:aws kms');
  });

  test('environment wins over .env, and .env over the named file', () => {
    const directory = folder({
      '.env': 'STOREKEEPER_CONFIG=more.env\nPORT=5001\nSTOREKEEPER_ROLE=api\n',
      'more.env': 'PORT=5002\nSTOREKEEPER_ROLE=worker\nSTOREKEEPER_PROBE_INTERVAL=PT30M\n',
    });
    expect(good({ PORT: '5000' }, directory)).toMatchObject({ port: 5000, role: 'api', probeIntervalMs: 1_800_000 });
  });
});

describe('the file of apps', () => {
  const production = { STOREKEEPER_SECRET_KEY: KEY, STOREKEEPER_APPS_FILE: 'apps.json' };

  test('a configured app turns the demo off', () => {
    const config = good(production, folder({ 'apps.json': JSON.stringify([APP]) }));
    expect(config.demo).toBe(false);
    expect(config.hostsUrl).toBeNull();
    expect(config.apps[0]).toMatchObject({ applicationId: APP.applicationId, name: 'Storekeeper', control: null });
    expect(JSON.stringify(config)).not.toContain('planted-secret');
  });

  test('a mistake is named with its place, and without its value', () => {
    const wrong = [APP, { ...APP, clientId: undefined, secretExpiresAt: 'soon', colour: 'planted-secret' }];
    const found = readConfig({ env: production, directory: folder({ 'apps.json': JSON.stringify(wrong) }) });
    const text = JSON.stringify(found);
    expect(text).toContain('Entry 2, clientId');
    expect(text).toContain('Entry 2, secretExpiresAt');
    expect(text).toContain('colour');
    expect(text).not.toContain('planted-secret');
  });

  test('broken JSON is told without starting the demo by accident', () => {
    const found = readConfig({ env: production, directory: folder({ 'apps.json': '[{' }) });
    expect(JSON.stringify(found)).toContain('not valid JSON');
  });

  test('an MWS developer in the list is no mistake', () => {
    const mws = {
      marketplace: 'amazon-mws',
      region: 'na',
      developerName: 'Keeper',
      developerId: '0000-1111-2222',
      accessKeyId: 'AKIAEXAMPLE',
      secretKey: 'x',
    };
    expect(good(production, folder({ 'apps.json': JSON.stringify([APP, mws]) })).apps).toHaveLength(1);
  });
});

test.each([
  ['PT1H', 3_600_000],
  ['P1DT2M', 86_520_000],
  ['PT30S', 30_000],
  ['P', null],
  ['PT', null],
  ['P1M', null],
  ['1h', null],
])('the duration %s is %s milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
