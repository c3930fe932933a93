import { expect, test } from 'vitest';

import { loginWithAmazon } from '../lwa/part.ts';
import { APP, ask, EXAMPLE, exampleStage, REFRESH_TOKEN } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { announce } from '../state/announce.ts';
import type { App } from '../state/amazon.ts';
import { mintGrantlessToken } from '../state/tokens.ts';
import type { WorldFile } from '../world/schema.ts';
import { sellingPartnerApi } from './part.ts';

const DAY = 86_400_000;
const ARN = 'arn:aws:sqs:us-east-1:123456789012:app-news';
const ROTATION = 'sellingpartnerapi::client_credential:rotation';

type Scene = { stage: Stage; app: () => App; rotate: (scope?: string) => ReturnType<typeof ask> };

function scene(changes: Partial<NonNullable<WorldFile['apps']>[number]> = {}): Scene {
  const [first, ...others] = EXAMPLE.apps ?? [];
  if (!first) throw new Error('the example world lost its app');
  const stage = exampleStage({ apps: [{ ...first, notificationQueueArn: ARN, ...changes }, ...others] });
  const app = (): App => {
    const found = stage.amazon.apps.get(APP);
    if (!found) throw new Error('the example world lost its app');
    return found;
  };
  const rotate: Scene['rotate'] = (scope = ROTATION) => {
    const { token } = mintGrantlessToken(stage.amazon, { app: app(), scope }, stage.clock.now());
    const headers = { 'x-amz-access-token': token };
    const target = '/applications/2023-11-30/clientSecret';
    return ask(stage, sellingPartnerApi, { host: 'sellingpartnerapi-na.amazon.com', method: 'POST', target, headers });
  };
  return { stage, app, rotate };
}

const messages = ({ stage }: Scene): Record<string, unknown>[] =>
  (stage.amazon.queues.get(ARN)?.messages ?? []).map((one) => JSON.parse(one.body) as Record<string, unknown>);

async function tokenStatus({ stage, app }: Scene, secret: string): Promise<number> {
  const answer = await ask(stage, loginWithAmazon, {
    host: 'api.amazon.com',
    method: 'POST',
    target: '/auth/o2/token',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_id: app().clientId,
      client_secret: secret,
    }),
  });
  return answer.status;
}

test('a rotation answers nothing; the new secret comes through the queue and the old one works a week', async () => {
  const one = scene({ clientSecrets: [{ secret: 'before' }] });
  const answer = await one.rotate();
  expect([answer.status, answer.body, answer.headers['x-amzn-RateLimit-Limit']]).toEqual([204, '', '0.0167']);
  const [message, ...more] = messages(one);
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    notificationVersion: '1.0',
    notificationType: 'APPLICATION_OAUTH_CLIENT_NEW_SECRET',
    payloadVersion: '1.0',
    eventTime: '2026-11-23T12:00:00.000Z',
    payload: {
      applicationOAuthClientNewSecret: {
        clientId: 'amzn1.application-oa2-client.x',
        newClientSecret: expect.stringMatching(/^amzn1\.oa2-cs\.v1\.[0-9a-f]{64}$/),
        newClientSecretExpiryTime: '2027-05-22T12:00:00.000Z',
        oldClientSecretExpiryTime: '2026-11-30T12:00:00.000Z',
      },
    },
    notificationMetadata: { applicationId: APP },
  });
  const payload = message?.['payload'] as { applicationOAuthClientNewSecret: { newClientSecret: string } };
  const { newClientSecret } = payload.applicationOAuthClientNewSecret;
  const at = async (days: number) => {
    one.stage.clock.set(Date.parse('2026-11-23T12:00:00Z') + days * DAY);
    return [await tokenStatus(one, 'before'), await tokenStatus(one, newClientSecret)];
  };
  expect(await at(0)).toEqual([200, 200]);
  expect(await at(7 - 1e-6)).toEqual([200, 200]);
  expect(await at(7)).toEqual([401, 200]);
});

test('a secret that ends sooner than in a week is not given more time by a rotation', async () => {
  const one = scene({ clientSecrets: [{ secret: 'before', expiresAt: '2026-11-24T12:00:00Z' }] });
  await one.rotate();
  expect(one.app().clientSecrets[0]).toEqual({ secret: 'before', expiresAt: Date.parse('2026-11-24T12:00:00Z') });
});

test('an app without a notification preference cannot rotate, and keeps its secrets', async () => {
  const one = scene({ notificationQueueArn: undefined });
  const before = structuredClone(one.app().clientSecrets);
  const answer = await one.rotate();
  expect([answer.status, answer.json]).toEqual([
    400,
    {
      errors: [
        {
          code: 'InvalidInput',
          message:
            'Application is not enrolled for rotation notification. Please update application notification preference in Developer console.',
          details: '',
        },
      ],
    },
  ]);
  expect(one.app().clientSecrets).toEqual(before);
});

test('a rotation needs the scope of its own, and is let through once a minute', async () => {
  const one = scene();
  expect((await one.rotate('sellingpartnerapi::notifications')).status).toBe(403);
  expect([(await one.rotate()).status, (await one.rotate()).status]).toEqual([204, 429]);
  one.stage.clock.set(one.stage.clock.now() + 60_000);
  expect((await one.rotate()).status).toBe(204);
  expect(one.app().clientSecrets).toHaveLength(4);
});

test('the app is told ninety days before its secret ends, and again as the end comes near', () => {
  const one = scene({ clientSecrets: [{ secret: 'ends', expiresAt: '2027-02-21T12:00:01Z' }] });
  const tell = () => announce(one.stage.amazon, one.stage.clock.moment()).length;
  expect(tell()).toBe(0);
  one.stage.clock.set(one.stage.clock.now() + 1000);
  expect([tell(), tell()]).toEqual([1, 0]);
  expect(messages(one)).toMatchObject([
    {
      notificationType: 'APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY',
      eventTime: '2026-11-23T12:00:01.000Z',
      payload: {
        applicationOAuthClientSecretExpiry: {
          clientId: 'amzn1.application-oa2-client.x',
          clientSecretExpiryTime: '2027-02-21T12:00:01.000Z',
          clientSecretExpiryReason: 'PERIODIC_ROTATION',
        },
      },
    },
  ]);
  one.stage.clock.set(one.stage.clock.now() + 90 * DAY);
  expect(tell()).toBe(5);
});

test('the notices are about the newest secret: one that was rotated away ends quietly', async () => {
  const one = scene({ clientSecrets: [{ secret: 'ends', expiresAt: '2026-12-23T12:00:00Z' }] });
  await one.rotate();
  one.stage.clock.set(one.stage.clock.now() + 89 * DAY);
  expect(announce(one.stage.amazon, one.stage.clock.moment())).toEqual([]);
  one.stage.clock.set(one.stage.clock.now() + DAY);
  expect(announce(one.stage.amazon, one.stage.clock.moment())).toHaveLength(1);
});

test('an app whose secret has no end is never told of one', () => {
  const one = scene({ clientSecrets: [{ secret: 'ends', expiresAt: '2026-12-23T12:00:00Z' }, { secret: 'endless' }] });
  one.stage.clock.set(one.stage.clock.now() + 400 * DAY);
  expect(announce(one.stage.amazon, one.stage.clock.moment())).toEqual([]);
});
