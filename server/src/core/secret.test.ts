import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const PLAIN = 'Atzr|canary-4711';
const secret = new Secret(PLAIN);

test('a secret is revealed where it is asked for', () => {
  expect(secret.reveal()).toBe(PLAIN);
});

test('a secret cannot be printed, logged, put into JSON or listed', () => {
  const inside = { token: secret, list: [secret], error: new Error('no', { cause: { secret } }) };
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify(inside),
    inspect(inside, { depth: 9, showHidden: true, getters: true }),
    format('%s %o %j %O', secret, secret, secret, inside),
    Object.keys(secret).join(),
    Object.getOwnPropertyNames(secret).join(),
    JSON.stringify(structuredClone(Object.fromEntries(Object.entries(secret)))),
  ];
  for (const text of printed) expect(text).not.toContain('4711');
  expect(String(secret)).toBe('[secret]');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
});
