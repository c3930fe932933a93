/** A store's owner with a link: their browser on our pages, without a script, and their sign-in at the emulated Seller Central. */
import type { MadeHandOff } from '../../server/src/http/contract/hand-off.ts';
import type { Answer, Api } from './api.ts';
import { sellerAt } from './seller.ts';
import { cookieOf, PUBLIC_URL } from './web.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export const pathOf = (url: string) => url.slice(PUBLIC_URL.length);

type Got = { status: number; body: string; location: string | null; headers: Record<string, unknown> };

export type Owner = {
  /** Looks at an address of ours. */
  look: (path: string, headers?: Record<string, string>) => Promise<Got>;
  /** Presses a button of the page: `continue`, `not-owner`. */
  press: (path: string, verb: string, form?: string) => Promise<Got>;
  /** Signs in at Amazon as the owner of seller `n` and confirms or declines; gives where Amazon sends the browser. */
  atAmazon: (location: string, act?: { n?: number; press?: 'confirm' | 'cancel' }) => Promise<string>;
};

/** A browser of its own: it keeps its cookies. */
export function ownerOf({ web, market }: Pick<Api, 'web' | 'market'>): Owner {
  const jar = new Map<string, string>();

  async function ask(method: 'GET' | 'POST', path: string, more: object): Promise<Got> {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const { headers = {}, ...rest } = more as { headers?: Record<string, string> };
    const answer = await web.app.inject({ method, url: path, headers: { cookie, ...headers }, ...rest });
    const set = cookieOf(answer);
    for (const one of set === '' ? [] : set.split('; ')) {
      const [name = '', value = ''] = one.split('=', 2);
      jar.set(name, value);
    }
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body,
      location: location === undefined ? null : String(location),
      headers: answer.headers,
    };
  }

  return {
    look: (path, headers = {}) => ask('GET', path, { headers }),
    press: (path, verb, form = '') => ask('POST', `${path}/${verb}`, { headers: FORM, payload: form }),
    async atAmazon(location, { n = 0, press = 'confirm' } = {}) {
      const seller = sellerAt(market.emulatorUrl, { email: `owner${n}@example.test`, password: 'demo-owner' });
      const back = await seller.press(await seller.open(location), press);
      if (back.location === null) throw new Error('Amazon kept the owner on a page of its own');
      return pathOf(back.location);
    },
  };
}

export async function handOver(api: Api, storeId: string, body?: object): Promise<Answer<MadeHandOff>> {
  return api.ask<MadeHandOff>('POST', `/v1/stores/${storeId}/hand_offs`, body);
}
