/**
 * The seller puts it right at Amazon and never touches our dialog again: how long until the store is green, with the real
 * loop of the watch and dialogs that were opened at different times.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { arriveAtCallback, arriveAtLogin } from '../../server/src/stores/arrive.ts';
import { APP_ID, type Market } from '../support/market.ts';
import { brokenFleet, distribution, openDialogs, untilGreen, verdictsOf, type Broken } from '../support/repairing.ts';
import { linkOn, sellerAt, type Page } from '../support/seller.ts';
import { sellerId } from '../support/worlds.ts';

const REPETITIONS = 9;
const MANAGE = '/sellercentral-europe.amazon.com/apps/manage';
/** Nine dialogs: 72 to 8 seconds ago, and 28 to 3 minutes ago. */
const WITHIN_75_S = { opened: 'less than 75 s ago', apart: 'PT8S', limit: 5 };
const WITHIN_30_MIN = { opened: 'up to half an hour ago', apart: 'PT3M8S', limit: 20 };

async function signedIn(market: Market, n: number, path: string) {
  const seller = sellerAt(market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
  const page = await seller.open(`${market.emulatorUrl}${MANAGE}/${path}?application_id=${APP_ID}`);
  return { seller, page };
}

const queryOf = ({ location }: Page) => Object.fromEntries(new URL(location ?? '').searchParams);

/** *Enable*, which leads to our redirect URI without a state of ours: nothing is learnt from that, only from looking. */
async function enable(market: Market, n: number): Promise<void> {
  const { seller, page } = await signedIn(market, n, 'enable');
  const back = await seller.press(page, 'confirm');
  const arrival = await arriveAtCallback(market.shop, { query: queryOf(back), browser: null, accountIds: [] });
  expect(arrival).toMatchObject({ kind: 'page', page: 'no_state' });
}

/** *Re-authorize*, by the Login URI, in a browser that is signed in nowhere here. */
async function reauthorize(market: Market, n: number): Promise<void> {
  const browser = `somebody-else-s-browser-${n}`;
  const { seller, page } = await signedIn(market, n, 'reauthorize');
  const oneStepLeft = await seller.press(page, 'confirm');
  const login = linkOn(oneStepLeft, 'http://127.0.0.1:4280/connect/amazon/login');
  const onward = await arriveAtLogin(market.shop, { query: queryOf({ ...page, location: login }), browser });
  if (onward.kind !== 'redirect') throw new Error(`the Login URI led to ${onward.page}`);
  const back = await seller.open(onward.location);
  const arrival = await arriveAtCallback(market.shop, { query: queryOf(back), browser, accountIds: [] });
  expect(arrival).toMatchObject({ kind: 'page', page: 'renewed' });
}

/** Every seller acts at another moment of the watch's rhythm. */
async function timesToGreen({ market, stores }: Broken, acts: typeof enable, spreadMs: number): Promise<number[]> {
  return Promise.all(
    stores.map(async ({ id }, n) => {
      await sleep((n * spreadMs) / stores.length);
      const green = untilGreen(market, id);
      await acts(market, n);
      return green;
    }),
  );
}

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
