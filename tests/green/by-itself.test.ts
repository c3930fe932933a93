/**
 * The seller puts it right at Amazon and never touches our dialog again: how long until the store is green, with the real
 * loop of the watch and dialogs that were opened at different times.
 */
import { expect, test } from 'vitest';
import { APP_ID, type Market } from '../support/market.ts';
import { enable, reauthorize, timesToGreen } from '../support/putting-right.ts';
import { brokenFleet, distribution, openDialogs, verdictsOf } from '../support/repairing.ts';
import { sellerId } from '../support/worlds.ts';

const REPETITIONS = 9;
/** Nine dialogs: 72 to 8 seconds ago, and 28 to 3 minutes ago. */
const WITHIN_75_S = { opened: 'less than 75 s ago', apart: 'PT8S', limit: 5 };
const WITHIN_30_MIN = { opened: 'up to half an hour ago', apart: 'PT3M8S', limit: 20 };

const grant = (market: Market, n: number, action: string) =>
  market.control('POST', `/_/grants/${sellerId(n)}/${APP_ID}`, { action });

test.for([WITHIN_75_S, WITHIN_30_MIN])(
  'access switched on again, the dialog opened $opened: green in $limit s',
  { timeout: 90_000 },
  async ({ apart, limit }, { annotate }) => {
    const fleet = await brokenFleet(REPETITIONS, async (market, n) => {
      await market.control('PATCH', `/_/apps/${APP_ID}`, { revivesOldToken: true });
      await grant(market, n, 'disable');
    });
    try {
      await openDialogs(fleet, apart);
      expect(new Set(await verdictsOf(fleet))).toEqual(new Set(['reconnect']));
      const { median, text } = distribution(await timesToGreen(fleet, enable, limit * 1000));
      await annotate(text);
      expect(median).toBeLessThanOrEqual(limit);
      expect(new Set(await verdictsOf(fleet))).toEqual(new Set(['connected']));
    } finally {
      await fleet.stop();
    }
  },
);

test.for([WITHIN_75_S, WITHIN_30_MIN])(
  'the ended year renewed by the Login URI without a session, the dialog opened $opened: green in $limit s',
  { timeout: 90_000 },
  async ({ apart, limit }, { annotate }) => {
    const fleet = await brokenFleet(REPETITIONS, (market, n) => grant(market, n, 'expire'));
    try {
      await openDialogs(fleet, apart);
      expect(new Set(await verdictsOf(fleet))).toEqual(new Set(['reconnect']));
      const { median, text } = distribution(await timesToGreen(fleet, reauthorize, 4_000));
      await annotate(text);
      expect(median).toBeLessThanOrEqual(limit);
      expect(new Set(await verdictsOf(fleet))).toEqual(new Set(['connected']));
    } finally {
      await fleet.stop();
    }
  },
);
