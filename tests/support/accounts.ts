/** Several accounts on one server, each with its own program; and sellers whose data names nobody. */
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { readCredential } from '../../server/src/db/credentials.ts';
import type { Answer, Api } from './api.ts';
import { untilAtRest } from './consent.ts';
import { aLink, browserAt, confirmAs, leaveBy, sessionOf, type Browser } from './trips.ts';
import { sellerId } from './worlds.ts';

export type Account = Pick<Api, 'ask' | 'market' | 'web'> & { accountId: string; cookie: string };

export function ownAccount(api: Api): Account {
  const { ask, market, web, person } = api;
  return { ask, market, web, accountId: person.accountId, cookie: person.cookie };
}

export async function anotherAccount({ market, web }: Api, name: string): Promise<Account> {
  const { accountId, cookie } = await web.signUp(name);
  const authorization = `Bearer ${await web.apiKey(accountId)}`;
  async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: unknown) {
    const answer = await web.app.inject({
      method,
      url,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const read = (answer.body === '' ? null : answer.json()) as T;
    return { status: answer.statusCode, headers: answer.headers, body: read } satisfies Answer<T>;
  }
  return { ask, market, web, accountId, cookie };
}

/** From now on no answer about this seller names it: the account has no payout and no sale. */
export async function nameless({ market }: Pick<Api, 'market'>, n: number): Promise<string> {
  const made = await market.control('POST', '/_/faults', {
    match: { operation: 'listExpectedPayouts', sellerId: sellerId(n) },
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body: { expectedPayouts: [] } },
  });
  return (made as { id: string }).id;
}

export async function namedAgain({ market }: Pick<Api, 'market'>, faultId: string): Promise<void> {
  await market.control('DELETE', `/_/faults/${faultId}`);
}

/** The way back to us with another seller's ID in it: nothing in the address is signed. */
export function claiming(back: string, n: number): string {
  return back.replace(/selling_partner_id=[^&]*/, `selling_partner_id=${sellerId(n)}`);
}

type Connecting = {
  /** Who confirms at the marketplace. */
  n: number;
  claim?: number;
  storeId?: string;
  browser?: Browser;
};

/** A whole trip by a link of this account; the session as the account sees it afterwards. */
export async function connectBy(account: Account, { n, claim = n, storeId, browser }: Connecting) {
  const { id, path } = await aLink(account, storeId === undefined ? {} : { store_id: storeId });
  const seller = browser ?? browserAt(account);
  const back = await confirmAs(account, await leaveBy(seller, path), n);
  await seller.get(claiming(back, claim));
  await untilAtRest(account.market, id, account.accountId);
  return sessionOf(account, id);
}

export const storesOf = async ({ ask }: Account): Promise<StoreBody[]> =>
  (await ask<{ data: StoreBody[] }>('GET', '/v1/stores')).body.data;

export async function storeOf({ ask }: Account, id: string): Promise<StoreBody> {
  return (await ask<StoreBody>('GET', `/v1/stores/${id}`)).body;
}

/** Whose token works for a store, by the emulator's own book. */
export async function tokenOwner({ market }: Pick<Api, 'market'>, storeId: string): Promise<string | null> {
  const { shop } = market;
  const held = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId, state: 'current' });
  const world = (await market.control('GET', '/_/world')) as {
    grants: { sellerId: string; refreshTokens: string[]; retiredTokens?: string[] }[];
  };
  const token = held?.grantToken.reveal() ?? '';
  const grant = world.grants.find((one) => [...one.refreshTokens, ...(one.retiredTokens ?? [])].includes(token));
  return grant?.sellerId ?? null;
}
