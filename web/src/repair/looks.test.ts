import { describe, expect, it } from 'vitest';
import { looksSentence } from './looks.ts';

const NOW = Date.parse('2026-11-23T12:04:20Z');

describe('the live box', () => {
  it('says when it last looked and when it looks next', () => {
    expect(looksSentence({ last_look_at: '2026-11-23T12:04:12Z', next_look_at: '2026-11-23T12:04:27Z' }, NOW)).toBe(
      'Last look 8 s ago, next in 7 s.',
    );
  });

  it('leaves out what nobody knows', () => {
    expect(looksSentence({ last_look_at: null, next_look_at: '2026-11-23T12:04:22Z' }, NOW)).toBe('Next in 2 s.');
    expect(looksSentence({ last_look_at: null, next_look_at: null }, NOW)).toBe('');
  });
});
