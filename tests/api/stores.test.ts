/** `/v1/stores`: connected by hand, listed, read, changed, given new credentials, removed; as the contract says. */
import { describe, expect, test } from 'vitest';
import { describeSqlite } from '../../server/src/db/testing.ts';
import type { DiagnosisBody, StoreBody } from '../../server/src/http/contract/store.ts';
import { StoreBody as StoreShape } from '../../server/src/http/contract/store.ts';
import { anotherToken, closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { auditKinds, everyRowButAudit } from '../support/rows.ts';
import { watch } from '../support/watch.ts';
import { sellerId, tokenOf } from '../support/worlds.ts';

type Problem = { code: string; detail: string; diagnosis?: DiagnosisBody; store_id?: string };
type Page = { data: StoreBody[]; next_cursor: string | null };

closeAfterEach();

const grant = ({ market }: Api, action: string, n = 0) =>
  market.control('POST', `/_/grants/${sellerId(n)}/amzn1.sellerapps.app.x`, { action });
const incident = ({ market }: Api) => market.control('POST', '/_/faults', { answer: { kind: 'auth_incident' } });

describeSqlite((_engine, open) => {
  describe('POST /v1/stores', () => {
    test('201: the connected store, where it is, and nothing wrong with it', async () => {
      const { ask } = await openApi(await open());
      const { status, headers, body } = await ask<StoreBody>('POST', '/v1/stores', typedStore(0));
      expect([status, headers['location']]).toEqual([201, `/v1/stores/${body.id}`]);
      expect(StoreShape.strict().safeParse(body).error).toBeUndefined();
      expect(body).toMatchObject({
        verdict: 'connected',
        pending: false,
        cause: null,
        likely: [],
        owner: 'nobody',
        action: 'none',
        deadline: null,
        repair_url: null,
        confidence: null,
        evidence: [],
        excluded: [],
        notices: [],
        heals_in_place: true,
        seller_id: sellerId(0),
        credential_version: 1,
      });
      expect((await ask('GET', `/v1/stores/${body.id}`)).body).toEqual(body);
    });

    test('a site of another region: 201, and the corrected region stands in notices', async () => {
      const { ask } = await openApi(await open());
      const { status, body } = await ask<StoreBody>('POST', '/v1/stores', { ...typedStore(0), site: 'amazon.com' });
      expect(status).toBe(201);
      expect(body).toMatchObject({ verdict: 'connected', cause: null, region: 'eu' });
      expect(body.notices).toEqual([{ cause: 'cred.wrong_region', text: expect.stringContaining('another region') }]);
    });

    test('422 with the diagnosis, and not one row more than before', async () => {
      const database = await open();
      const api = await openApi(database);
      await grant(api, 'disable');
      await api.ask('GET', '/v1/stores');
      const before = await everyRowButAudit(database);
      const { status, body } = await api.ask<Problem>('POST', '/v1/stores', typedStore(0));
      expect([status, body.code]).toEqual([422, 'connection-failed']);
      expect(body.diagnosis).toMatchObject({
        cause: 'grant.revoked',
        owner: 'seller',
        likely: [
          { cause: 'grant.revoked', reason: expect.any(String) },
          { cause: 'grant.expired', reason: expect.any(String) },
        ],
        text: { locale: 'en', sentence: expect.any(String), means: expect.any(String), next: expect.any(String) },
      });
      const { cohort: _weather, ...rows } = await everyRowButAudit(database);
      const { cohort: _before, ...expected } = before;
      expect(rows).toEqual(expected);
      expect((await auditKinds(database)).at(-1)).toBe('credentials.entered');
      expect((await api.ask<Page>('GET', '/v1/stores')).body.data).toEqual([]);
    });

    test('202 while the weather forbids a judgement; the store connects by itself afterwards', async () => {
      const api = await openApi(await open());
      await incident(api);
      const { status, headers, body } = await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0));
      expect([status, headers['location']]).toEqual([202, `/v1/stores/${body.id}`]);
      expect(body).toMatchObject({ verdict: 'verifying', pending: false, cause: null, owner: 'nobody' });
      await api.market.control('DELETE', '/_/faults');
      await watch(api.market, { minutes: 15 });
      expect((await api.ask('GET', `/v1/stores/${body.id}`)).body).toMatchObject({ verdict: 'connected' });
    });

    test.each([
      ['with its seller ID', { seller_id: sellerId(0) }],
      ['by its token alone', {}],
    ])('a seller who is connected already, %s: 409, and not one row more', async (_how, credentials) => {
      const database = await open();
      const { ask } = await openApi(database);
      await ask('POST', '/v1/stores', typedStore(0));
      const { cohort: _weather, ...before } = await everyRowButAudit(database);
      const { status, body } = await ask<Problem>('POST', '/v1/stores', typedStore(0, credentials));
      expect([status, body.code]).toEqual([409, 'already-connected']);
      const { cohort: _after, ...rows } = await everyRowButAudit(database);
      expect(rows).toEqual(before);
    });
  });

  describe('GET, PATCH and DELETE /v1/stores', () => {
    async function three() {
      const api = await openApi(await open(), { sellers: 3 });
      const ids: string[] = [];
      for (const n of [0, 1, 2]) ids.push((await api.ask<StoreBody>('POST', '/v1/stores', typedStore(n))).body.id);
      await grant(api, 'disable');
      await watch(api.market, { minutes: 75 });
      return { ...api, ids };
    }

    test('lists are filtered by pending and verdict, and paged by a cursor', async () => {
      const { ask, ids } = await three();
      const listed = async (query: string) => (await ask<Page>('GET', `/v1/stores${query}`)).body;
      const idsOf = (page: Page) => page.data.map((store) => store.id);
      expect(idsOf(await listed('?pending=true'))).toEqual([ids[0]]);
      expect(idsOf(await listed('?pending=false'))).toEqual([ids[1], ids[2]]);
      expect(idsOf(await listed('?verdict=reconnect'))).toEqual([ids[0]]);
      expect(idsOf(await listed('?verdict=held'))).toEqual([]);
      const first = await listed('?limit=2');
      expect(idsOf(first)).toEqual([ids[0], ids[1]]);
      const second = await listed(`?limit=2&cursor=${first.next_cursor}`);
      expect([idsOf(second), second.next_cursor]).toEqual([[ids[2]], null]);
    });

    test('a store to reconnect says who, what, since when, on which evidence, and where', async () => {
      const { ask, ids, market } = await three();
      const { body } = await ask<StoreBody>('GET', `/v1/stores/${ids[0]}`);
      expect(body).toMatchObject({
        verdict: 'reconnect',
        pending: true,
        cause: 'grant.revoked',
        owner: 'seller',
        action: 'enable',
        heals_in_place: true,
        confidence: 'low',
        repair_url: `http://127.0.0.1:4280/stores/${ids[0]}?repair=1`,
      });
      expect(body.excluded.map((one) => one.cause)).toEqual(['own.network', 'app.secret_expired', 'mkt.auth_incident']);
      expect(Date.parse(body.as_of ?? '')).toBeGreaterThan(Date.parse(body.since));
      expect(Date.parse(body.as_of ?? '')).toBeLessThanOrEqual(market.shop.now());
      const seen = await ask<{ data: { id: string }[] }>('GET', `/v1/stores/${ids[0]}/observations`);
      expect(seen.body.data.map((one) => one.id)).toEqual(expect.arrayContaining(body.evidence));
      expect(body.evidence.length).toBeGreaterThanOrEqual(3);
    });

    test('PATCH changes what a person calls it, and pausing stops the watch', async () => {
      const { ask, ids, market } = await three();
      const patched = await ask<StoreBody>('PATCH', `/v1/stores/${ids[1]}`, { name: 'Blue Bird', currency: null });
      expect(patched).toMatchObject({ status: 200, body: { name: 'Blue Bird', currency: null, verdict: 'connected' } });
      const paused = await ask<StoreBody>('PATCH', `/v1/stores/${ids[1]}`, { paused: true });
      expect(paused.body).toMatchObject({ verdict: 'paused', next_look_at: null, owner: 'nobody' });
      await watch(market, { minutes: 180 });
      expect((await ask<StoreBody>('GET', `/v1/stores/${ids[1]}`)).body.as_of).toBe(paused.body.as_of);
      await ask('PATCH', `/v1/stores/${ids[1]}`, { paused: false });
      await watch(market, { minutes: 5 });
      expect((await ask<StoreBody>('GET', `/v1/stores/${ids[1]}`)).body.verdict).toBe('connected');
    });

    test('DELETE forgets the credentials at once, and the store is in no list', async () => {
      const { ask, ids, market } = await three();
      expect((await ask('DELETE', `/v1/stores/${ids[0]}`)).status).toBe(204);
      expect((await ask('DELETE', `/v1/stores/${ids[0]}`)).status).toBe(404);
      const kept = await market.shop.db.db.selectFrom('credential').select('store_id').execute();
      expect(kept.map((row) => row.store_id).toSorted()).toEqual([ids[1], ids[2]].toSorted());
      const { data } = (await ask<Page>('GET', '/v1/stores')).body;
      expect(data.map((store) => store.id)).toEqual([ids[1], ids[2]]);
      await market.callsSince();
      await watch(market, { minutes: 120 });
      expect((await market.callsSince()).filter((call) => call.sellerId === sellerId(0))).toEqual([]);
    });
  });

  describe('PUT /v1/stores/{id}/credentials', () => {
    async function one() {
      const database = await open();
      const api = await openApi(database, { sellers: 2 });
      const { body } = await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0));
      return { ...api, database, id: body.id, url: `/v1/stores/${body.id}/credentials` };
    }
    const put = (refresh_token: string) => ({ credentials: { refresh_token } });

    test('200: the new pair is proven, and takes the place of the old one', async () => {
      const api = await one();
      const token = await anotherToken(api, 0);
      const { status, body } = await api.ask<StoreBody>('PUT', api.url, put(token));
      expect([status, body.verdict, body.credential_version]).toEqual([200, 'connected', 2]);
    });

    test.each<[string, (api: Api) => Promise<string>, string]>([
      ['a token that was never given out', () => Promise.resolve(`${tokenOf(0)}x`), 'cred.wrong_pair'],
      ['another seller’s token', () => Promise.resolve(tokenOf(1)), 'cred.wrong_pair'],
    ])('422 with diagnosis for %s; the old pair stays and works', async (_what, tokenFor, cause) => {
      const api = await one();
      const token = await tokenFor(api);
      const { cohort: _weather, ...before } = await everyRowButAudit(api.database);
      const { status, body } = await api.ask<Problem>('PUT', api.url, put(token));
      expect([status, body.code, body.diagnosis?.cause]).toEqual([422, 'connection-failed', cause]);
      const { cohort: _after, ...rows } = await everyRowButAudit(api.database);
      expect(rows).toEqual(before);
      expect((await auditKinds(api.database)).at(-1)).toBe('credentials.entered');
      const probed = await api.ask<{ store: StoreBody }>('POST', `/v1/stores/${api.id}/probe`);
      expect(probed.body.store).toMatchObject({ verdict: 'connected', credential_version: 1 });
    });

    test('of a store that was sold: it is watched again, and nobody is away any more; a holiday goes on', async () => {
      const api = await openApi(await open());
      const { id } = (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body;
      const give = async () =>
        (
          await api.ask<StoreBody>('PUT', `/v1/stores/${id}/credentials`, {
            credentials: { refresh_token: await anotherToken(api, 0) },
          })
        ).body;
      await api.ask('PATCH', `/v1/stores/${id}`, { absence: { kind: 'sold' } });
      const after = await give();
      expect(after).toMatchObject({ verdict: 'connected', absence: null, credential_version: 2 });
      expect(after.next_look_at).not.toBeNull();
      const holiday = { kind: 'holiday', until: '2026-12-14' };
      await api.ask('PATCH', `/v1/stores/${id}`, { absence: holiday });
      expect(await give()).toMatchObject({ absence: holiday, credential_version: 3 });
    });

    test('422 that says so while the weather forbids a judgement; the old pair stays', async () => {
      const api = await one();
      const token = await anotherToken(api, 0);
      await incident(api);
      await api.market.advance('PT2M');
      const { status, body } = await api.ask<Problem>('PUT', api.url, put(token));
      expect([status, body.diagnosis?.cause, body.diagnosis?.owner]).toEqual([422, 'mkt.auth_incident', 'marketplace']);
      expect(body.detail).toContain('The old one stays');
      expect((await api.ask<StoreBody>('GET', `/v1/stores/${api.id}`)).body.credential_version).toBe(1);
    });
  });
});
