import { describe, expect, test } from 'vitest';
import type { HandOffBody } from '../../../server/src/http/contract/hand-off.ts';
import { isOpen, openings, stepsShown, waitingLine } from './hand-off-steps.ts';

const at = (minute: number) => `2026-11-23T10:${String(minute).padStart(2, '0')}:00.000Z`;
const NOW = Date.parse(at(59));

/** A hand-off after these steps, one a minute. */
function after(...kinds: HandOffBody['steps'][number]['kind'][]): HandOffBody {
  return {
    id: 'ho_1',
    store_id: 'st_1',
    state: kinds.at(-1) ?? 'made',
    language: 'de',
    name: null,
    made_by: 'Mira Roe',
    check_code: '482-913',
    opened_count: kinds.length === 0 ? 0 : 1,
    last_opened_at: kinds.length === 0 ? null : at(1),
    steps: kinds.map((kind, place) => ({ kind, at: at(place + 1) })),
    created_at: at(0),
    expires_at: at(50),
  };
}

const told = (handOff: HandOffBody) => stepsShown(handOff).map(({ how, words }) => `${how}: ${words}`);

describe('the sender sees the owner’s steps', () => {
  test('before anything happened, all is to come', () => {
    expect(told(after())).toEqual([
      'done: Link made',
      'now: Opens the link',
      'later: Goes to Amazon',
      'later: Confirms there and comes back',
      'later: We check the store',
      'later: Green',
    ]);
  });

  test('what happened has its time, the next one is waited for', () => {
    const shown = stepsShown(after('opened', 'left'));
    expect(shown.map(({ at: time }) => time)).toEqual([at(0), at(1), at(2), null, null, null]);
    expect(told(after('opened', 'left')).slice(2, 4)).toEqual([
      'done: Went to Amazon',
      'now: Confirms there and comes back',
    ]);
  });

  test.each(['refused', 'not_owner', 'wrong_store', 'failed', 'not_back'] as const)(
    'after %s the trip is waited for anew',
    (kind) => {
      const lines = told(after('opened', 'left', kind));
      expect(lines[3]).toMatch(/^stopped: /);
      expect(lines[4]).toBe('now: Goes to Amazon');
    },
  );

  test.each(['green', 'revoked'] as const)('after %s nothing is to come', (kind) => {
    const shown = stepsShown(after('opened', kind));
    expect(shown).toHaveLength(3);
    expect(isOpen({ state: kind })).toBe(false);
  });

  test('a link whose time ran out says when', () => {
    expect(stepsShown({ ...after('opened'), state: 'expired' }).at(-1)).toEqual({
      key: 'expired',
      words: 'Its time ran out',
      at: at(50),
      how: 'stopped',
    });
  });

  test('one line says whom we wait for, and how far they are', () => {
    expect(waitingLine(after(), NOW)).toBe('Waiting for the owner; the link is not opened yet.');
    expect(waitingLine({ ...after('opened'), name: 'Jonas Weber' }, NOW)).toMatch(
      /^Waiting for Jonas Weber; opened \d\d:01, not yet at Amazon\.$/,
    );
    expect(waitingLine(after('opened', 'left', 'refused'), NOW)).toMatch(
      /^Waiting for the owner; \d\d:03: declined at Amazon; nothing was changed\.$/,
    );
  });

  test('opened once is no news, opened again is', () => {
    expect(openings(after('opened'), NOW)).toBeNull();
    expect(openings({ ...after('opened'), opened_count: 3, last_opened_at: at(42) }, NOW)).toMatch(
      /^opened 3 times, last \d\d:42$/,
    );
  });
});
