/** A store leaves MWS for the Selling Partner API: the same row, its name and its history; nothing changes before the proof. */
import { afterEach, describe, expect, test } from 'vitest';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { readCredential } from '../../server/src/db/credentials.ts';
import { readStore } from '../../server/src/db/stores.ts';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import type { Problem, StoreBody } from '../../server/src/http/contract/store.ts';
import { finishDueSessions } from '../../server/src/stores/finish.ts';
import { consent, leave, openMws, refreshToken, sellerOf, settled, type MwsMarket, type Wish } from '../support/mws.ts';
import { theApp } from '../support/web.ts';

const opened: MwsMarket[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

async function market(database: TestDatabase, wish: Wish): Promise<MwsMarket> {
  const one = await openMws(database, wish);
  opened.push(one);
  return one;
}

const moving = (m: MwsMarket, { id }: StoreBody) =>
  m.api<Problem>('POST', '/v1/connect_sessions', { store_id: id, move_to: 'amazon' });

async function begin(m: MwsMarket, { id }: StoreBody): Promise<ConnectSession> {
  const order = { store_id: id, move_to: 'amazon' };
  const { status, body } = await m.api<ConnectSession>('POST', '/v1/connect_sessions', order);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const byHand = (m: MwsMarket, { id }: StoreBody, credentials: object) =>
  m.api<StoreBody & Problem>('PUT', `/v1/stores/${id}/credentials`, { marketplace: 'amazon', credentials });

eachDatabase((_engine, open) => {
  describe('by consent', () => {
    test('the store keeps its id, its name and its history, and is watched the new way from then on', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      expect(store).toMatchObject({ can_move: true, marketplace: 'amazon-mws' });
      const session = await consent(m, await begin(m, store), 0);
      expect(session).toMatchObject({ kind: 'move', marketplace: 'amazon', status: 'connected', store_id: store.id });
      await m.served();
      const after = await m.probe(store);
      expect(after).toMatchObject({
        id: store.id,
        name: store.name,
        marketplace: 'amazon',
        seller_id: sellerOf(0),
        verdict: 'connected',
        can_move: false,
        notices: [],
        created_at: store.created_at,
        credential_version: 2,
      });
      expect(Date.parse(after.authorized_at ?? '')).toBeGreaterThan(m.shop.now() - 60_000);
      expect((await m.served()).map(({ host }) => host).filter((host) => host.startsWith('mws'))).toEqual([]);
      expect(await m.events(store)).toEqual(['store.connected', 'store.moved']);
      const row = await readStore(m.shop.db.db, { id: store.id });
      expect(row).toMatchObject({ applicationId: theApp.applicationId, cohort: `amazon:${theApp.applicationId}:eu` });
    });

    test('the old token is forgotten: it can never be sent to the new place', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      await consent(m, await begin(m, store), 0);
      const sealed = { db: m.shop.db.db, vault: m.shop.vault };
      expect(await readCredential(sealed, { storeId: store.id, state: 'previous' })).toBeNull();
      const current = await readCredential(sealed, { storeId: store.id, state: 'current' });
      expect(current?.grantToken.reveal()).toMatch(/^Atzr\|/);
    });

    test('a link that was sent to its owner ends with the move: there is nothing left to confirm', async () => {
      const m = await market(await open(), { sellers: ['eu'], hybrid: true });
      const store = await m.connected(0);
      const links = `/v1/stores/${store.id}/hand_offs`;
      expect((await m.api('POST', links)).status).toBe(201);
      await consent(m, await begin(m, store), 0);
      expect((await m.api('GET', links)).body).toMatchObject({ data: [{ state: 'green' }] });
    });

    test('a store whose year had ended is repaired by the same step', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0, { credentials: { authorized_at: '2026-08-15T12:00:00Z' } });
      await m.atAmazon(0, 'expire');
      await m.advance('P266D');
      expect(await m.twice(store)).toMatchObject({ verdict: 'reconnect', can_move: true });
      await consent(m, await begin(m, store), 0);
      expect(await m.read(store)).toMatchObject({ marketplace: 'amazon', verdict: 'connected' });
      expect((await m.events(store)).slice(-2)).toEqual(['store.moved', 'store.repaired']);
    });

    test('the consent of another seller is the wrong store, and nothing changes', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'] });
      const store = await m.connected(0);
      const session = await consent(m, await begin(m, store), 1);
      expect(session).toMatchObject({ status: 'failed', wrong_store: { got_seller_id: sellerOf(1) } });
      expect(await m.probe(store)).toMatchObject({
        marketplace: 'amazon-mws',
        verdict: 'connected',
        credential_version: 1,
      });
    });

    test('whoever does not come back leaves a store that goes on as before', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      await leave(m, await begin(m, store));
      await m.advance('PT20M');
      await m.watch();
      expect(await m.probe(store)).toMatchObject({ marketplace: 'amazon-mws', verdict: 'connected' });
      expect(await m.events(store)).toEqual(['store.connected']);
    });

    test('while the new place is away nothing changes, and another process finishes the move once it answers', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      // The new place is away, so the proof cannot be had; the code was exchanged and its token is safe.
      const away = { match: { host: 'sellingpartnerapi-eu.amazon.com' }, answer: { kind: 'outage' } };
      const { id } = (await m.control('POST', '/_/faults', away)) as { id: string };
      const session = await begin(m, store);
      const trip = consent(m, session, 0).catch(() => null);
      await expect
        .poll(async () => (await m.api<ConnectSession>('GET', `/v1/connect_sessions/${session.id}`)).body.status)
        .toBe('verifying');
      expect(await m.read(store)).toMatchObject({ marketplace: 'amazon-mws', credential_version: 1 });
      await m.control('DELETE', `/_/faults/${id}`);
      const other = { ...m.shop, owner: 'another process', tokens: new Map() };
      for (let tries = 0; tries < 40 && (await m.read(store)).marketplace === 'amazon-mws'; tries += 1) {
        await m.advance('PT30S');
        await finishDueSessions(other, 10);
      }
      expect(await m.read(store)).toMatchObject({ marketplace: 'amazon', verdict: 'connected', credential_version: 2 });
      expect((await m.events(store)).filter((type) => type === 'store.moved')).toHaveLength(1);
      await trip;
    });

    test('a repair on the old way that comes back after the move does not undo it', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'], hybrid: true });
      const store = await m.connected(0);
      const repair = (await m.api<ConnectSession>('POST', '/v1/connect_sessions', { store_id: store.id })).body;
      const { location, cookie } = await leave(m, repair);
      await consent(m, await begin(m, store), 0);
      const back = new URLSearchParams({
        state: new URL(location).searchParams.get('state') ?? '',
        selling_partner_id: sellerOf(0),
        mws_auth_token: (await m.atAmazon(0, 'renew')) ?? '',
        spapi_oauth_code: 'ANUnusedCode',
      });
      await m.app.inject({ url: `/connect/amazon/callback?${back}`, headers: { cookie } });
      expect((await settled(m, repair)).status).toBe('failed');
      expect(await m.probe(store)).toMatchObject({
        marketplace: 'amazon',
        verdict: 'connected',
        credential_version: 2,
      });
    });
  });

  describe('by hand', () => {
    test('a refresh token of the same seller moves the store', async () => {
      const m = await market(await open(), { sellers: ['eu'], allowed: [0] });
      const store = await m.connected(0);
      const { status, body } = await byHand(m, store, { refresh_token: refreshToken(0), seller_id: sellerOf(0) });
      expect(status, JSON.stringify(body)).toBe(200);
      expect(body).toMatchObject({ id: store.id, marketplace: 'amazon', verdict: 'connected', can_move: false });
      expect(await m.events(store)).toEqual(['store.connected', 'store.moved']);
    });

    test('a refresh token that is refused leaves the store where it was', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      const { status, body } = await byHand(m, store, { refresh_token: refreshToken(0) });
      expect([status, body.diagnosis?.cause]).toEqual([422, 'cred.wrong_pair']);
      expect(await m.probe(store)).toMatchObject({
        marketplace: 'amazon-mws',
        verdict: 'connected',
        credential_version: 1,
      });
    });

    test('a refresh token of another seller is found out, though it works, and nothing changes', async () => {
      const m = await market(await open(), { sellers: ['eu', 'eu'], allowed: [1] });
      const store = await m.connected(0);
      for (const claim of [{}, { seller_id: sellerOf(0) }]) {
        const { status, body } = await byHand(m, store, { refresh_token: refreshToken(1), ...claim });
        expect([status, body.diagnosis?.cause]).toEqual([422, 'cred.wrong_pair']);
      }
      expect(await m.probe(store)).toMatchObject({ marketplace: 'amazon-mws', credential_version: 1 });
    });

    test('an MWS token is not what the new place takes, and that is said at its field', async () => {
      const m = await market(await open(), { sellers: ['eu'] });
      const store = await m.connected(0);
      const { status, body } = await byHand(m, store, { mws_auth_token: 'amzn.mws.x', refresh_token: refreshToken(0) });
      expect([status, body.errors?.[0]?.field]).toEqual([422, 'credentials.mws_auth_token']);
    });
  });

  describe('what cannot be moved', () => {
    test('the same seller is connected the new way already: both ways on are named', async () => {
      const m = await market(await open(), { sellers: ['eu'], allowed: [0] });
      const store = await m.connected(0);
      const newer = { marketplace: 'amazon', site: 'amazon.de', name: 'The newer one' };
      const twin = await m.api<StoreBody>('POST', '/v1/stores', {
        ...newer,
        credentials: { refresh_token: refreshToken(0), seller_id: sellerOf(0) },
      });
      expect(twin.status).toBe(201);
      for (const answer of [await moving(m, store), await byHand(m, store, { refresh_token: refreshToken(0) })]) {
        expect(answer.status).toBe(409);
        expect(answer.body).toMatchObject({ code: 'already-connected', store_id: twin.body.id });
        expect(answer.body.detail).toContain('remove "Store 0" here, and "The newer one" goes on alone');
        expect(answer.body.detail).toContain('remove "The newer one" first and then move "Store 0"');
      }
      expect(await m.probe(store)).toMatchObject({ marketplace: 'amazon-mws', verdict: 'connected' });
      await m.api('DELETE', `/v1/stores/${twin.body.id}`);
      expect((await moving(m, store)).status).toBe(201);
    });

    test('a store that is there already, one that is paused, one of another account', async () => {
      const m = await market(await open(), { sellers: ['eu'], allowed: [0] });
      const store = await m.connected(0);
      await m.app.inject({
        method: 'PATCH',
        url: `/v1/stores/${store.id}`,
        headers: { authorization: `Bearer ${await m.apiKey(m.who.accountId)}` },
        payload: { paused: true },
      });
      const paused = await moving(m, store);
      expect([paused.status, paused.body.detail]).toEqual([403, '"Store 0" is paused. Resume it first, then move it.']);
      const stranger = await m.signUp('Eve');
      const foreign = await m.app.inject({
        method: 'POST',
        url: '/v1/connect_sessions',
        headers: { authorization: `Bearer ${await m.apiKey(stranger.accountId)}` },
        payload: { store_id: store.id, move_to: 'amazon' },
      });
      expect(foreign.statusCode).toBe(404);
    });
  });
});
