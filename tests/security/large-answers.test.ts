/** A large wrong answer of a marketplace, or a large wrong request, costs no more than its own size. */
import { afterEach, expect, test } from 'vitest';
import {
  readEventGroups,
  readExpectedPayouts,
  readPayouts,
  readReports,
  readTransactions,
} from '../../server/src/connectors/amazon/payouts.ts';
import { LIST_MOST } from '../../server/src/connectors/list-of.ts';
import { readParticipations } from '../../server/src/connectors/amazon/standing.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { openWeb, SAME_ORIGIN, type TestWeb } from '../support/web.ts';

const MANY = 150_000;

/** Elements that count how many of them are read. */
function counted(field: string, value: unknown): { list: object[]; readings: () => number } {
  let readings = 0;
  const element = () =>
    Object.defineProperty({}, field, {
      enumerable: true,
      get() {
        readings += 1;
        return value;
      },
    });
  return { list: Array.from({ length: MANY }, element), readings: () => readings };
}

const READERS: [what: string, field: string, read: (list: object[]) => unknown][] = [
  ['coming payouts', 'partnerMetadata', (expectedPayouts) => readExpectedPayouts({ expectedPayouts })],
  ['payouts', 'id', (payouts) => readPayouts({ payouts })],
  ['transactions', 'sellingPartnerMetadata', (transactions) => readTransactions({ payload: { transactions } })],
  ['reports', 'reportId', (reports) => readReports({ reports })],
  ['participations', 'marketplace', (payload) => readParticipations({ payload })],
];

test.each(READERS)('stops at the first wrong element of 150,000 %s', (_what, field, read) => {
  const { list, readings } = counted(field, 7);
  expect(read(list)).toEqual({ garbled: expect.stringMatching(/^Not as the model has it: .*\b0\b/) });
  expect(readings()).toBeLessThan(5);
});

test('reads a list of right elements up to a bound', () => {
  const { list, readings } = counted('anything', 1);
  expect(readEventGroups({ payload: { FinancialEventGroupList: list } })).toEqual({ facts: { rows: 'some' } });
  expect(readings()).toBeLessThanOrEqual(LIST_MOST);
  const reports = Array.from({ length: MANY }, (_, n) => ({ reportId: String(n), reportType: 'A' }));
  expect(readReports({ reports })).toEqual({ facts: { rows: 'some' } });
});

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

eachDatabase((_engine, open) => {
  test('names the first twenty of thousands of wrong fields', async () => {
    const web = await openWeb(await open());
    opened.push(web);
    const ada = await web.signUp('Ada');
    const payload = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field_${n}`, n]));
    const answer = await web.app.inject({
      method: 'POST',
      url: '/v1/connect_sessions',
      headers: { cookie: ada.cookie, ...SAME_ORIGIN },
      payload,
    });
    expect(answer.statusCode).toBe(422);
    const problem = answer.json<{ detail: string; errors: unknown[] }>();
    expect(problem.errors).toHaveLength(20);
    expect(problem.detail).toMatch(/^\d{4} fields need another look\. The first 20 are listed\.$/);
  });
});
