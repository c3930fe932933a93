/** One store's whole life in the log: connected, probed by hand, told, repaired in the dialog, given another token. */
import { expect, test } from 'vitest';
import { TODAYS_RULES } from '../../server/src/core/weigh.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { replayStores } from '../../server/src/replay/stores.ts';
import { openRepair, sellerCentralOpened } from '../../server/src/stores/repair.ts';
import { anotherToken, closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { mailsAbout } from '../support/matrix.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const grant = ({ market }: Api, action: string) =>
  market.control('POST', `/_/grants/${sellerId(0)}/amzn1.sellerapps.app.x`, { action });

async function storyOf({ market }: Api, { id, accountId }: { id: string; accountId: string }) {
  const wish = { from: 0, to: Number.MAX_SAFE_INTEGER, checkEvidence: true };
  const [found] = await replayStores(market.shop.db.db, [{ id, accountId }], { rules: TODAYS_RULES, wish });
  if (!found) throw new Error('the store has no log');
  return found.story;
}

eachDatabase((_engine, open) => {
  test('is told again as it was, with every verdict proven by what it cites', { timeout: 60_000 }, async () => {
    const api = await openApi(await open(), { sellers: 3 });
    const { accountId } = api.person;
    await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: true });
    const { id } = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
    for (const n of [1, 2]) await api.ask<StoreBody>('POST', '/v1/stores', typedStore(n));
    const store = async () => (await api.ask<StoreBody>('GET', `/v1/stores/${id}`)).body;
    await watch(api.market, { minutes: 130 });
    await grant(api, 'disable');
    // By hand, sooner than the guard believes it: kept as evidence all the same.
    for (const pause of ['PT10S', 'PT10S', 'PT30S']) {
      await api.ask('POST', `/v1/stores/${id}/probe`);
      await api.market.advance(pause);
    }
    await watch(api.market, { minutes: 60 });
    expect(await store()).toMatchObject({ verdict: 'reconnect', cause: 'grant.revoked' });
    await openRepair(api.market.shop, { accountId, id, browser: 'the-dialog-s-browser' });
    await sellerCentralOpened(api.market.shop, { accountId, id });
    await watch(api.market, { minutes: 1 });
    expect(await store()).toMatchObject({ verdict: 'repairing' });
    await grant(api, 'enable');
    await watch(api.market, { minutes: 90 });
    expect(await store()).toMatchObject({ verdict: 'connected' });
    await grant(api, 'disable');
    await watch(api.market, { minutes: 120 });
    expect(await store()).toMatchObject({ verdict: 'reconnect' });
    await grant(api, 'enable');
    const token = await anotherToken(api, 0);
    await api.ask('PUT', `/v1/stores/${id}/credentials`, { credentials: { refresh_token: token } });
    await watch(api.market, { minutes: 90 });
    expect(await store()).toMatchObject({ verdict: 'connected' });

    const { told, spans, evidence, looks } = await storyOf(api, { id, accountId });
    expect(spans).toEqual([]);
    expect(told.map(({ kind, replayed }) => `${kind} ${replayed?.what}`)).toEqual([
      'same needs_reconnect',
      'same alarm_over',
      'same needs_reconnect',
      'same alarm_over',
    ]);
    expect(told.filter(({ recorded }) => recorded?.what === 'needs_reconnect').length).toBe(
      await mailsAbout(api.market, { storeId: id }),
    );
    expect(evidence).toEqual({ proven: looks, unproven: [], otherRules: 0 });
  });

  test('a store that is limited from its first look on is told again as it was', { timeout: 60_000 }, async () => {
    const api = await openApi(await open(), { sellers: 3 });
    await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { roles: ['insights'] });
    const { id, verdict } = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
    expect(verdict).toBe('limited');
    await watch(api.market, { minutes: 200 });
    const { accountId } = api.person;
    const { told, spans, evidence, looks } = await storyOf(api, { id, accountId });
    expect({ told, spans, evidence }).toEqual({
      told: [],
      spans: [],
      evidence: { proven: looks, unproven: [], otherRules: 0 },
    });
    expect(looks).toBeGreaterThan(2);
  });
});
