import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ask } from '../example.testkit.ts';
import { createClock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { createRequestLog } from '../log/requestLog.ts';
import { createStage } from '../stage.ts';
import { createIssuer } from '../state/issue.ts';
import { mintAccessToken, mintGrantlessToken } from '../state/tokens.ts';
import { defaultWorld } from '../world/default.ts';
import { OPERATIONS } from './operations.ts';
import { sellingPartnerApi } from './part.ts';

type Schema = {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: string[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
};
type Model = {
  definitions: Record<string, Schema>;
  paths: Record<string, Record<string, { operationId?: string; responses?: Record<string, { schema?: Schema }> }>>;
};

const MODELS: Record<string, string> = {
  getMarketplaceParticipations: 'sellers',
  getAccount: 'sellers',
  listPayouts: 'transfers_2024-06-01',
  listExpectedPayouts: 'transfers_2024-06-01',
  listFinancialEventGroups: 'financesV0',
  listTransactions: 'finances_2024-06-19',
  listBalances: 'finances_2024-06-19',
  getReports: 'reports_2021-06-30',
  getDestinations: 'notifications',
  createDestination: 'notifications',
  getDestination: 'notifications',
  deleteDestination: 'notifications',
  getSubscriptions: 'notifications',
  getSubscription: 'notifications',
  createSubscription: 'notifications',
  getSubscriptionById: 'notifications',
  deleteSubscriptionById: 'notifications',
  rotateApplicationClientSecret: 'application_2023-11-30',
};

const QUERIES: Record<string, string> = {
  listTransactions: '?postedAfter=2026-10-01',
  getReports: '?reportTypes=GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2',
  getSubscriptions: '?notificationTypes=ACCOUNT_STATUS_CHANGED',
};

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:models';
const BODIES: Record<string, unknown> = {
  createDestination: { name: 'another', resourceSpecification: { sqs: { arn: `${QUEUE}-2` } } },
  createSubscription: { payloadVersion: '1.0', destinationId: 'used' },
};
/** What stands in the path; a type that is not subscribed to yet where one is created. */
const PARAMS: Record<string, Record<string, string>> = {
  getDestination: { destinationId: 'used' },
  deleteDestination: { destinationId: 'free' },
  createSubscription: { notificationType: 'TRANSACTION_UPDATE' },
};
const USUAL_PARAMS: Record<string, string> = { notificationType: 'ACCOUNT_STATUS_CHANGED', subscriptionId: 'sub' };

function modelOf(operation: string): Model {
  const file = new URL(`../../models/${MODELS[operation]}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function schemaOf(model: Model, operation: string, status: string): Schema {
  const found = Object.values(model.paths)
    .flatMap((path) => Object.values(path))
    .find((one) => one.operationId === operation);
  const schema = found?.responses?.[status]?.schema;
  if (!schema) throw new Error(`${operation} has no ${status} in its model`);
  return schema;
}

/** A value of an answer and where it stands in it. */
type Found = { value: unknown; at: string };

/** Everything in a value that its schema does not have, and everything required that it lacks. */
function faultsOf(model: Model, schema: Schema, { value, at }: Found): string[] {
  const resolved = schema.$ref ? model.definitions[schema.$ref.split('/').at(-1) ?? ''] : schema;
  if (!resolved) return [`${at}: no definition`];
  if (Array.isArray(value))
    return value.flatMap((one, index) => faultsOf(model, resolved.items ?? {}, { value: one, at: `${at}/${index}` }));
  if (typeof value !== 'object' || value === null) return faultsOfScalar(resolved, value, at);
  const properties = resolved.properties ?? {};
  const lacking = (resolved.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${at}/${name} is missing`);
  const inside = Object.entries(value).flatMap(([name, one]) => {
    const property = properties[name];
    return property
      ? faultsOf(model, property, { value: one, at: `${at}/${name}` })
      : [`${at}/${name} is not in the model`];
  });
  return [...lacking, ...inside];
}

function faultsOfScalar(schema: Schema, value: unknown, at: string): string[] {
  if (schema.enum && !schema.enum.includes(String(value))) return [`${at}: ${String(value)} is not one of the model's`];
  const wanted = schema.type === 'integer' ? 'number' : schema.type;
  return wanted === typeof value ? [] : [`${at} is a ${typeof value}, not a ${schema.type}`];
}

const SETTLEMENT = {
  sellerId: 'A3FHEXAMPLEYWS',
  settlementId: '1',
  start: '2026-11-01T00:00:00Z',
  end: '2026-11-15T00:00:00Z',
  currency: 'USD',
  accountType: 'STANDARD_ORDERS',
  lines: [],
};

function scene() {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const world = defaultWorld(now);
  const applicationId = world.apps[0]?.applicationId ?? '';
  const destinations = ['used', 'free'].map((destinationId) => ({
    destinationId,
    applicationId,
    region: 'na' as const,
    name: destinationId,
    resource: { sqs: { arn: `${QUEUE}-${destinationId}` } },
  }));
  const subscriptions = [
    {
      subscriptionId: 'sub',
      applicationId,
      sellerId: SETTLEMENT.sellerId,
      notificationType: 'ACCOUNT_STATUS_CHANGED',
      payloadVersion: '2021-01-01',
      destinationId: 'used',
    },
  ];
  const stage = createStage({
    world: { ...world, settlements: [SETTLEMENT], throttle: false, destinations, subscriptions },
    clock: createClock(now, () => 0),
    issue: createIssuer('models'),
    faults: createFaults(),
    log: createRequestLog(),
  });
  const [grant] = stage.amazon.grants.values();
  const [app] = stage.amazon.apps.values();
  if (!grant || !app) throw new Error('the default world lost its first grant');
  const scope = 'sellingpartnerapi::notifications sellingpartnerapi::client_credential:rotation';
  return {
    stage,
    seller: mintAccessToken(stage.amazon, grant, now).token,
    own: mintGrantlessToken(stage.amazon, { app, scope }, now).token,
  };
}

test.each(OPERATIONS.map((one) => [one.id, one] as const))(
  '%s answers in the shape of its model',
  async (id, operation) => {
    const { stage, seller, own } = scene();
    const token = operation.access === 'seller' ? seller : own;
    const params = { ...USUAL_PARAMS, ...PARAMS[id] };
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
    const body = BODIES[id];
    const answer = await ask(stage, sellingPartnerApi, {
      host: 'sellingpartnerapi-na.amazon.com',
      method: operation.method,
      target: path + (QUERIES[id] ?? ''),
      headers: { 'x-amz-access-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (id === 'rotateApplicationClientSecret') {
      expect([answer.status, answer.body]).toEqual([204, '']);
      return;
    }
    expect(answer.status).toBe(200);
    const model = modelOf(id);
    expect(faultsOf(model, schemaOf(model, id, '200'), { value: answer.json, at: '' })).toEqual([]);
  },
);

test('the error envelope is the one of every model', async () => {
  const { stage } = scene();
  const answer = await ask(stage, sellingPartnerApi, {
    host: 'sellingpartnerapi-na.amazon.com',
    target: '/sellers/v1/account',
    headers: { 'x-amz-access-token': 'Atza|x' },
  });
  for (const [operation, name] of Object.entries(MODELS)) {
    const model = modelOf(operation);
    const list = model.definitions['ErrorList'];
    const value = list?.properties ? answer.json : (answer.json as { errors: unknown }).errors;
    expect([name, faultsOf(model, list ?? {}, { value, at: '' })]).toEqual([name, []]);
  }
});
