import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createAppsFile } from './apps-file.ts';
import { readApps } from './apps.ts';
import { createFields, type ConfigProblem } from './fields.ts';

const APP = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: 'first',
  redirectUri: 'https://store.example/connect/amazon/callback',
};
const QUEUE = { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/storekeeper' };

function file() {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-apps-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'apps.json');
  let changes = 0;
  return {
    path,
    write(content: unknown) {
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      changes += 1;
      const time = Date.now() / 1000 + changes;
      utimesSync(path, time, time);
    },
  };
}

function read(path: string) {
  const problems: ConfigProblem[] = [];
  return { apps: readApps(createFields({ STOREKEEPER_APPS_FILE: path }, problems), '/'), problems };
}

function firstOf(apps: readonly unknown[]): { clientSecret: { reveal: () => string } } {
  return apps[0] as { clientSecret: { reveal: () => string } };
}

test('a changed apps file is read anew while the server runs, and a mistake in it changes nothing', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { path, write } = file();
  write([APP]);
  const source = createAppsFile({ path, apps: read(path).apps });
  const later = () => vi.setSystemTime(Date.now() + 3_000);
  const secret = () => firstOf(source.apps()).clientSecret.reveal();
  write([{ ...APP, clientSecret: 'second', previousClientSecret: 'first' }]);
  expect(secret()).toBe('first');
  later();
  expect([secret(), source.problem()]).toEqual(['second', null]);
  write([{ ...APP, clientSecret: '' }]);
  later();
  expect(secret()).toBe('second');
  expect(source.problem()?.lines).toEqual([expect.stringContaining('Entry 1, clientSecret')]);
  write('[{');
  later();
  expect([secret(), source.problem()?.lines.length]).toEqual(['second', 1]);
  write([{ ...APP, clientSecret: 'third' }]);
  later();
  expect([secret(), source.problem()]).toEqual(['third', null]);
});

test('without a file the apps stay what they were at the start', () => {
  const source = createAppsFile({ path: null, apps: [] });
  expect([source.apps(), source.problem()]).toEqual([[], null]);
});

test('a queue needs its address alone: the region stands in it, and keys may be the machine’s', () => {
  const { path, write } = file();
  write([{ ...APP, notifications: QUEUE, rotateSecret: true }]);
  expect(read(path)).toMatchObject({
    problems: [],
    apps: [{ rotateSecret: true, notifications: { ...QUEUE, region: 'eu-west-1', keys: null } }],
  });
});

test.each<[string, object, RegExp]>([
  [
    'an address that is no queue’s',
    { notifications: { queueUrl: 'https://example.com/q' } },
    /notifications\.queueUrl: the address of an SQS queue/,
  ],
  [
    'half a pair of keys',
    { notifications: { ...QUEUE, accessKeyId: 'A' } },
    /notifications\.secretAccessKey: .*together/,
  ],
  ['rotation without a queue', { rotateSecret: true }, /"rotateSecret" without "notifications"/],
])('%s is said with its place', (_what, changes, words) => {
  const { path, write } = file();
  write([{ ...APP, ...changes }]);
  const { problems } = read(path);
  expect(problems.map(({ wrong }) => wrong).join(' ')).toMatch(words);
});
