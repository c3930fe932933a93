/** The column "later": every kind of injected answer, at every place, for one store of a fleet and for all. */
import { describe, test } from 'vitest';
import { CAUSES, type Cause } from '../../server/src/core/diagnosis.ts';
import type { Expected } from '../support/matrix.ts';
import { KINDS, shownBy, strikeFault, type Place, type Strike, type Whom } from './faults.ts';
import { expectLater, type Row } from './later.ts';

const ALONE: [Place, Whom][] = [
  ['token', 'one'],
  ['token', 'all'],
  ['participations', 'all'],
  ['balances', 'all'],
  ['host', 'all'],
  ['everything', 'all'],
];
const AMONG: [Place, Whom][] = [
  ['token', 'one'],
  ['participations', 'one'],
  ['payouts', 'one'],
  ['balances', 'one'],
  ['host', 'one'],
  ['everything', 'one'],
  ['token', 'all'],
  ['balances', 'all'],
  ['host', 'all'],
  ['everything', 'all'],
];
/** Waiting for an answer that comes too late takes real time: a few places stand for all. */
const SLOW_ALONE: [Place, Whom][] = [
  ['host', 'all'],
  ['everything', 'all'],
];
const SLOW_AMONG: [Place, Whom][] = [['host', 'one']];
const PATIENCE: Row = { patienceMs: 250, stableFor: 3 };

function expectedOf(strike: Strike): Expected {
  const cause = shownBy(strike);
  return {
    cause,
    verdict: cause === null ? 'connected' : verdictOf(cause),
    alsoLikely: cause === 'grant.revoked' ? ['grant.expired'] : [],
  };
}

function verdictOf(cause: Cause): Expected['verdict'] {
  const { leadsTo } = CAUSES[cause];
  return leadsTo === 'notice' ? 'checking' : (leadsTo as Expected['verdict']);
}

function strikesOf(places: [Place, Whom][], slow: [Place, Whom][]): Strike[] {
  return KINDS.flatMap((kind) => (kind === 'slow' ? slow : places).map(([place, whom]) => ({ kind, place, whom })));
}

describe.each([
  { size: 1, strikes: strikesOf(ALONE, SLOW_ALONE) },
  { size: 3, strikes: strikesOf(AMONG, SLOW_AMONG) },
])('in a fleet of $size, later', ({ size, strikes }) => {
  test.each(strikes)('$kind at $place for $whom', (strike) =>
    expectLater(size, strikeFault(strike), {
      ...expectedOf(strike),
      ...(strike.kind === 'slow' ? PATIENCE : {}),
    }),
  );
});
