/** A store that cannot be checked, whatever the reason, does not stay connected: after two checks the operator knows. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../server/src/core/secret.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { endFaults } from '../../server/src/stores/app-over.ts';
import { tellOfIncidents } from '../../server/src/stores/app-incidents.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { watch } from '../support/watch.ts';

closeAfterEach();

/** Makes checks of the store impossible and gives the way back. */
type Fault = { what: string; cause: string; begin: (api: Api, id: string) => Promise<() => Promise<unknown>> };

const FAULTS: Fault[] = [
  {
    what: 'its sealed credential is damaged',
    cause: 'own.credential',
    begin: (api, id) => reseal(api, id, (sealed) => `${sealed.slice(0, -6)}AAAAAA`),
  },
  {
    what: 'its credential was sealed with a key that is not here',
    cause: 'own.credential',
    begin: (api, id) => reseal(api, id, (sealed) => sealed.replace(/^v1\.[^.]+/, 'v1.k_gone')),
  },
  {
    what: 'its credential was moved to it from another row',
    cause: 'own.credential',
    begin: async (api, id) => {
      const { body } = await api.ask<{ id: string }>('POST', '/v1/stores', typedStore(1));
      const { sealed } = await credentialOf(api, body.id);
      await api.ask('DELETE', `/v1/stores/${body.id}`);
      return reseal(api, id, () => sealed);
    },
  },
  {
    what: 'its credential is gone',
    cause: 'own.credential',
    begin: async (api, id) => {
      const row = await credentialOf(api, id);
      const { db } = api.market.shop.db;
      await db.deleteFrom('credential').where('store_id', '=', id).execute();
      return () => db.insertInto('credential').values(row).execute();
    },
  },
  { what: 'its app is missing in the configuration', cause: 'own.check', begin: withShop({ apps: () => [] }) },
  {
    what: 'the program fails while it asks',
    cause: 'own.check',
    begin: async (api) => {
      const { shop } = api.market;
      const { connector } = shop;
      shop.connector = (marketplace) => ({
        ...connector(marketplace),
        ask: () => Promise.reject(new TypeError('secret-of-the-program')),
      });
      return async () => void (shop.connector = connector);
    },
  },
  {
    what: 'its marketplace is not known to the program',
    cause: 'own.check',
    begin: async (api) => {
      const { shop } = api.market;
      const { connector } = shop;
      shop.connector = () => undefined as never;
      return async () => void (shop.connector = connector);
    },
  },
];

function withShop(changes: Partial<Shop>): Fault['begin'] {
  return async ({ market: { shop } }) => {
    const before = { ...shop };
    Object.assign(shop, changes);
    return async () => Object.assign(shop, before);
  };
}

function credentialOf({ market }: Api, id: string) {
  const query = market.shop.db.db.selectFrom('credential').selectAll().where('store_id', '=', id);
  return query.executeTakeFirstOrThrow();
}

async function reseal(api: Api, id: string, change: (sealed: string) => string): Promise<() => Promise<unknown>> {
  const { sealed } = await credentialOf(api, id);
  const { db } = api.market.shop.db;
  const put = (value: string) =>
    db.updateTable('credential').set({ sealed: value }).where('store_id', '=', id).execute();
  await put(change(sealed));
  return () => put(sealed);
}

async function rowOf({ market }: Api, id: string) {
  const { db } = market.shop.db;
  return db.selectFrom('store').select(['verdict', 'cause', 'next_at']).where('id', '=', id).executeTakeFirstOrThrow();
}

async function operatorMails({ market: { shop } }: Api): Promise<string[]> {
  await endFaults(shop);
  await tellOfIncidents(shop);
  const query = shop.db.db.selectFrom('outbox').select('payload').where('kind', '=', 'operator_email');
  const rows = await query.orderBy('created_at').execute();
  return rows.map(({ payload }) => {
    const { topic, cause } = JSON.parse(payload) as { topic: string; cause: string };
    return `${topic} ${cause}`;
  });
}

function sellerMails({ market: { shop } }: Api) {
  const query = shop.db.db.selectFrom('outbox').select('topic').where('kind', '=', 'email');
  return query.where('topic', '<>', 'reminder').execute();
}

eachDatabase((_name, open) => {
  describe('a store of which nothing can be seen', () => {
    test.each(FAULTS)('is an operator problem after two checks when $what', async ({ cause, begin }) => {
      const api = await openApi(await open(), { sellers: 2, world: { throttle: false } });
      api.market.shop.log = { ...api.market.shop.log, error: () => undefined };
      const { body } = await api.ask<{ id: string }>('POST', '/v1/stores', typedStore(0));
      const { id } = body;
      const repair = await begin(api, id);
      const looks = await watch(api.market, { minutes: 70 });
      expect(looks.length).toBeGreaterThanOrEqual(2);
      expect(await rowOf(api, id)).toMatchObject({ verdict: 'operator_problem', cause });
      expect(await sellerMails(api)).toEqual([]);
      await repair();
      expect(await operatorMails(api)).toEqual([`operator ${cause}`]);
      const [logged] = await api.market.shop.db.db
        .selectFrom('observation')
        .select('body')
        .where('body', 'like', '%local_error%')
        .execute();
      expect(logged?.body ?? '').not.toContain('secret-of-the-program');
      await watch(api.market, { minutes: 20 });
      expect(await rowOf(api, id)).toMatchObject({ verdict: 'connected', cause: null });
      expect(await operatorMails(api)).toEqual([`operator ${cause}`, `operator_over ${cause}`]);
      expect(await sellerMails(api)).toEqual([]);
    });

    test('is looked at once more, and nobody is told, when one check alone could not be made', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      api.market.shop.log = { ...api.market.shop.log, error: () => undefined };
      const { body } = await api.ask<{ id: string }>('POST', '/v1/stores', typedStore(0));
      const repair = await reseal(api, body.id, () => new Secret('nothing').reveal());
      await watch(api.market, { minutes: 70, enough: () => true });
      expect(await rowOf(api, body.id)).toMatchObject({ verdict: 'checking', cause: null });
      await repair();
      await watch(api.market, { minutes: 5 });
      expect(await rowOf(api, body.id)).toMatchObject({ verdict: 'connected' });
      expect(await operatorMails(api)).toEqual([]);
    });

    test('is an operator problem when its checks end with their process again and again', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const { shop } = api.market;
      shop.log = { ...shop.log, error: () => undefined };
      const { body } = await api.ask<{ id: string }>('POST', '/v1/stores', typedStore(0));
      for (let n = 0; n < 2; n += 1) {
        await shop.db.db.updateTable('store').set({ attempt: 20, next_at: shop.now() }).execute();
        await watch(api.market, { minutes: 1, enough: () => true });
        await api.market.advance('PT2M');
      }
      expect(await rowOf(api, body.id)).toMatchObject({ verdict: 'operator_problem', cause: 'own.check' });
    });
  });
});
