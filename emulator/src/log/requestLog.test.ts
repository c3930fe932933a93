import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { redactedPath } from './redact.ts';
import { createRequestLog } from './requestLog.ts';

const ROW = { at: '', host: 'h', method: 'GET', path: '/', operation: null, sellerId: null, status: 200, ms: 1 };

test('a reader who keeps asking from where it was sees every row once', () => {
  const log = createRequestLog(10);
  log.write(ROW);
  log.write(ROW);
  const first = log.read(0);
  log.write(ROW);
  const second = log.read(first.next);
  expect([first.data.map((row) => row.id), second.data.map((row) => row.id), log.read(second.next)]).toEqual([
    [1, 2],
    [3],
    { data: [], next: 3 },
  ]);
});

test('only the newest rows are kept, and reading from before them begins with the oldest kept', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 30 }),
      fc.nat(30),
      (capacity, rows, since) => {
        const log = createRequestLog(capacity);
        for (let row = 0; row < rows; row += 1) log.write(ROW);
        const all = Array.from({ length: rows }, (_, at) => at + 1).slice(-capacity);
        expect(log.read(since).data.map((row) => row.id)).toEqual(all.filter((id) => id > since));
      },
    ),
  );
});

test('a limit cuts the answer and its cursor goes on from there', () => {
  const log = createRequestLog();
  for (let row = 0; row < 5; row += 1) log.write(ROW);
  const page = log.read(0, 2);
  expect(page).toMatchObject({ next: 2, data: [{ id: 1 }, { id: 2 }] });
});

test('clearing empties the log but its ids go on', () => {
  const log = createRequestLog();
  log.write(ROW);
  const { next } = log.read(0);
  log.clear();
  expect(log.read(next)).toEqual({ data: [], next });
  log.write(ROW);
  expect(log.read(next).data).toMatchObject([{ id: 2 }]);
});

test.each([
  ['/sellers/v1/account', '/sellers/v1/account'],
  ['/x/Atzr|IwEBIabc/y', '/x/[redacted]/y'],
  ['/x/Atza%7CIwEBI-_', '/x/[redacted]'],
  ['/x/amzn1.oa2-cs.v1.00ff', '/x/[redacted]'],
  ['/x/amzn.mws.0a-b', '/x/[redacted]'],
])('%s stands in the log as %s', (path, shown) => {
  expect(redactedPath(path)).toBe(shown);
});
