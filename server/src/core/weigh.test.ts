import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import {
  DENIED_EVERYWHERE,
  facts,
  fullLook,
  MINUTE,
  NOW,
  refusedControl,
  SECOND,
  weather,
  type Troubles,
} from './episode.testkit.ts';
import type { Observation } from './observation.ts';
import { PATIENCE_MS } from './patience.ts';
import type { Before } from './transition.ts';
import type { Weather } from './weather.ts';
import { TODAYS_RULES, weigh } from './weigh.ts';

const store = facts();
const CONNECTED: Before = { verdict: 'connected', cause: null, since: NOW, alarm: null };

type Told = { before: Before; kept: Observation[] };

/** What the watch does with one look: what is news is kept for the looks to come. */
function lookAgain(
  { before, kept }: Told,
  { look, sky, now }: { look: Observation[]; sky: Weather; now: number },
): Told {
  const input = { store, observations: kept, weather: sky, now };
  const { judgement, step, news } = weigh(TODAYS_RULES, { before, input, look });
  const cause = judgement.diagnosis?.cause ?? null;
  const after = { verdict: judgement.verdict, cause, since: step.since, alarm: judgement.alarm };
  return { before: after, kept: news ? [...kept, ...look] : kept };
}

const TROUBLES: readonly Troubles[] = [DENIED_EVERYWHERE, { grant: 'grant_refused' }, { payouts: 'denied' }];

/** So far apart that what is refused without a reason has lasted long enough with the third look. */
const betweenLooks = PATIENCE_MS / 2;

/** Milliseconds from the beginning of a look that was under way until a neighbour was answered again. */
const cleared = integer({ min: -20 * SECOND, max: 30 * SECOND });

test.each(TROUBLES)('whoever fails on after the weather is told, wherever in a look it cleared: %o', (troubles) => {
  assert(
    property(cleared, integer({ min: 1, max: 4 }), (afterMs, looksBefore) => {
      let told: Told = { before: CONNECTED, kept: [] };
      let at = NOW;
      for (let n = 0; n < looksBefore; n += 1, at += 2 * MINUTE) {
        const look = fullLook(at, { ...troubles, control: 'denied' });
        told = lookAgain(told, { look, sky: weather({ control: refusedControl(at) }), now: at + 10 * SECOND });
        expect(told.before.alarm).toBeNull();
      }
      const clearSince = at + afterMs;
      for (let n = 0; n < 3; n += 1, at += betweenLooks) {
        const now = at + 10 * SECOND;
        const lastOkAt = Math.max(clearSince, now - SECOND);
        const control = { lastOkAt, lastOkVia: 'store' as const, lastRefusedAt: NOW - SECOND, clearSince };
        told = lookAgain(told, { look: fullLook(at, troubles), sky: weather({ control }), now });
      }
      expect(told.before.alarm).not.toBeNull();
    }),
  );
});

test('more of the same is not kept: not while it is unproven, and not once it was told', () => {
  let told: Told = { before: CONNECTED, kept: [] };
  for (let n = 0; n < 10; n += 1) {
    const at = NOW + n * betweenLooks;
    told = lookAgain(told, { look: fullLook(at, DENIED_EVERYWHERE), sky: weather(), now: at + 10 * SECOND });
  }
  expect(told.before.alarm).not.toBeNull();
  // The look that began it, and the one that proved it.
  expect(told.kept).toHaveLength(2 * fullLook(NOW, DENIED_EVERYWHERE).length);
});
