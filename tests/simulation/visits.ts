/** What a seller does on our side: by the verbs behind the pages, as one browser that may lose the server under it. */
import { Fault } from '../../server/src/core/fault.ts';
import { arriveAtCallback } from '../../server/src/stores/arrive.ts';
import { arriveAtLogin } from '../../server/src/stores/login-arrival.ts';
import { connectByHand, replaceCredentials } from '../../server/src/stores/by-hand.ts';
import { leaveForMarketplace, openSession } from '../../server/src/stores/connect.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { removeStore } from '../../server/src/stores/remove.ts';
import { lookNow, openRepair, sellerCentralOpened } from '../../server/src/stores/repair.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import type { Machine } from './machine.ts';
import type { SellerCentral, Query } from './market-people.ts';
import type { Server } from './server.ts';
import { APP_ID, type Citizen } from './town.ts';

/** A browser gives up on a page after this long. */
const PATIENCE_MS = 60_000;

/** `gone`: no answer came, or nobody was there to ask. */
export type Outcome<T> = { kind: 'done'; value: T } | { kind: 'refused'; code: string } | { kind: 'gone' };

export type Ask = <T>(verb: (shop: Shop) => Promise<T>) => Promise<Outcome<T>>;

type Asking = { machine: Machine; pick: () => Server | null; wrong: (what: string) => void };

export function createAsk({ machine, pick, wrong }: Asking): Ask {
  return <T>(verb: (shop: Shop) => Promise<T>) => {
    const server = pick();
    if (!server) return Promise.resolve<Outcome<T>>({ kind: 'gone' });
    return new Promise<Outcome<T>>((resolve) => {
      machine.after(PATIENCE_MS, () => resolve({ kind: 'gone' }));
      machine.start(server.life, () => {
        verb(server.shop).then(
          (value) => resolve({ kind: 'done', value }),
          (error: unknown) => {
            if (!(error instanceof Fault))
              wrong(`a verb failed: ${error instanceof Error ? error.stack : String(error)}`);
            resolve({ kind: 'refused', code: error instanceof Fault ? error.code : 'unknown' });
          },
        );
      });
    });
  };
}

export type Visits = ReturnType<typeof createVisits>;

type Ways = { ask: Ask; sellerCentral: SellerCentral };

export function createVisits({ ask, sellerCentral }: Ways) {
  /** The dialog or the wizard; the session that is open in it, or null. */
  async function begin(citizen: Citizen, storeId: string | null): Promise<string | null> {
    const { accountId, browser, site, name } = citizen;
    const begun = await ask(async (shop) => {
      if (storeId !== null) return (await openRepair(shop, { accountId, id: storeId, browser })).session.id;
      const fields = { marketplace: 'amazon' as const, site, name };
      return (await openSession(shop, { accountId, browser, fields })).session.id;
    });
    return begun.kind === 'done' ? begun.value : null;
  }

  /** *Continue*: the address of the consent page, or null where we let nobody go. */
  async function leave({ accountId, browser }: Citizen, sessionId: string): Promise<string | null> {
    const left = await ask((shop) => leaveForMarketplace(shop, { accountId, sessionId, browser }));
    return left.kind === 'done' ? left.value.location : null;
  }

  const comeBack = ({ browser, accountId }: Citizen, query: Query) =>
    ask((shop) => arriveAtCallback(shop, { query, browser, accountIds: [accountId] }));

  return {
    begin,
    leave,
    comeBack,
    /** The whole way, with nothing in between. `confirmer` signs in at the marketplace. */
    async consent(citizen: Citizen, storeId: string | null, confirmer = citizen): Promise<Query | null> {
      const sessionId = await begin(citizen, storeId);
      const address = sessionId && (await leave(citizen, sessionId));
      const query = address ? sellerCentral.confirm(confirmer, address) : null;
      if (query) await comeBack(citizen, query);
      return query;
    },
    /** *Re-authorize* in Manage Your Apps: in at our Login URI and back. */
    async reauthorize(citizen: Citizen): Promise<void> {
      const query = {
        amazon_callback_uri: `https://amazon.com/apps/authorize/confirm/${APP_ID}`,
        amazon_state: 'of-the-marketplace',
        selling_partner_id: citizen.sellerId,
      };
      const met = await ask((shop) => arriveAtLogin(shop, { query, browser: citizen.browser }));
      if (met.kind !== 'done' || met.value.kind !== 'redirect') return;
      const back = sellerCentral.confirm(citizen, met.value.location);
      if (back) await comeBack(citizen, back);
    },
    async enable(citizen: Citizen): Promise<void> {
      const query = sellerCentral.enable(citizen);
      if (query) await comeBack(citizen, query);
    },
    typeToken: ({ accountId, site, name }: Citizen, storeId: string | null, token: string) =>
      ask<unknown>((shop) => {
        const credentials = { refresh_token: token };
        if (storeId !== null) return replaceCredentials(shop, { accountId, id: storeId, credentials });
        return connectByHand(shop, { accountId, body: { marketplace: 'amazon', site, name, credentials } });
      }),
    remove: ({ accountId }: Citizen, id: string) => ask<unknown>((shop) => removeStore(shop, { accountId, id })),
    openDialog: ({ accountId, browser }: Citizen, id: string) =>
      ask<unknown>((shop) => openRepair(shop, { accountId, id, browser })),
    openSellerCentral: ({ accountId }: Citizen, id: string) =>
      ask<unknown>((shop) => sellerCentralOpened(shop, { accountId, id })),
    lookNow: ({ accountId }: Citizen, id: string) => ask<unknown>((shop) => lookNow(shop, { accountId, id })),
    probe: ({ accountId }: Citizen, id: string) => ask<unknown>((shop) => probeNow(shop, { accountId, id })),
  };
}
