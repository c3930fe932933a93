import { expect, test } from 'vitest';

import { APP, ask, BLUE_BIRD, exampleStage, OTHER_APP, STUDIO_KITE } from '../example.testkit.ts';
import type { Heard } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import { findGrant } from '../state/amazon.ts';
import type { App } from '../state/amazon.ts';
import { authorize, disable, dropRole } from '../state/grants.ts';
import { mintAccessToken, mintGrantlessToken } from '../state/tokens.ts';
import type { WorldFile } from '../world/schema.ts';
import { sellingPartnerApi } from './part.ts';

const ARN = 'arn:aws:sqs:us-east-1:123456789012:news';
const DESTINATIONS = '/notifications/v1/destinations';
const SUBSCRIPTIONS = '/notifications/v1/subscriptions';
const STATUS = 'ACCOUNT_STATUS_CHANGED';
const STATUS_VERSION = '2021-01-01';

type Region = 'na' | 'eu' | 'fe';
type Sent = { method?: string; body?: unknown; region?: Region };
type Scene = {
  stage: Stage;
  app: App;
  /** As the app itself. */
  own: (target: string, sent?: Sent) => Promise<Heard>;
  /** As Blue Bird. */
  seller: (target: string, sent?: Sent) => Promise<Heard>;
  /** With the token given. */
  as: (token: string) => (target: string, sent?: Sent) => Promise<Heard>;
};

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the example world lost an entry');
  return value;
}

function scene(changes: WorldFile = { throttle: false }): Scene {
  const stage = exampleStage(changes);
  const { amazon } = stage;
  const now = stage.clock.now();
  const app = must(amazon.apps.get(APP));
  const as =
    (token: string): Scene['own'] =>
    (target, { method = 'GET', body, region = 'na' } = {}) =>
      ask(stage, sellingPartnerApi, {
        host: `sellingpartnerapi-${region}.amazon.com`,
        method,
        target,
        headers: { 'x-amz-access-token': token },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
  const own = mintGrantlessToken(amazon, { app, scope: 'sellingpartnerapi::notifications' }, now).token;
  const seller = mintAccessToken(amazon, must(findGrant(amazon, BLUE_BIRD, APP)), now).token;
  return { stage, app, own: as(own), seller: as(seller), as };
}

const payload = (heard: Heard): Record<string, unknown> => (heard.json as { payload: Record<string, unknown> }).payload;
const idOf = (heard: Heard, name: string): string => String(payload(heard)[name]);
function refusal(heard: Heard): Record<string, unknown> {
  const [error] = (heard.json as { errors: Record<string, unknown>[] }).errors;
  return { status: heard.status, ...error };
}

const queueAt = (arn: string) => ({ name: 'Storekeeper', resourceSpecification: { sqs: { arn } } });
const create = (one: Scene, arn = ARN) => one.own(DESTINATIONS, { method: 'POST', body: queueAt(arn) });

async function subscribed(one: Scene): Promise<{ destinationId: string; subscriptionId: string }> {
  const destinationId = idOf(await create(one), 'destinationId');
  const body = { payloadVersion: STATUS_VERSION, destinationId };
  const made = await one.seller(`${SUBSCRIPTIONS}/${STATUS}`, { method: 'POST', body });
  return { destinationId, subscriptionId: idOf(made, 'subscriptionId') };
}

test('an app names a queue once, finds it again, and lets go of it', async () => {
  const one = scene();
  const made = await create(one);
  const destinationId = idOf(made, 'destinationId');
  const told = { destinationId, name: 'Storekeeper', resource: { sqs: { arn: ARN }, eventBridge: null } };
  expect([made.status, made.json]).toEqual([200, { payload: told }]);
  expect(one.stage.amazon.queues.has(ARN)).toBe(true);
  expect((await one.own(DESTINATIONS)).json).toEqual({ payload: [told] });
  expect((await one.own(`${DESTINATIONS}/${destinationId}`)).json).toEqual({ payload: told });
  expect(refusal(await create(one))).toEqual({
    status: 409,
    code: 'Conflict',
    message: 'The requested resource conflict with a resource in the server.',
    details: `A destination with arn ${ARN} already exists for the application ${APP}`,
  });
  expect((await one.own(`${DESTINATIONS}/${destinationId}`, { method: 'DELETE' })).status).toBe(200);
  expect(refusal(await one.own(`${DESTINATIONS}/${destinationId}`))).toMatchObject({ status: 404, code: 'NotFound' });
  expect((await one.own(DESTINATIONS)).json).toEqual({ payload: [] });
});

test('a destination of North America is unknown in Europe, and free to be made there too', async () => {
  const one = scene();
  const destinationId = idOf(await create(one), 'destinationId');
  expect((await one.own(`${DESTINATIONS}/${destinationId}`, { region: 'eu' })).status).toBe(404);
  const abroad = await one.own(DESTINATIONS, { method: 'POST', body: queueAt(ARN), region: 'eu' });
  expect(abroad.status).toBe(200);
});

test("another app's destinations are not there for this one", async () => {
  const one = scene();
  const destinationId = idOf(await create(one), 'destinationId');
  const other = must(one.stage.amazon.apps.get(OTHER_APP));
  const scope = 'sellingpartnerapi::notifications';
  const token = mintGrantlessToken(one.stage.amazon, { app: other, scope }, one.stage.clock.now()).token;
  expect((await one.as(token)(DESTINATIONS)).json).toEqual({ payload: [] });
  expect((await one.as(token)(`${DESTINATIONS}/${destinationId}`)).status).toBe(404);
});

test.each<[string, unknown]>([
  ['no JSON', 'arn'],
  ['no name', { resourceSpecification: { sqs: { arn: ARN } } }],
  ['nothing to send to', { name: 'x', resourceSpecification: {} }],
  [
    'two things to send to',
    { name: 'x', resourceSpecification: { sqs: { arn: ARN }, eventBridge: { region: 'a', accountId: '1' } } },
  ],
  ['no ARN', queueAt('news')],
  ['a FIFO queue', queueAt(`${ARN}.fifo`)],
  ["somebody else's queue", queueAt('arn:aws:sqs:us-east-1:999999999999:news')],
])('a destination with %s is refused', async (_name, body) => {
  const one = scene();
  const answer = refusal(await one.own(DESTINATIONS, { method: 'POST', body }));
  expect(answer).toMatchObject({
    status: 400,
    code: 'InvalidInput',
    message: 'Request has missing or invalid parameters and cannot be parsed.',
  });
  expect(answer['details']).not.toBe('');
  expect(one.stage.amazon.destinations.size).toBe(0);
});

test('EventBridge is a destination too, and takes no news that go to a queue', async () => {
  const one = scene();
  const body = {
    name: 'Bus',
    resourceSpecification: { eventBridge: { region: 'us-east-1', accountId: '111122223333' } },
  };
  const made = await one.own(DESTINATIONS, { method: 'POST', body });
  expect(payload(made)).toMatchObject({ resource: { sqs: null, eventBridge: { accountId: '111122223333' } } });
  const subscription = { payloadVersion: STATUS_VERSION, destinationId: idOf(made, 'destinationId') };
  const refused = await one.seller(`${SUBSCRIPTIONS}/${STATUS}`, { method: 'POST', body: subscription });
  expect(refusal(refused)).toMatchObject({ status: 400, code: 'InvalidInput' });
});

test('a seller is subscribed once, by its own token, and told by the app alone', async () => {
  const one = scene();
  const { destinationId, subscriptionId } = await subscribed(one);
  const told = { payload: { subscriptionId, payloadVersion: STATUS_VERSION, destinationId } };
  expect((await one.seller(`${SUBSCRIPTIONS}/${STATUS}`)).json).toEqual(told);
  expect((await one.own(`${SUBSCRIPTIONS}/${STATUS}/${subscriptionId}`)).json).toEqual(told);
  expect((await one.seller(`${SUBSCRIPTIONS}?notificationTypes=${STATUS}`)).json).toEqual({
    payload: { subscriptions: [told.payload] },
  });
  const again = { payloadVersion: STATUS_VERSION, destinationId };
  expect(refusal(await one.seller(`${SUBSCRIPTIONS}/${STATUS}`, { method: 'POST', body: again }))).toEqual({
    status: 409,
    code: 'StateConflict',
    message: 'The resource specified conflicts with the current state.',
    details: `Subscription already exist for notification type ${STATUS}`,
  });
});

test('a destination that is used cannot be deleted before its subscriptions are', async () => {
  const one = scene();
  const { destinationId, subscriptionId } = await subscribed(one);
  const remove = () => one.own(`${DESTINATIONS}/${destinationId}`, { method: 'DELETE' });
  expect(refusal(await remove())).toEqual({
    status: 403,
    code: 'Unauthorized',
    message: 'The requested action is forbidden.',
    details: 'Destination has subscriptions',
  });
  const path = `${SUBSCRIPTIONS}/${STATUS}/${subscriptionId}`;
  expect((await one.own(path, { method: 'DELETE' })).json).toEqual({});
  expect((await one.own(path, { method: 'DELETE' })).status).toBe(404);
  expect((await remove()).json).toEqual({});
});

test('where nothing is subscribed there is nothing to get', async () => {
  const one = scene();
  expect(refusal(await one.seller(`${SUBSCRIPTIONS}/${STATUS}`))).toMatchObject({ status: 404, code: 'NotFound' });
  const { subscriptionId } = await subscribed(one);
  expect((await one.seller(`${SUBSCRIPTIONS}/${STATUS}?payloadVersion=1.0`)).status).toBe(404);
  expect((await one.own(`${SUBSCRIPTIONS}/TRANSACTION_UPDATE/${subscriptionId}`)).status).toBe(404);
  const abroad = await one.own(`${SUBSCRIPTIONS}/${STATUS}/${subscriptionId}`, { region: 'eu' });
  expect(abroad.status).toBe(404);
});

test.each<[string, string, Record<string, unknown>, string]>([
  ['a type that Amazon does not know', 'SELLER_LEFT', {}, 'SELLER_LEFT'],
  ['a type about the app itself', 'APPLICATION_OAUTH_CLIENT_NEW_SECRET', {}, 'APPLICATION_OAUTH_CLIENT_NEW_SECRET'],
  ['a version that the type does not have', STATUS, { payloadVersion: '1.0' }, '1.0'],
  ['no version', STATUS, { payloadVersion: undefined }, 'payloadVersion'],
  ['a destination that is not there', STATUS, { destinationId: 'none' }, "No destination with id 'none'"],
  [
    'a filter that the type does not know',
    STATUS,
    { processingDirective: { eventFilter: { eventFilterType: STATUS } } },
    'failed to validate',
  ],
])('a subscription to %s is refused', async (...row) => {
  const [, type, changes, words] = row;
  const one = scene();
  const destinationId = idOf(await create(one), 'destinationId');
  const body = { payloadVersion: STATUS_VERSION, destinationId, ...changes };
  const answer = refusal(await one.seller(`${SUBSCRIPTIONS}/${type}`, { method: 'POST', body }));
  expect(answer).toMatchObject({ status: 400, code: 'InvalidInput' });
  expect(answer['details']).toContain(words);
  expect(one.stage.amazon.subscriptions.size).toBe(0);
});

test('news of money need the role that opens money, news of standing the other one', async () => {
  const one = scene();
  const destinationId = idOf(await create(one), 'destinationId');
  const subscribe = async (type: string, payloadVersion: string) =>
    (await one.seller(`${SUBSCRIPTIONS}/${type}`, { method: 'POST', body: { payloadVersion, destinationId } })).status;
  dropRole(must(findGrant(one.stage.amazon, BLUE_BIRD, APP)), 'finance');
  expect(await subscribe('TRANSACTION_UPDATE', '1.0')).toBe(403);
  expect(await subscribe(STATUS, STATUS_VERSION)).toBe(200);
  dropRole(must(findGrant(one.stage.amazon, BLUE_BIRD, APP)), 'insights');
  expect((await one.seller(`${SUBSCRIPTIONS}/${STATUS}`)).status).toBe(403);
  expect(await subscribe('REPORT_PROCESSING_FINISHED', '2020-09-04')).toBe(200);
});

test("a seller's token opens no destination, the app's own no seller's subscriptions", async () => {
  const one = scene();
  const { subscriptionId } = await subscribed(one);
  expect((await one.seller(DESTINATIONS)).status).toBe(403);
  expect((await one.seller(`${SUBSCRIPTIONS}/${STATUS}/${subscriptionId}`)).status).toBe(403);
  expect((await one.own(`${SUBSCRIPTIONS}/${STATUS}`)).status).toBe(403);
});

test('the subscription of a seller who left can still be deleted', async () => {
  const one = scene();
  const { subscriptionId } = await subscribed(one);
  disable(one.stage.amazon, must(findGrant(one.stage.amazon, BLUE_BIRD, APP)));
  const path = `${SUBSCRIPTIONS}/${STATUS}/${subscriptionId}`;
  expect((await one.own(path)).status).toBe(200);
  expect((await one.own(path, { method: 'DELETE' })).status).toBe(200);
});

test('stores are subscribed each for itself', async () => {
  const one = scene();
  await subscribed(one);
  const kite = must(one.stage.amazon.sellers.get(STUDIO_KITE));
  const now = one.stage.clock.now();
  const { grant } = authorize(one.stage.amazon, { seller: kite, app: one.app }, now);
  const asKite = one.as(mintAccessToken(one.stage.amazon, grant, now).token);
  expect((await asKite(`${SUBSCRIPTIONS}/${STATUS}`, { region: 'eu' })).status).toBe(404);
  const made = await one.own(DESTINATIONS, { method: 'POST', body: queueAt(ARN), region: 'eu' });
  const body = { payloadVersion: STATUS_VERSION, destinationId: idOf(made, 'destinationId') };
  const kites = await asKite(`${SUBSCRIPTIONS}/${STATUS}`, { method: 'POST', body, region: 'eu' });
  expect(kites.status).toBe(200);
});

test('five calls at once are let through, then one a second', async () => {
  const one = scene({});
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) statuses.push((await one.own(DESTINATIONS)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  one.stage.clock.set(one.stage.clock.now() + 1000);
  expect((await one.own(DESTINATIONS)).headers['x-amzn-RateLimit-Limit']).toBe('1');
  expect((await one.own(DESTINATIONS)).status).toBe(429);
});

test('a conflict does not tell the rate limit', async () => {
  const one = scene();
  await create(one);
  expect((await create(one)).headers).not.toHaveProperty('x-amzn-RateLimit-Limit');
});
