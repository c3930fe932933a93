import { expect, test } from 'vitest';
import { Secret } from './core/secret.ts';
import { createLog } from './log.ts';

function logged(fields: Record<string, unknown>, message = 'said'): string {
  const lines: string[] = [];
  createLog({ level: 'info', stream: { write: (line) => void lines.push(line) } }).info(fields, message);
  return lines.join('');
}

const CANARY = 'canary0123456789';

test.each<[string, Record<string, unknown>, string?]>([
  ['a secret', { anything: new Secret(CANARY) }],
  ['a header', { headers: { authorization: `Bearer ${CANARY}`, cookie: CANARY } }],
  ['a field', { password: CANARY, body: { refresh_token: CANARY, clientSecret: CANARY } }],
  ['an address', { where: `/connect/amazon/callback?state=${CANARY}&spapi_oauth_code=${CANARY}&code=${CANARY}` }],
  ['a message', {}, `refused Atzr|${CANARY} and sk_${CANARY} and amzn1.oa2-cs.v1.${CANARY}`],
  ['an error', { err: new Error(`Atza|${CANARY} was refused`) }],
  ['a cookie', { where: `sk.session_token=${CANARY}; sk_browser=${CANARY}` }],
])('a log line hides what looks like a secret: in %s', (_where, fields, message) => {
  const line = logged(fields, message);
  expect(line).not.toContain(CANARY);
  expect(line).toContain('[secret]');
});

test('what is no secret stays readable', () => {
  const error = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
  const line = logged({ err: error, route: '/v1/stores/:id', status: 200, store: 'st_01abc' });
  for (const text of ['ECONNREFUSED', 'connection refused', '/v1/stores/:id', 'st_01abc']) expect(line).toContain(text);
});
