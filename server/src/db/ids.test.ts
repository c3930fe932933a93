import { expect, it } from 'vitest';
import { hashToken, newId, randomToken } from './ids.ts';

it('ids sort in the order in which they were made, also within one millisecond', () => {
  const ids = Array.from({ length: 3_000 }, () => newId('st'));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toMatch(/^st_[0-9a-hjkmnp-tv-z]{28}$/);
});

it('tokens are 256 random bits and are found again by their hash', () => {
  const token = randomToken();
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(randomToken()).not.toBe(token);
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
