import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, type Config } from './config.ts';
import { parseDuration } from './config/fields.ts';

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');
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

async function good(env: Record<string, string>, directory = folder()): Promise<Config> {
  const result = await readConfig({ env, directory });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

async function problems(env: Record<string, string>, directory = folder()): Promise<Record<string, string>> {
  const result = await readConfig({ env, directory });
  return result.ok ? {} : Object.fromEntries(result.problems.map((one) => [one.name, `${one.wrong} ${one.right}`]));
}

describe('settings', () => {
  test('with nothing set, the demo runs on this machine alone', async () => {
    const config = await good({});
    expect(config).toMatchObject({
      demo: true,
      host: '127.0.0.1',
      port: 4280,
      publicUrl: 'http://127.0.0.1:4280',
      hostsUrl: 'http://127.0.0.1:4290/{host}',
      role: 'all',
      keys: [],
      probeIntervalMs: 3_600_000,
    });
    expect(config.databaseUrl.reveal()).toMatch(/^sqlite:.*\/data\/storekeeper\.db$/);
  });

  test('every problem is told at once, each with what right looks like', async () => {
    const found = await problems({
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
    expect(found['STOREKEEPER_SECRET_KEY']).toContain('32 random bytes');
    expect(found['PORT']).toContain('1 to 65535');
  });

  test('production does not start without the key that seals credentials', async () => {
    expect(await problems({ STOREKEEPER_DEMO: 'off' })).toHaveProperty('STOREKEEPER_SECRET_KEY');
    expect((await good({ STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: KEY })).keys).toHaveLength(1);
  });

  test('another address than this machine needs a declared TLS proxy', async () => {
    expect(await problems({ HOST: '0.0.0.0' })).toHaveProperty('HOST');
    expect(await problems({ HOST: '0.0.0.0', STOREKEEPER_PUBLIC_URL: 'http://keeper.test' })).toHaveProperty('HOST');
    const production = { STOREKEEPER_DEMO: 'off', STOREKEEPER_SECRET_KEY: KEY };
    const open = await good({ ...production, HOST: '0.0.0.0', STOREKEEPER_PUBLIC_URL: 'https://keeper.test' });
    expect(open.publicUrl).toBe('https://keeper.test');
  });

  test('the key may come from a file or a command', async () => {
    const file = join(folder({ 'key.txt': `${KEY}\n` }), 'key.txt');
    const idOf = async (setting: string) => (await good({ STOREKEEPER_SECRET_KEY: setting })).keys[0]?.id;
    const wrongOf = async (setting: string) =>
      (await problems({ STOREKEEPER_SECRET_KEY: setting }))['STOREKEEPER_SECRET_KEY'];
    expect(await idOf(`file:${file}`)).toBe(await idOf(KEY));
    expect(await idOf(`command:echo ${KEY}`)).toBe(await idOf(KEY));
    expect(await wrongOf('file:nowhere')).toContain('cannot be read');
    expect(await wrongOf('command:exit 3')).toContain('failed');
    expect(await wrongOf('aws-kms:x')).toContain('command:aws kms');
  });

  test('environment wins over .env, and .env over the named file', async () => {
    const directory = folder({
      '.env': 'STOREKEEPER_CONFIG=more.env\nPORT=5001\nSTOREKEEPER_ROLE=api\n',
      'more.env': 'PORT=5002\nSTOREKEEPER_ROLE=worker\nSTOREKEEPER_PROBE_INTERVAL=PT30M\n',
    });
    expect(await good({ PORT: '5000' }, directory)).toMatchObject({
      port: 5000,
      role: 'api',
      probeIntervalMs: 1_800_000,
    });
  });
});

describe('the file of apps', () => {
  const production = { STOREKEEPER_SECRET_KEY: KEY, STOREKEEPER_APPS_FILE: 'apps.json' };

  test('a configured app turns the demo off', async () => {
    const config = await good(production, folder({ 'apps.json': JSON.stringify([APP]) }));
    expect(config.demo).toBe(false);
    expect(config.hostsUrl).toBeNull();
    expect(config.apps[0]).toMatchObject({ applicationId: APP.applicationId, name: 'Storekeeper', control: null });
    expect(JSON.stringify(config)).not.toContain('planted-secret');
  });

  test('a mistake is named with its place, and without its value', async () => {
    const wrong = [APP, { ...APP, clientId: undefined, secretExpiresAt: 'soon', colour: 'planted-secret' }];
    const found = await readConfig({ env: production, directory: folder({ 'apps.json': JSON.stringify(wrong) }) });
    const text = JSON.stringify(found);
    expect(text).toContain('Entry 2, clientId');
    expect(text).toContain('Entry 2, secretExpiresAt');
    expect(text).toContain('colour');
    expect(text).not.toContain('planted-secret');
  });

  test('broken JSON is told without starting the demo by accident', async () => {
    const found = await readConfig({ env: production, directory: folder({ 'apps.json': '[{' }) });
    expect(JSON.stringify(found)).toContain('not valid JSON');
  });

  const MWS = {
    marketplace: 'amazon-mws',
    region: 'na',
    developerName: 'Keeper',
    developerId: '0000-1111-2222',
    accessKeyId: 'AKIAEXAMPLE',
    secretKey: 'planted-secret',
  };
  const listed = (...entries: object[]) => folder({ 'apps.json': JSON.stringify([APP, ...entries]) });

  test('an MWS developer is one of the apps, its secret sealed, its sellers connected by hand', async () => {
    const config = await good(production, listed(MWS));
    expect(config.apps[1]).toMatchObject({
      marketplace: 'amazon-mws',
      applicationId: '0000-1111-2222',
      name: 'Keeper',
      countries: null,
      hybrid: null,
      control: null,
    });
    expect(JSON.stringify(config)).not.toContain('planted-secret');
  });

  test('a developer of a hybrid application is reached by that application’s consent', async () => {
    const config = await good(production, listed({ ...MWS, applicationId: APP.applicationId }));
    expect(config.apps[1]).toMatchObject({
      hybrid: { applicationId: APP.applicationId, redirectUri: APP.redirectUri },
    });
    const found = await readConfig({ env: production, directory: listed({ ...MWS, applicationId: 'nobody' }) });
    expect(JSON.stringify(found)).toContain('names the application nobody, which is not in the list');
  });

  const OTHER = { ...MWS, developerId: '3333-4444-5555', accessKeyId: 'AKIAOTHER' };

  test.each([
    ['a region twice', MWS, OTHER],
    ['a region and one country of it', MWS, { ...OTHER, countries: ['CA'] }],
    ['one country of it and a region', { ...MWS, countries: ['CA'] }, OTHER],
    ['a country twice', { ...MWS, countries: ['US', 'CA'] }, { ...OTHER, countries: ['CA'] }],
  ])('two developers may not serve %s: nobody could say whose ID to look for', async (_what, one, other) => {
    const found = await readConfig({ env: production, directory: listed(one, other) });
    expect(JSON.stringify(found)).toContain('The developers 0000-1111-2222 and 3333-4444-5555 both serve na: ');
  });

  test('each country of a region may have its own developer', async () => {
    const [jp, au] = [
      { ...MWS, region: 'fe', countries: ['JP'] },
      { ...OTHER, region: 'fe', countries: ['AU'] },
    ];
    expect((await good(production, listed(jp, au))).apps).toHaveLength(3);
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
