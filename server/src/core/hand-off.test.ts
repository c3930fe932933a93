import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HAND_OFF_STEPS,
  handOffLanguage,
  handOffState,
  isOver,
  stepOfFailure,
  TRIP_MS,
  withStep,
  type HandOffStep,
} from './hand-off.ts';

const facts = (steps: HandOffStep[], more = {}) => ({
  steps,
  expiresAt: 1_000_000_000,
  revokedAt: null,
  usedAt: null,
  ...more,
});
const someStep = fc.record({
  kind: fc.constantFrom(...HAND_OFF_STEPS),
  at: fc.integer({ min: 0, max: 2_000_000_000 }),
});
const someTime = fc.option(fc.integer({ min: 0, max: 2_000_000_000 }), { nil: null });

describe('how a hand-off stands', () => {
  test.each([
    ['a link nobody opened', [], 'made'],
    ['opened', [{ kind: 'opened', at: 1 }], 'opened'],
    [
      'declined',
      [
        { kind: 'opened', at: 1 },
        { kind: 'left', at: 2 },
        { kind: 'refused', at: 3 },
      ],
      'refused',
    ],
  ] as const)('%s', (_name, steps, state) => {
    expect(handOffState(facts([...steps]), 10)).toBe(state);
  });

  test('the clock does not break off a trip that is under way, nor a check', () => {
    const expiresAt = 1_000;
    const left = facts([{ kind: 'left', at: 999 }], { expiresAt });
    expect(handOffState(left, 999 + TRIP_MS - 1)).toBe('left');
    expect(handOffState(left, 999 + TRIP_MS)).toBe('expired');
    expect(handOffState(facts([{ kind: 'checking', at: 999 }], { expiresAt }), 10 ** 9)).toBe('checking');
    expect(handOffState(facts([{ kind: 'opened', at: 999 }], { expiresAt }), 1_000)).toBe('expired');
  });

  test('what is used up or revoked stays so, whatever came before and whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(someStep), fc.tuple(someTime, someTime), fc.nat(), (steps, [revokedAt, usedAt], now) => {
        const state = handOffState(facts(steps, { revokedAt, usedAt }), now);
        if (usedAt !== null) expect(state).toBe('green');
        else if (revokedAt !== null) expect(state).toBe('revoked');
        if (usedAt !== null || revokedAt !== null) expect(isOver(state)).toBe(true);
      }),
    );
  });

  test('however often somebody tries, the beginning and the latest step are kept, and opening again is no step', () => {
    fc.assert(
      fc.property(fc.array(someStep, { maxLength: 120 }), someStep, (before, last) => {
        const steps = before.reduce<HandOffStep[]>((kept, step) => withStep(kept, step), []);
        const after = withStep(steps, last);
        expect(after.length).toBeLessThanOrEqual(40);
        expect(after.filter(({ kind }) => kind === 'opened').length).toBeLessThanOrEqual(1);
        expect(after[0]).toEqual(before[0] ?? last);
        if (last.kind !== 'opened' || before.every(({ kind }) => kind !== 'opened')) expect(after.at(-1)).toEqual(last);
      }),
    );
  });

  test.each([
    ['grant.denied', false, 'refused'],
    ['grant.not_owner', false, 'not_owner'],
    ['cred.wrong_store', true, 'wrong_store'],
    ['cred.wrong_store', false, 'failed'],
    ['grant.half_open', false, 'failed'],
  ] as const)('a trip that ended with %s (another store: %s) is the step %s', (cause, otherStore, step) => {
    expect(stepOfFailure(cause, otherStore)).toBe(step);
  });

  test.each([
    [['de-DE'], 'de'],
    [['ja-JP'], 'ja'],
    [['pt-BR'], 'en'],
    [['tlh', 'fr-CA', 'de'], 'fr'],
    [['ZH-hant'], 'zh'],
    [[], 'en'],
    [['', '*'], 'en'],
  ])('%j is written in %s', (wanted, language) => {
    expect(handOffLanguage(...wanted)).toBe(language);
  });
});
