import { expect, test } from 'vitest';
import { Fault, FAULTS, type FaultCode } from './fault.ts';

const CODES = Object.keys(FAULTS) as FaultCode[];

test.each(CODES)('%s has a status of its kind and a title without a full stop', (code) => {
  const fault = new Fault(code);
  expect(fault.status).toBeGreaterThanOrEqual(400);
  expect(fault.status).toBeLessThan(600);
  expect(FAULTS[code].title).toMatch(/^[A-Z].*[^.]$/);
  expect(fault).toMatchObject({ name: 'Fault', message: FAULTS[code].title, detail: null, errors: [], extra: {} });
});

test('a fault says what happened in this very case, and keeps what caused it', () => {
  const cause = new Error('disk');
  const fault = new Fault('probe-budget-spent', { detail: 'Wait a minute.', retryAfterSeconds: 60, cause });
  expect(fault).toMatchObject({
    message: 'Wait a minute.',
    detail: 'Wait a minute.',
    retryAfterSeconds: 60,
    status: 429,
  });
  expect(fault.cause).toBe(cause);
});
