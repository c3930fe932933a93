/** Many callers who ask about one store at once: one look, paid once, and none after the store is deleted. */
import { describe, expect, test } from 'vitest';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

async function connected({ ask }: Api): Promise<string> {
  const { body } = await ask<{ id: string }>('POST', '/v1/stores', typedStore(0));
  return body.id;
}

async function tokenCalls({ market }: Api): Promise<number> {
  const calls = await market.callsSince();
  return calls.filter(({ operation, sellerId: seller }) => operation === 'token' && seller === sellerId(0)).length;
}

/** Our app's token and the store's come after a while, so that the others ask while one looks. */
function slowToken({ market }: Api, ms: number): Promise<unknown> {
  return market.control('POST', '/_/faults', { match: { operation: 'token' }, answer: { delayMs: ms }, times: 2 });
}

eachDatabase((_name, open) => {
  describe('one store asked by many', () => {
    test('answers 500 requests at once with one token call and takes one probe from the budget', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const id = await connected(api);
      await slowToken(api, 100);
      await api.market.callsSince();
      const url = `/v1/stores/${id}/probe`;
      const answers = await Promise.all(Array.from({ length: 500 }, () => api.ask('POST', url)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await tokenCalls(api)).toBe(1);
      const after = [];
      for (let n = 0; n < 14; n += 1) after.push((await api.ask('POST', url)).status);
      expect(after).toEqual([...Array<number>(13).fill(200), 429]);
    });

    test('answers the callers of another process with the same look and takes nothing from their budget', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const id = await connected(api);
      const who = { accountId: api.person.accountId, id };
      const other = api.market.sibling('process-2');
      await slowToken(api, 100);
      await api.market.callsSince();
      const callers = [api.web.shop, other].flatMap((shop) => Array.from({ length: 100 }, () => shop));
      const looks = await Promise.all(callers.map((shop) => probeNow(shop, who)));
      expect(await tokenCalls(api)).toBe(1);
      expect(new Set(looks.map(({ store }) => store.as_of)).size).toBe(1);
      let free = 0;
      for (const shop of [api.web.shop, other]) while (await probeNow(shop, who).then(Boolean, () => false)) free += 1;
      expect(free).toBe(14 + 14 - 1);
    });
  });

  describe('a store that is deleted while it is looked at', () => {
    test('gets no token call after its deletion', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const id = await connected(api);
      // The look waits at our own machine's question, before anything is asked about the store.
      const { connector } = api.web.shop;
      let deleted = (): void => undefined;
      const deletion = new Promise<void>((resolve) => (deleted = resolve));
      api.web.shop.connector = (marketplace) => ({
        ...connector(marketplace),
        askSelf: async (context) => {
          await deletion;
          return connector(marketplace).askSelf(context);
        },
      });
      await api.market.advance('PT2M');
      await api.market.callsSince();
      const probe = api.ask('POST', `/v1/stores/${id}/probe`);
      const answered = await api.ask('DELETE', `/v1/stores/${id}`);
      expect(answered.status).toBe(204);
      deleted();
      expect((await probe).status).toBeLessThan(500);
      expect(await tokenCalls(api)).toBe(0);
    });
  });
});
