import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createFaults, faultSchema, isTransport, shareOf } from './faults.ts';
import type { Target } from './faults.ts';

const TARGET: Target = {
  host: 'sellingpartnerapi-na.amazon.com',
  path: '/sellers/v1/account',
  operation: 'getAccount',
  sellerId: 'A1',
};
const order = (match: object, more: object = {}) => faultSchema.parse({ match, answer: { kind: 'outage' }, ...more });

test.each<[object, boolean]>([
  [{}, true],
  [{ host: TARGET.host }, true],
  [{ host: 'api.amazon.com' }, false],
  [{ path: '/sellers' }, true],
  [{ path: '/finances' }, false],
  [{ operation: 'getAccount' }, true],
  [{ operation: 'token' }, false],
  [{ sellerId: 'A1' }, true],
  [{ sellerId: 'A2' }, false],
  [{ share: 1 }, true],
  [{ share: 0 }, false],
  [{ host: TARGET.host, operation: 'token' }, false],
])('a fault for %j strikes: %s', (match, strikes) => {
  const faults = createFaults();
  faults.add('1', order(match));
  expect(faults.find(TARGET, 0) !== undefined).toBe(strikes);
});

test('a share is of sellers, so a call of nobody is never struck', () => {
  const faults = createFaults();
  faults.add('1', order({ share: 1 }));
  expect(faults.find({ ...TARGET, sellerId: undefined }, 0)).toBeUndefined();
});

test('a share hits that part of the sellers, always the same ones, and a larger share those too', () => {
  const sellers = Array.from({ length: 4000 }, (_, at) => `SELLER${at}`);
  const hit = (share: number) => sellers.filter((id) => shareOf(id) < share);
  expect(hit(0.3).length).toBeGreaterThan(1100);
  expect(hit(0.3).length).toBeLessThan(1300);
  expect(hit(0.5)).toEqual(expect.arrayContaining(hit(0.3)));
  fc.assert(fc.property(fc.string(), (id) => shareOf(id) >= 0 && shareOf(id) < 1 && shareOf(id) === shareOf(id)));
});

test('the newest of several that match wins', () => {
  const faults = createFaults();
  faults.add('old', order({}));
  faults.add('new', order({ sellerId: 'A1' }));
  faults.add('elsewhere', order({ sellerId: 'A2' }));
  expect(faults.find(TARGET, 0)?.id).toBe('new');
  faults.remove('new');
  expect(faults.find(TARGET, 0)?.id).toBe('old');
});

test('a fault is over after its times, or from its instant on', () => {
  const faults = createFaults();
  const twice = faults.add('twice', order({}, { times: 2 }));
  faults.count(twice);
  expect(faults.find(TARGET, 0)?.id).toBe('twice');
  faults.count(twice);
  expect(faults.find(TARGET, 0)).toBeUndefined();
  faults.add('until', order({}, { until: '2026-11-23T12:00:00Z' }));
  const end = Date.parse('2026-11-23T12:00:00Z');
  expect([faults.find(TARGET, end - 1)?.id, faults.find(TARGET, end)]).toEqual(['until', undefined]);
});

test.each<[object, boolean]>([
  [{ kind: 'outage' }, true],
  [{ kind: 'html_503' }, true],
  [{ kind: 'slow' }, true],
  [{ kind: 'drop_response' }, true],
  [{ kind: 'truncate' }, true],
  [{ delayMs: 5 }, true],
  [{ drop: true }, true],
  [{ kind: 'auth_incident' }, false],
  [{ kind: 'throttle' }, false],
  [{ kind: 'unknown_answer' }, false],
  [{ status: 503 }, false],
])('%j comes before authentication: %s', (answer, transport) => {
  expect(isTransport(faultSchema.parse({ answer }).answer)).toBe(transport);
});

test.each([
  {},
  { answer: {} },
  { answer: { kind: 'flood' } },
  { answer: { status: 99 } },
  { answer: { kind: 'outage' }, match: { share: 2 } },
  { answer: { kind: 'outage' }, match: { path: 'sellers' } },
  { answer: { kind: 'outage' }, match: { method: 'GET' } },
  { answer: { kind: 'outage' }, times: 0 },
  { answer: { kind: 'outage' }, until: 'tomorrow' },
])('%j is no fault', (document) => {
  expect(faultSchema.safeParse(document).success).toBe(false);
});
