/** Trips to the marketplace by HTTP alone: a browser with cookies on our pages, a seller at the emulated Seller Central. */
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import type { Api } from './api.ts';
import { sellerAt } from './seller.ts';
import { cookieOf, PUBLIC_URL } from './web.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export const CALLBACK = '/connect/amazon/callback';

export function pathOf(url: string | null): string {
  return (url ?? '').slice(PUBLIC_URL.length);
}

type Answer = { statusCode: number; headers: Record<string, unknown>; body: string };

/** One browser: it keeps the cookies that our answers set, and sends them. */
export type Browser = {
  get: (url: string) => Promise<Answer>;
  head: (url: string) => Promise<Answer>;
  post: (url: string, fields?: Record<string, string>) => Promise<Answer>;
  /** Opens an address and goes where our own answers lead. */
  follow: (url: string) => Promise<Answer>;
};

export function browserAt({ web }: Pick<Api, 'web'>, signedIn = ''): Browser {
  const jar = new Map<string, string>(signedIn === '' ? [] : [['signed-in', signedIn]]);
  async function send(method: 'GET' | 'HEAD' | 'POST', url: string, payload?: string): Promise<Answer> {
    const answer = await web.app.inject({
      method,
      url,
      headers: {
        cookie: [...jar.values()].join('; '),
        'sec-fetch-site': 'same-origin',
        ...(payload === undefined ? {} : FORM),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const cookie of answer.cookies) jar.set(cookie.name, cookieOf({ cookies: [cookie] }));
    return answer;
  }
  const browser: Browser = {
    get: (url) => send('GET', url),
    head: (url) => send('HEAD', url),
    post: (url, fields = {}) => send('POST', url, new URLSearchParams(fields).toString()),
    async follow(url) {
      const answer = await browser.get(url);
      const to = answer.headers['location'];
      return typeof to === 'string' && to.startsWith('/') ? browser.follow(to) : answer;
    },
  };
  return browser;
}

/** A connect link that the account's program made. */
export async function aLink(
  api: Pick<Api, 'ask'>,
  body: Record<string, unknown> = {},
): Promise<{ id: string; path: string }> {
  const wanted = 'store_id' in body ? body : { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird', ...body };
  const made = await api.ask<ConnectSession>('POST', '/v1/connect_sessions', wanted);
  return { id: made.body.id, path: pathOf(made.body.url) };
}

/** *Continue* on a link: the address of the consent page. */
export async function leaveBy(browser: Browser, path: string): Promise<string> {
  const answer = await browser.post(`${path}/continue`);
  if (answer.statusCode !== 303) throw new Error(`Continue answered ${answer.statusCode}: ${answer.body}`);
  return String(answer.headers['location']);
}

/** Seller `n` confirms at the marketplace; the way back to us as a path, not opened yet. */
export async function confirmAs({ market }: Pick<Api, 'market'>, location: string, n: number): Promise<string> {
  const seller = sellerAt(market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
  return pathOf((await seller.press(await seller.open(location), 'confirm')).location);
}

export async function tokenCalls({ market }: Pick<Api, 'market'>): Promise<number> {
  return (await market.callsSince()).filter(({ operation }) => operation === 'token').length;
}

export const sessionOf = async (api: Pick<Api, 'ask'>, id: string): Promise<ConnectSession> =>
  (await api.ask<ConnectSession>('GET', `/v1/connect_sessions/${id}`)).body;
