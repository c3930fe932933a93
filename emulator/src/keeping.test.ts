import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { createEmulator } from './app.ts';
import type { Emulator } from './app.ts';
import { APP, BLUE_BIRD, exampleWorld } from './example.testkit.ts';

const directory = mkdtempSync(join(tmpdir(), 'emulator-'));
afterAll(() => rmSync(directory, { recursive: true }));

async function reauthorize({ url }: Emulator): Promise<string> {
  const body = JSON.stringify({ action: 'reauthorize' });
  const answer = await fetch(`${url}/_/grants/${BLUE_BIRD}/${APP}`, { method: 'POST', body });
  return ((await answer.json()) as { refreshToken: string }).refreshToken;
}

async function refresh({ url }: Emulator, refresh_token: string): Promise<number> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token,
    client_id: 'amzn1.application-oa2-client.x',
    client_secret: 'amzn1.oa2-cs.v1.new',
  });
  return (await fetch(`${url}/api.amazon.com/auth/o2/token`, { method: 'POST', body })).status;
}

async function started<Result>(stateFile: string, run: (emulator: Emulator) => Promise<Result>): Promise<Result> {
  const emulator = createEmulator({ world: exampleWorld(), stateFile });
  await emulator.start();
  try {
    return await run(emulator);
  } finally {
    await emulator.stop();
  }
}

test('a token given before a restart still works after it, at the time that was set, and is never given twice', async () => {
  const file = join(directory, 'deep', 'state.json');
  const first = await started(file, async (emulator) => {
    await fetch(`${emulator.url}/_/clock`, { method: 'POST', body: '{"advance":"P10D"}' });
    return reauthorize(emulator);
  });
  await started(file, async (emulator) => {
    expect(await refresh(emulator, first)).toBe(200);
    const clock = (await (await fetch(`${emulator.url}/_/clock`)).json()) as { now: string };
    expect(clock.now).toMatch(/^2026-12-03T12:0/);
    expect(await reauthorize(emulator)).not.toBe(first);
  });
});

test('what waits in a queue waits through a restart, and what was taken away stays away', async () => {
  const file = join(directory, 'queues.json');
  const arn = 'arn:aws:sqs:us-east-1:123456789012:app-news';
  const change = async ({ url }: Emulator, call: string, body: unknown): Promise<void> => {
    const [method = '', path = ''] = call.split(' ');
    const answer = await fetch(`${url}/_${path}`, { method, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
  };
  const waiting = async ({ url }: Emulator): Promise<number> => {
    const { data } = (await (await fetch(`${url}/_/queues`)).json()) as { data: { visible: number }[] };
    return data[0]?.visible ?? 0;
  };
  const about = { type: 'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY', applicationId: APP };
  await started(file, async (emulator) => {
    await change(emulator, `PATCH /apps/${APP}`, { notificationQueueArn: arn });
    await change(emulator, 'POST /notifications', about);
  });
  await started(file, async (emulator) => {
    expect(await waiting(emulator)).toBe(1);
    const world = (await (await fetch(`${emulator.url}/_/world`)).json()) as object;
    await change(emulator, 'PUT /world', { ...world, queues: [] });
  });
  await started(file, async (emulator) => expect(await waiting(emulator)).toBe(0));
});

test('a file that is something else stops the start', () => {
  const file = join(directory, 'wrong.json');
  writeFileSync(file, '{"run":1,"offset":0,"world":{"shops":[]}}');
  expect(() => createEmulator({ stateFile: file })).toThrow('/shops');
});
