/** A seller ID in an address or a form is a claim. Only data that the marketplace gave for the token proves it. */
import { describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import {
  anotherAccount,
  claiming,
  connectBy,
  namedAgain,
  nameless,
  ownAccount,
  storeOf,
  storesOf,
  tokenOwner,
} from '../support/accounts.ts';
import { closeAfterEach, openApi, typedStore } from '../support/api.ts';
import { untilAtRest } from '../support/consent.ts';
import { aLink, browserAt, confirmAs, leaveBy, sessionOf } from '../support/trips.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const [VICTIM, ATTACKER] = [0, 1] as const;

async function world(database: TestDatabase) {
  const api = await openApi(database, { sellers: 2, world: { throttle: false } });
  return { api, victim: ownAccount(api), attacker: await anotherAccount(api, 'Mallory') };
}

eachDatabase((_engine, open) => {
  describe('a first connect', () => {
    test.each([
      ['itself, and its data names it', { claim: ATTACKER, named: true }, [sellerId(ATTACKER), null]],
      ['itself, and its data names nobody', { claim: ATTACKER, named: false }, [null, sellerId(ATTACKER)]],
      ['a victim, and its data names nobody', { claim: VICTIM, named: false }, [null, sellerId(VICTIM)]],
    ])('by a seller who claims to be %s', async (_what, { claim, named }, bound) => {
      const { api, attacker } = await world(await open());
      if (!named) await nameless(api, ATTACKER);
      expect((await connectBy(attacker, { n: ATTACKER, claim })).status).toBe('connected');
      const [store] = await storesOf(attacker);
      expect([store?.seller_id, store?.claimed_seller_id]).toEqual(bound);
      expect(store?.notices.map(({ cause }) => cause)).toEqual(named ? [] : ['store.identity_unverified']);
    });

    test('by a seller who claims to be a victim is refused when its data names it', async () => {
      const { attacker } = await world(await open());
      const session = await connectBy(attacker, { n: ATTACKER, claim: VICTIM });
      expect([session.status, session.diagnosis?.cause]).toEqual(['failed', 'cred.wrong_pair']);
      const [store] = await storesOf(attacker);
      expect([store?.verdict, store?.seller_id]).toEqual(['setup', null]);
    });

    test.each([
      ['nobody', true],
      ['the seller', false],
    ])('by hand with a typed seller ID of a victim, when data names %s', async (_whom, unnamed) => {
      const { api, attacker } = await world(await open());
      if (unnamed) await nameless(api, ATTACKER);
      const typed = typedStore(ATTACKER, { seller_id: sellerId(VICTIM) });
      const answer = await attacker.ask<StoreBody>('POST', '/v1/stores', typed);
      expect(answer.status).toBe(unnamed ? 201 : 422);
      const stores = await storesOf(attacker);
      expect(stores.map((one) => [one.seller_id, one.claimed_seller_id])).toEqual(
        unnamed ? [[null, sellerId(VICTIM)]] : [],
      );
    });
  });

  describe('an unproven store', () => {
    test('is proven by the first probe that names the seller it is said to be', async () => {
      const { api, attacker } = await world(await open());
      const fault = await nameless(api, ATTACKER);
      await connectBy(attacker, { n: ATTACKER });
      const [before] = await storesOf(attacker);
      await namedAgain(api, fault);
      await attacker.ask('POST', `/v1/stores/${before?.id}/probe`);
      const after = await storeOf(attacker, before?.id ?? '');
      expect(after).toMatchObject({ seller_id: sellerId(ATTACKER), claimed_seller_id: null, notices: [] });
      expect(after.version).toBeGreaterThan(before?.version ?? 0);
    });

    test('is never bound to the seller whom a later probe names in place of the claimed one, and says so', async () => {
      const { api, attacker } = await world(await open());
      const fault = await nameless(api, ATTACKER);
      await connectBy(attacker, { n: ATTACKER, claim: VICTIM });
      const [before] = await storesOf(attacker);
      await namedAgain(api, fault);
      for (let n = 0; n < 3; n += 1) {
        await attacker.ask('POST', `/v1/stores/${before?.id}/probe`);
        await api.market.advance('PT2M');
      }
      expect(await storeOf(attacker, before?.id ?? '')).toMatchObject({
        verdict: 'reconnect',
        cause: 'cred.wrong_pair',
        seller_id: null,
        claimed_seller_id: sellerId(VICTIM),
      });
    });

    test('is not repaired by the consent of another seller than the claimed one', async () => {
      const { api, victim } = await world(await open());
      await nameless(api, VICTIM);
      await nameless(api, ATTACKER);
      await connectBy(victim, { n: VICTIM });
      const [store] = await storesOf(victim);
      const session = await connectBy(victim, { n: ATTACKER, storeId: store?.id ?? '' });
      expect([session.status, session.diagnosis?.cause]).toEqual(['failed', 'cred.wrong_store']);
      expect(await tokenOwner(api, store?.id ?? '')).toBe(sellerId(VICTIM));
    });

    test('stays a second store, and says so, when its seller turns out to be connected in the account', async () => {
      const { api, victim } = await world(await open());
      await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: true });
      const fault = await nameless(api, VICTIM);
      await connectBy(victim, { n: VICTIM });
      const [first] = await storesOf(victim);
      await namedAgain(api, fault);
      await connectBy(victim, { n: VICTIM });
      const second = (await storesOf(victim)).find(({ id }) => id !== first?.id);
      expect(second?.seller_id).toBe(sellerId(VICTIM));
      await victim.ask('POST', `/v1/stores/${first?.id}/probe`);
      const after = await storeOf(victim, first?.id ?? '');
      expect(after).toMatchObject({ verdict: 'connected', seller_id: null, claimed_seller_id: sellerId(VICTIM) });
      expect(after.notices.map(({ cause }) => cause)).toEqual(['store.duplicate']);
    });
  });

  describe('a proven store', () => {
    async function proven(database: TestDatabase) {
      const one = await world(database);
      const store = (await one.victim.ask<StoreBody>('POST', '/v1/stores', typedStore(VICTIM))).body;
      expect(store.seller_id).toBe(sellerId(VICTIM));
      return { ...one, store };
    }

    test.each([
      ['names nobody', true, 'cred.unproven'],
      ['names its own seller', false, 'cred.wrong_pair'],
    ])(
      'keeps its token when a link is used by a seller with a forged ID whose data %s',
      async (_what, unnamed, cause) => {
        const { api, victim, store } = await proven(await open());
        if (unnamed) await nameless(api, ATTACKER);
        const session = await connectBy(victim, { n: ATTACKER, claim: VICTIM, storeId: store.id });
        expect([session.status, session.diagnosis?.cause]).toEqual(['failed', cause]);
        expect(await tokenOwner(api, store.id)).toBe(sellerId(VICTIM));
        expect(await storeOf(victim, store.id)).toMatchObject({ verdict: 'connected', credential_version: 1 });
      },
    );

    test('is not reached by a first connect with its seller ID, in its own account and in another', async () => {
      const { api, victim, attacker, store } = await proven(await open());
      await nameless(api, ATTACKER);
      for (const account of [victim, attacker]) await connectBy(account, { n: ATTACKER, claim: VICTIM });
      expect(await tokenOwner(api, store.id)).toBe(sellerId(VICTIM));
      expect(await storeOf(victim, store.id)).toMatchObject({ verdict: 'connected', seller_id: sellerId(VICTIM) });
    });

    test('is not bound any more when a member replaces its token by one that names nobody', async () => {
      const { api, victim, store } = await proven(await open());
      await nameless(api, VICTIM);
      const member = browserAt(api, victim.cookie);
      const session = await connectBy(victim, { n: VICTIM, storeId: store.id, browser: member });
      expect(session.status).toBe('connected');
      expect(await storeOf(victim, store.id)).toMatchObject({ seller_id: null, claimed_seller_id: sellerId(VICTIM) });
    });
  });

  test('a callback without our state names a proven store to its own people, and an unproven one to nobody', async () => {
    const { api, victim, attacker } = await world(await open());
    await victim.ask('POST', '/v1/stores', { ...typedStore(VICTIM), name: 'Proven Goods' });
    await nameless(api, ATTACKER);
    const { id, path } = await aLink(attacker, { name: 'Claimed Goods' });
    const browser = browserAt(attacker);
    const back = await confirmAs(attacker, await leaveBy(browser, path), ATTACKER);
    await browser.get(claiming(back, VICTIM));
    await untilAtRest(api.market, id, attacker.accountId);
    expect((await sessionOf(attacker, id)).status).toBe('connected');

    const url = `/connect/amazon/callback?selling_partner_id=${sellerId(VICTIM)}&spapi_oauth_code=ANcode`;
    const said = async (cookie: string) => (await browserAt(api, cookie).follow(url)).body;
    expect(await said(victim.cookie)).toContain('Proven Goods');
    for (const cookie of ['', attacker.cookie]) expect(await said(cookie)).not.toMatch(/Proven Goods|Claimed Goods/);
  });
});
