/** Amazon's own words are unverified: a world may use others. A reworded answer is still understood, or unknown: never a wrong alarm. */
import { describe, expect, test } from 'vitest';
import { CAUSES } from '../../server/src/core/diagnosis.ts';
import { connectStore, mailsAbout, openFleetMarket, storeOf, type Expected } from '../support/matrix.ts';
import { watch } from '../support/watch.ts';
import { APP_FAULTS, SELLER_FAULTS, strikeFault, type Fault } from './faults.ts';

const UNKNOWN: Expected = { verdict: 'checking', cause: 'unknown' };
const REVOKED: Expected = { verdict: 'reconnect', cause: 'grant.revoked' };
/** Trouble at the marketplace looks the same for half a day; until then no seller is mailed. */
const REFUSED: Expected = { verdict: 'checking', cause: 'mkt.auth_incident' };
const INCIDENT: Expected = { verdict: 'held', cause: 'mkt.auth_incident' };
const SECRET: Expected = { verdict: 'operator_problem', cause: 'app.secret_expired' };
const OUT: Expected = { verdict: 'held', cause: 'mkt.outage' };
const THROTTLED: Expected = { verdict: 'held', cause: 'mkt.throttle' };

type Row = Fault & Expected & { name: string; words: string };

const incident = strikeFault({ kind: 'auth_incident', place: 'host', whom: 'all' });
const ROWS: Row[] = [
  { ...SELLER_FAULTS.disabled, name: 'lwa.revoked', words: 'The user may have revoked the permission.', ...REVOKED },
  { ...SELLER_FAULTS.disabled, name: 'lwa.revoked', words: 'The grant is no more.', ...UNKNOWN },
  { ...SELLER_FAULTS.disabled, name: 'lwa.revoked', words: '', ...UNKNOWN },
  {
    ...SELLER_FAULTS.deactivated,
    name: 'spapi.denied',
    words: 'Access to the requested resource is denied',
    ...REFUSED,
  },
  { ...SELLER_FAULTS.deactivated, name: 'spapi.denied', words: 'Go away.', ...UNKNOWN },
  { ...SELLER_FAULTS.deactivated, name: 'spapi.denied', words: 'Zugriff verweigert.', ...UNKNOWN },
  { ...incident, name: 'spapi.incident', words: 'Everybody is refused today.', ...UNKNOWN },
  // The words of a refused store, for everybody: the neighbours tell that it is the weather.
  { ...incident, name: 'spapi.incident', words: 'Access to requested resource is denied.', ...INCIDENT },
  { ...APP_FAULTS.secretReplaced, name: 'lwa.client', words: 'Wrong key.', ...SECRET },
  {
    ...strikeFault({ kind: 'outage', place: 'host', whom: 'all' }),
    name: 'spapi.unavailable',
    words: 'Access to requested resource is denied.',
    ...OUT,
  },
  {
    ...strikeFault({ kind: 'outage', place: 'token', whom: 'all' }),
    name: 'lwa.unavailable',
    words: 'User may have revoked the permission.',
    ...OUT,
  },
  {
    ...strikeFault({ kind: 'throttle', place: 'host', whom: 'all' }),
    name: 'spapi.quota',
    words: 'Access to requested resource is denied.',
    ...THROTTLED,
  },
  {
    ...strikeFault({ kind: 'unknown_answer', place: 'host', whom: 'all' }),
    name: 'spapi.unlisted',
    words: 'Access to requested resource is denied.',
    ...UNKNOWN,
  },
];

describe('in a fleet of 3, in other words', () => {
  test.each(ROWS)('$fault; $name says “$words”: $verdict, $cause', async ({ breaks, name, words, verdict, cause }) => {
    const market = await openFleetMarket(3, { world: { texts: { [name]: words } } });
    try {
      const stores = [];
      for (const n of [0, 1, 2]) stores.push(await connectStore(market, { n }));
      await breaks(market);
      await watch(market, { minutes: 85 });
      const after = await storeOf(market, stores[0]?.id ?? '');
      expect({ verdict: after.verdict, cause: after.cause }).toEqual({ verdict, cause });
      expect(after.owner).toBe(cause === null ? 'nobody' : CAUSES[cause].owner);
      const told = verdict === 'reconnect' || verdict === 'store_blocked' ? 1 : 0;
      expect(await mailsAbout(market, { storeId: after.id })).toBe(told);
      expect(await mailsAbout(market, 'operator')).toBe(after.owner === 'operator' ? 1 : 0);
    } finally {
      await market.stop();
    }
  });
});
