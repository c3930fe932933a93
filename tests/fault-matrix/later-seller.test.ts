/** The column "later": what the seller's permission and account suffer, in a fleet of one and of three. */
import { describe, test } from 'vitest';
import type { Expected } from '../support/matrix.ts';
import { SELLER_FAULTS as faults } from './faults.ts';
import type { Fault } from './faults.ts';
import { expectLater } from './later.ts';

/** The day of a typed-in permission is not known, so an ended year and a revoked permission give one answer. */
const REVOKED: Expected = { verdict: 'reconnect', cause: 'grant.revoked', alsoLikely: ['grant.expired'] };
/** One body for all of them: the permission is accepted, every call is refused. */
const REFUSED_EVERYTHING: Expected = {
  verdict: 'store_blocked',
  cause: 'store.deactivated',
  alsoLikely: ['grant.revoked', 'grant.half_open', 'grant.role_missing'],
};
const LIMITED: Expected = { verdict: 'limited', cause: 'grant.role_missing' };
const WELL: Expected = { verdict: 'connected', cause: null };

const ROWS: (Fault & Expected)[] = [
  { ...faults.disabled, ...REVOKED },
  { ...faults.revived, ...REVOKED },
  { ...faults.expired, ...REVOKED },
  { ...faults.renewed, ...REVOKED },
  { ...faults.reauthorized, ...REVOKED },
  // A closed account ends its permissions: the very answer of a revoked one.
  { ...faults.closed, ...REVOKED },
  { ...faults.halfOpen, ...REFUSED_EVERYTHING },
  { ...faults.deactivated, ...REFUSED_EVERYTHING },
  { ...faults.noRole, ...REFUSED_EVERYTHING },
  { ...faults.noFinance, ...LIMITED },
  { ...faults.noInsights, ...LIMITED },
  { ...faults.noSite, verdict: 'store_blocked', cause: 'store.inactive' },
  // No call of ours tells a warning, and nothing is broken by it.
  { ...faults.atRisk, ...WELL },
  { ...faults.oneSite, ...WELL },
  { ...faults.suspended, ...WELL, notice: 'store.listings_suspended' },
  { ...faults.vacation, ...WELL, notice: 'store.listings_suspended' },
  { ...faults.plan, ...WELL },
];

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, later', ({ size }) => {
  test.each(ROWS)('$fault: $verdict, $cause', ({ fault, breaks, heals, ...expected }) =>
    expectLater(size, { fault, breaks, ...(heals ? { heals } : {}) }, expected),
  );
});
