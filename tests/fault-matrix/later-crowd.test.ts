/** The column "later" in a fleet of twenty-five, where the share of failing stores speaks too. */
import { describe, test } from 'vitest';
import type { Expected } from '../support/matrix.ts';
import { APP_FAULTS, SELLER_FAULTS, strikeFault, type Fault } from './faults.ts';
import { expectLater, type Row } from './later.ts';

const all = (kind: Parameters<typeof strikeFault>[0]['kind'], place: 'token' | 'host' | 'everything') =>
  strikeFault({ kind, place, whom: 'all' });

const ROWS: (Fault & Expected & Row)[] = [
  { ...SELLER_FAULTS.disabled, verdict: 'reconnect', cause: 'grant.revoked', alsoLikely: ['grant.expired'] },
  { ...SELLER_FAULTS.deactivated, verdict: 'store_blocked', cause: 'store.deactivated' },
  { ...SELLER_FAULTS.noFinance, verdict: 'limited', cause: 'grant.role_missing' },
  { ...SELLER_FAULTS.noSite, verdict: 'store_blocked', cause: 'store.inactive' },
  { ...strikeFault({ kind: 'outage', place: 'host', whom: 'one' }), verdict: 'held', cause: 'mkt.outage' },
  { ...all('auth_incident', 'token'), verdict: 'held', cause: 'mkt.auth_incident' },
  { ...all('auth_incident', 'host'), verdict: 'held', cause: 'mkt.auth_incident' },
  { ...all('outage', 'everything'), verdict: 'held', cause: 'mkt.outage' },
  { ...all('throttle', 'host'), verdict: 'held', cause: 'mkt.throttle' },
  { ...all('unknown_answer', 'host'), verdict: 'checking', cause: 'unknown' },
  { ...all('drop_response', 'everything'), verdict: 'operator_problem', cause: 'own.network' },
  { ...APP_FAULTS.secretReplaced, verdict: 'operator_problem', cause: 'app.secret_expired' },
  { ...APP_FAULTS.noRole, verdict: 'held', cause: 'mkt.auth_incident' },
  // However long: so many sellers at once are never wrong all at once.
  { ...APP_FAULTS.noFinance, verdict: 'operator_problem', cause: 'grant.role_missing', stableFor: 10 },
];

describe('in a fleet of 25, later', () => {
  test.each(ROWS)(
    '$fault: $verdict, $cause',
    ({ fault, breaks, heals, ...expected }) =>
      expectLater(25, { fault, breaks, ...(heals ? { heals } : {}) }, { stableFor: 2, ...expected }),
    60_000,
  );
});
