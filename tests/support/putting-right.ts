/** What a seller does at Amazon to bring a store back, without ever coming back to our dialog. */
import { setTimeout as sleep } from 'node:timers/promises';
import { arriveAtCallback } from '../../server/src/stores/arrive.ts';
import { arriveAtLogin } from '../../server/src/stores/login-arrival.ts';
import { APP_ID, type Market } from './market.ts';
import { untilGreen, type Broken } from './repairing.ts';
import { linkOn, sellerAt, type Page } from './seller.ts';

const MANAGE = '/sellercentral-europe.amazon.com/apps/manage';

export type Act = (market: Market, n: number) => Promise<void>;

async function signedIn(market: Market, n: number, path: string) {
  const seller = sellerAt(market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
  const page = await seller.open(`${market.emulatorUrl}${MANAGE}/${path}?application_id=${APP_ID}`);
  return { seller, page };
}

const queryOf = ({ location }: Page) => Object.fromEntries(new URL(location ?? '').searchParams);

function mustShow(shown: { kind: string; page?: string }, page: string): void {
  if (shown.page !== page) throw new Error(`the seller was led to ${shown.page ?? shown.kind} instead of ${page}`);
}

/** *Enable*, which leads to our redirect URI without a state of ours: nothing is learnt from that, only from looking. */
export const enable: Act = async (market, n) => {
  const { seller, page } = await signedIn(market, n, 'enable');
  const back = await seller.press(page, 'confirm');
  mustShow(await arriveAtCallback(market.shop, { query: queryOf(back), browser: null, accountIds: [] }), 'no_state');
};

/** *Re-authorize*, by the Login URI, in a browser that is signed in nowhere here. */
export const reauthorize: Act = async (market, n) => {
  const browser = `somebody-else-s-browser-${n}`;
  const { seller, page } = await signedIn(market, n, 'reauthorize');
  const oneStepLeft = await seller.press(page, 'confirm');
  const login = linkOn(oneStepLeft, 'http://127.0.0.1:4280/connect/amazon/login');
  const onward = await arriveAtLogin(market.shop, { query: queryOf({ ...page, location: login }), browser });
  if (onward.kind !== 'redirect') throw new Error(`the Login URI led to ${onward.page}`);
  const back = await seller.open(onward.location);
  mustShow(await arriveAtCallback(market.shop, { query: queryOf(back), browser, accountIds: [] }), 'looking');
};

/** Every seller acts at another moment of the watch's rhythm. Milliseconds of real time. */
export async function timesToGreen({ market, stores }: Broken, acts: Act, spreadMs: number): Promise<number[]> {
  return Promise.all(
    stores.map(async ({ id }, n) => {
      await sleep((n * spreadMs) / stores.length);
      const green = untilGreen(market, id);
      await acts(market, n);
      return green;
    }),
  );
}
