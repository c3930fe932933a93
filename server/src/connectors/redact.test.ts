import { expect, test } from 'vitest';

import { cleanCode, redact } from './redact.ts';

const PLANTED = 'IwEBIKx0plantedCanary_-.~9';

test.each([
  `Atzr|${PLANTED}`,
  `Atza|${PLANTED}`,
  `Atc|${PLANTED}`,
  `Atz.sprdt|${PLANTED}`,
  `Atzr%7C${PLANTED}`,
  `atzr%7c${PLANTED}`,
  `amzn1.oa2-cs.v1.${PLANTED}`,
  `amzn.mws.${PLANTED}`,
  `Signature=${PLANTED}`,
  `${PLANTED}${'a'.repeat(60)}`,
])('no token stays readable in what is kept: %s', (token) => {
  for (const text of [token, `token=${token}&x=1`, `{"refresh_token":"${token}"}`, `The token ${token}, refused.`]) {
    const shown = redact(text) ?? '';
    expect(shown).not.toContain('Canary');
    expect(shown).toContain('[secret]');
  }
});

test('what is kept is one line of at most 300 characters, and nothing is nothing', () => {
  const long = redact(`first\nsecond\u0000\u202e third ${'word '.repeat(2000)}`) ?? '';
  expect(long.startsWith('first second third word')).toBe(true);
  expect(long).toHaveLength(300);
  expect(redact('  \n ')).toBeNull();
});

test('a token that begins just before the cut is gone whole', () => {
  for (const before of [270, 290, 299])
    expect(redact(`${'a b '.repeat(before / 4)}Atzr|${PLANTED}`)).not.toMatch(/Iw|Canary/);
});

test('a signature is gone wherever it stands, plain or encoded', () => {
  const signature = 'fpIkUdUIy4biVzDV5wTH9vKax/C7QqwvBPH3G/baBrA=';
  for (const shown of [signature, encodeURIComponent(signature)])
    for (const text of [shown, `you sent ${shown} instead`, `POST\nSignature=${shown}&Timestamp=2020`])
      expect(redact(text)).not.toContain('UIy4biVzDV5wTH9vKax');
});

test('words are no secret, however they are written', () => {
  const words =
    'The request signature we calculated does not match the signature you provided. Check SignatureVersion=2.';
  expect(redact(words)).toBe(words);
});

test('a code is kept as it came, no code is none', () => {
  expect(cleanCode('AccessDenied')).toBe('AccessDenied');
  expect(cleanCode('')).toBeNull();
  expect(cleanCode('two words')).toBe('unreadable');
});
