/** The public API on the emulated market: a key, and requests with it. */
import { afterEach } from 'vitest';
import type { TestDatabase } from '../../server/src/db/testing.ts';
import { openMarket, type Market } from './market.ts';
import { NOW } from './matrix.ts';
import { openWeb, type Signed, type TestWeb } from './web.ts';
import { fleet, sellerId, tokenOf } from './worlds.ts';

export type Answer<T> = { status: number; headers: Record<string, unknown>; body: T };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Api = {
  market: Market;
  web: TestWeb;
  person: Signed;
  /** A request with the account's key; `body` as JSON. */
  ask: <T = Record<string, unknown>>(method: Method, url: string, body?: unknown) => Promise<Answer<T>>;
};

type Wish = { sellers?: number; ungranted?: readonly number[]; world?: Record<string, unknown> };

const opened: Api[] = [];

/** Closes what the test opened: the server first, then the market behind it. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const { web, market } of opened.splice(0)) {
      await web.close();
      await market.stop();
    }
  });
}

export async function openApi(database: TestDatabase, { sellers = 1, ungranted = [], world }: Wish = {}): Promise<Api> {
  const regions = Array.from({ length: sellers }, () => ({ region: 'eu' as const }));
  const whole = { ...fleet({ now: NOW, sellers: regions, ungranted }), ...world };
  const market = await openMarket({ database, world: whole });
  const web = await openWeb(database, { market });
  const person = await web.signUp('Ada');
  const authorization = `Bearer ${await web.apiKey(person.accountId)}`;
  const api: Api = {
    market,
    web,
    person,
    async ask<T>(method: Method, url: string, body?: unknown) {
      const answer = await web.app.inject({
        method,
        url,
        headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: (answer.body === '' ? null : answer.json()) as T,
      };
    },
  };
  opened.push(api);
  return api;
}

export const typedStore = (n: number, credentials: Record<string, unknown> = {}) => ({
  marketplace: 'amazon',
  site: 'amazon.de',
  name: `Store ${n}`,
  credentials: { refresh_token: tokenOf(n), ...credentials },
});

/** Another refresh token of the seller's permission, beside the one that is there (self-authorization). */
export async function anotherToken({ market }: Api, n: number): Promise<string> {
  const path = `/_/grants/${sellerId(n)}/amzn1.sellerapps.app.x`;
  await market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: true });
  const { refreshToken } = (await market.control('POST', path, { action: 'reauthorize' })) as { refreshToken: string };
  return refreshToken;
}
