/** A store handed over to its owner: one link, one store, one purpose; whoever sent it sees each step. */
import { expect, test } from 'vitest';
import { hashToken } from '../../server/src/db/ids.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import type { HandOffBody, MadeHandOff } from '../../server/src/http/contract/hand-off.ts';
import type { StoreBody } from '../../server/src/http/contract/store.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { untilAtRest } from '../support/consent.ts';
import { handOver, ownerOf, pathOf, type Owner } from '../support/owner.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

closeAfterEach();

const APP = 'amzn1.sellerapps.app.x';

eachDatabase((_engine, open) => {
  /** Three stores of three sellers; the first one's permission is switched off at Amazon, and the watch has seen it. */
  async function broken() {
    const api = await openApi(await open(), { sellers: 3 });
    const ids: string[] = [];
    for (const n of [0, 1, 2]) ids.push((await api.ask<StoreBody>('POST', '/v1/stores', typedStore(n))).body.id);
    await api.market.control('POST', `/_/grants/${sellerId(0)}/${APP}`, { action: 'disable' });
    const [storeId = ''] = ids;
    await watch(api.market, { minutes: 80, enough: (l) => l.storeId === storeId && l.verdict === 'reconnect' });
    return { ...api, storeId, others: ids.slice(1) };
  }

  async function handedOver(body?: object) {
    const api = await broken();
    const made = await handOver(api, api.storeId, body);
    expect(made.status).toBe(201);
    return { ...api, made: made.body, path: pathOf(made.body.url), owner: ownerOf(api) };
  }

  async function newest(api: Api, storeId: string): Promise<HandOffBody> {
    const { body } = await api.ask<{ data: HandOffBody[] }>('GET', `/v1/stores/${storeId}/hand_offs`);
    const [first] = body.data;
    if (!first) throw new Error('the store has no link');
    return first;
  }

  const kinds = (handOff: HandOffBody) => handOff.steps.map(({ kind }) => kind);

  const tokenCalls = async (api: Api) =>
    (await api.market.callsSince()).filter(({ operation }) => operation === 'token').length;

  /** The owner goes to Amazon and comes back. */
  async function goThere(owner: Owner, path: string, act?: Parameters<Owner['atAmazon']>[1]) {
    const left = await owner.press(path, 'continue');
    expect(left.status).toBe(303);
    const arrival = await owner.atAmazon(left.location ?? '', act);
    const back = await owner.look(arrival);
    expect([back.status, back.location]).toEqual([303, path]);
    return arrival;
  }

  /** What the owner confirmed has been checked to the end. */
  async function checked(api: Api & { storeId: string }) {
    const query = api.market.shop.db.db.selectFrom('hand_off').select('session_id').where('used_at', 'is', null);
    const rows = await query.where('session_id', 'is not', null).execute();
    for (const { session_id: id } of rows) await untilAtRest(api.market, id ?? '', api.person.accountId);
  }

  test('a link in the language of the site, for a week, with its picture and its message, told once', async () => {
    const { made, storeId, ...api } = await handedOver({ name: 'Jonas Weber' });
    expect(made).toMatchObject({ state: 'made', language: 'de', name: 'Jonas Weber', made_by: null, opened_count: 0 });
    expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:4280\/hand-off\/[\w-]{43}$/);
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(7 * 86_400_000);
    expect(made.qr_svg).toMatch(/^<svg .*<rect fill="white"/);
    expect(made.message.subject).toBe('Eine Freigabe bei Amazon für Store 0');
    expect(made.message.text).toContain('Guten Tag Jonas Weber,');
    for (const part of [made.url, made.check_code, '„primary user“']) expect(made.message.text).toContain(part);

    // Afterwards the address is nowhere: not in the list, not in the database.
    const listed = await newest(api, storeId);
    expect(listed).toEqual({ ...listed, id: made.id, state: 'made' });
    expect(JSON.stringify(listed)).not.toContain(pathOf(made.url));
    const rows = await api.market.shop.db.db.selectFrom('hand_off').selectAll().execute();
    const token = made.url.slice(-43);
    expect(rows.map((row) => row.token_hash)).toEqual([hashToken(token)]);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(api.web.log()).not.toContain(token);
  });

  test('scanners and previews open it first, and the owner still succeeds; the sender sees each step', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    const scanner = ownerOf(api);
    for (let n = 0; n < 3; n += 1) expect((await scanner.look(path)).status).toBe(200);
    await api.web.app.inject({ method: 'HEAD', url: path });
    expect(await newest(api, storeId)).toMatchObject({ state: 'made', opened_count: 0, last_opened_at: null });

    // A GET binds nobody: no cookie is set by it.
    const page = await owner.look(path);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.body).toContain('lang="de"');
    expect(page.body).toContain('An welchem Computer');
    await owner.press(path, 'opened');
    expect(await newest(api, storeId)).toMatchObject({ state: 'opened', opened_count: 1 });

    await goThere(owner, path);
    await checked({ ...api, storeId });
    const done = await newest(api, storeId);
    expect(done.state).toBe('green');
    expect(kinds(done)).toEqual(['opened', 'left', 'back', 'checking', 'green']);
    expect(done.steps.map(({ at }) => at)).toEqual(done.steps.map(({ at }) => at).toSorted());
    expect((await api.ask<StoreBody>('GET', `/v1/stores/${storeId}`)).body.verdict).toBe('connected');
    expect((await owner.look(path)).body).toContain('Fertig. Store 0 ist verbunden.');
  });

  test('used up, it opens nothing any more, not after the store broke again either', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    await goThere(owner, path);
    await checked({ ...api, storeId });
    await api.market.control('POST', `/_/grants/${sellerId(0)}/${APP}`, { action: 'disable' });
    await watch(api.market, { minutes: 80, enough: (l) => l.storeId === storeId && l.verdict === 'reconnect' });
    await tokenCalls(api);
    const again = await owner.press(path, 'continue');
    expect([again.status, again.location]).toEqual([303, path]);
    expect((await owner.look(path)).body).toContain('der Link gilt nicht mehr');
    expect(await tokenCalls(api)).toBe(0);
  });

  test('revoked while the owner is at Amazon: the way back makes no token call, and the page says whom to ask', async () => {
    const { owner, path, storeId, made, ...api } = await handedOver();
    const left = await owner.press(path, 'continue');
    const arrival = await owner.atAmazon(left.location ?? '');
    expect((await api.ask('DELETE', `/v1/stores/${storeId}/hand_offs/${made.id}`)).status).toBe(204);
    expect((await api.ask('DELETE', `/v1/stores/${storeId}/hand_offs/${made.id}`)).status).toBe(204);
    await tokenCalls(api);
    const back = await owner.look(arrival);
    expect([back.status, back.location]).toEqual([303, `${path}?notice=again`]);
    const page = await owner.look(path);
    expect(page.status).toBe(410);
    expect(page.body).toContain('Dieser Link gilt nicht mehr');
    expect(page.body).toContain('Fragen Sie Ada');
    expect(await owner.press(path, 'continue')).toMatchObject({ status: 303, location: path });
    expect(await tokenCalls(api)).toBe(0);
    const ended = await newest(api, storeId);
    expect([ended.state, kinds(ended)]).toEqual(['revoked', ['opened', 'left', 'revoked']]);
  });

  test('its time runs out', async () => {
    const { owner, path, storeId, ...api } = await handedOver({ expires_in: 'P1D', language: 'en' });
    await api.market.advance('P1D');
    await tokenCalls(api);
    const page = await owner.look(path);
    expect(page.status).toBe(410);
    expect(page.body).toContain('Its time has run out.');
    expect(await owner.press(path, 'continue')).toMatchObject({ status: 303, location: path });
    await owner.press(path, 'opened');
    expect(await newest(api, storeId)).toMatchObject({ state: 'expired', opened_count: 0, steps: [] });
    expect(await tokenCalls(api)).toBe(0);
  });

  test('a tampered or unknown address is a plain page in the language of the browser, and opens nothing', async () => {
    const { owner, path, ...api } = await handedOver();
    await tokenCalls(api);
    const tampered = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [tampered, '/hand-off/x', '/hand-off/..%2f..', `${path}0`]) {
      const page = await owner.look(wrong, { 'accept-language': 'tlh, fr-CA;q=0.8' });
      expect([wrong, page.status]).toEqual([wrong, 404]);
      expect(page.body).toContain('Ce lien n’est pas connu ici');
    }
    expect(await owner.press(tampered, 'continue')).toMatchObject({ status: 303, location: tampered });
    expect(await tokenCalls(api)).toBe(0);
  });

  test('a second browser is told that another one is on the way, and may go on there instead', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    const first = await owner.press(path, 'continue');
    const computer = ownerOf(api);
    const told = await computer.press(path, 'continue', 'lang=en');
    expect(told.status).toBe(409);
    expect(told.body).toContain('Another browser is on the way already');

    // What the first browser brings back counts only there.
    const arrival = await owner.atAmazon(first.location ?? '');
    await tokenCalls(api);
    expect(await computer.look(arrival)).toMatchObject({ status: 303, location: '/connect/arrived/other_browser' });
    expect(await tokenCalls(api)).toBe(0);

    const here = await computer.press(path, 'continue', 'lang=en&here=1');
    expect(await computer.look(await computer.atAmazon(here.location ?? ''))).toMatchObject({ location: path });
    await checked({ ...api, storeId });
    expect(await newest(api, storeId)).toMatchObject({ state: 'green', language: 'en' });
    // The first one's answer came too late: it is led to the page, which says that all is done.
    expect(await owner.look(arrival)).toMatchObject({ status: 303, location: path });
  });

  test('declined, another store, not the owner, not come back: each is said to the sender and to the owner', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    await goThere(owner, path, { press: 'cancel' });
    expect((await owner.look(path)).body).toContain('Die Freigabe wurde bei Amazon abgelehnt.');
    expect((await newest(api, storeId)).state).toBe('refused');

    await tokenCalls(api);
    await goThere(owner, path, { n: 1 });
    const wrong = await owner.look(path);
    expect(wrong.body).toContain('Sie haben sich bei Amazon in einem anderen Shop angemeldet');
    for (const id of [sellerId(0), sellerId(1)]) expect(wrong.body).toContain(id);
    expect([(await newest(api, storeId)).state, await tokenCalls(api)]).toEqual(['wrong_store', 0]);

    expect(await owner.press(path, 'not-owner', 'lang=de')).toMatchObject({ location: `${path}?lang=de` });
    expect((await owner.look(path)).body).toContain('sieht jetzt, dass Sie nicht der Inhaber sind');
    expect((await newest(api, storeId)).state).toBe('not_owner');

    await owner.press(path, 'continue');
    expect((await newest(api, storeId)).state).toBe('left');
    await watch(api.market, { minutes: 20 });
    expect((await newest(api, storeId)).state).toBe('not_back');
    expect((await owner.look(path)).body).toContain('SPDC8143');
    expect(kinds(await newest(api, storeId))).toEqual([
      'opened',
      'left',
      'refused',
      'left',
      'wrong_store',
      'not_owner',
      'left',
      'not_back',
    ]);

    await goThere(owner, path);
    await checked({ ...api, storeId });
    expect((await newest(api, storeId)).state).toBe('green');
  });

  test('a new link ends the one before, and its trip; of two that are made at once one works', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    const left = await owner.press(path, 'continue');
    const arrival = await owner.atAmazon(left.location ?? '');
    await Promise.all([handOver(api, storeId), handOver(api, storeId)]);
    await tokenCalls(api);
    expect((await owner.look(arrival)).location).toBe(`${path}?notice=again`);
    expect((await owner.look(path)).status).toBe(410);
    expect(await tokenCalls(api)).toBe(0);
    const { body } = await api.ask<{ data: HandOffBody[] }>('GET', `/v1/stores/${storeId}/hand_offs`);
    expect(body.data.map(({ state }) => state).toSorted()).toEqual(['made', 'revoked', 'revoked']);
  });

  test('put right another way, or the store removed: the link ends with it', async () => {
    const { path, owner, storeId, others, ...api } = await handedOver();
    await api.market.control('PATCH', `/_/apps/${APP}`, { revivesOldToken: true });
    await api.market.control('POST', `/_/grants/${sellerId(0)}/${APP}`, { action: 'enable' });
    await watch(api.market, { minutes: 80, enough: (l) => l.storeId === storeId && l.verdict === 'connected' });
    expect((await newest(api, storeId)).state).toBe('green');
    expect((await owner.look(path)).body).toContain('Fertig.');

    // A store that works may be handed over too, to be renewed early; that it goes on working does not use the link up.
    const [other = ''] = others;
    const early = await handOver(api, other);
    expect(early.status).toBe(201);
    await watch(api.market, { minutes: 10 });
    expect((await newest(api, other)).state).toBe('made');
    expect((await api.ask('DELETE', `/v1/stores/${other}`)).status).toBe(204);
    expect((await owner.look(pathOf(early.body.url))).status).toBe(410);
  });

  test('the same request sent again gives the same link, and keeps it nowhere in the open', async () => {
    const { storeId, web, person, market } = await broken();
    const headers = { authorization: `Bearer ${await web.apiKey(person.accountId)}`, 'idempotency-key': 'once' };
    const send = () => web.app.inject({ method: 'POST', url: `/v1/stores/${storeId}/hand_offs`, headers });
    const [one, two] = [await send(), await send()];
    expect([one.statusCode, two.statusCode, two.headers['idempotent-replayed']]).toEqual([201, 201, 'true']);
    expect(two.json<MadeHandOff>()).toEqual(one.json<MadeHandOff>());
    const kept = await market.shop.db.db.selectFrom('idempotency').select('body').execute();
    expect(JSON.stringify(kept)).not.toContain(one.json<MadeHandOff>().url.slice(-43));
  });

  test('nobody is sent to Amazon where confirming would not help', async () => {
    const api = await openApi(await open());
    const { body: store } = await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0));
    await api.market.control('PATCH', `/_/sellers/${sellerId(0)}`, {
      sites: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'].map((marketplaceId) => ({ marketplaceId, participating: false })),
    });
    await watch(api.market, { minutes: 80, enough: (l) => l.verdict === 'store_blocked' });
    const refused = await handOver(api, store.id);
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'nothing-to-hand-off' }]);
  });

  test('of a store that is sold it works no more, and a new one is refused until the store is its account’s after all', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    expect((await api.ask('PATCH', `/v1/stores/${storeId}`, { absence: { kind: 'sold' } })).status).toBe(200);
    expect((await newest(api, storeId)).state).toBe('revoked');
    expect((await owner.look(path)).status).toBe(410);
    const refused = await handOver(api, storeId);
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'nothing-to-hand-off' }]);
    await api.ask('PATCH', `/v1/stores/${storeId}`, { absence: null });
    expect((await handOver(api, storeId)).status).toBe(201);
  });

  test('sold while the owner is at Amazon: the way back makes no token call, and the store stays sold', async () => {
    const { owner, path, storeId, ...api } = await handedOver();
    const left = await owner.press(path, 'continue');
    const arrival = await owner.atAmazon(left.location ?? '');
    await api.ask('PATCH', `/v1/stores/${storeId}`, { absence: { kind: 'sold' } });
    await tokenCalls(api);
    await owner.look(arrival);
    await watch(api.market, { minutes: 5 });
    expect(await tokenCalls(api)).toBe(0);
    const { body } = await api.ask<StoreBody>('GET', `/v1/stores/${storeId}`);
    expect(body).toMatchObject({ verdict: 'paused', absence: { kind: 'sold' } });
    expect(kinds(await newest(api, storeId))).toEqual(['opened', 'left', 'revoked']);
  });

  test('another account neither makes, sees nor revokes it, and what is typed wrong is named', async () => {
    const { storeId, web, made, ...api } = await handedOver();
    const bo = await web.signUp('Bo');
    const authorization = `Bearer ${await web.apiKey(bo.accountId)}`;
    const base = `/v1/stores/${storeId}/hand_offs`;
    for (const [method, url] of [
      ['GET', base],
      ['POST', base],
      ['DELETE', `${base}/${made.id}`],
    ] as const) {
      const answer = await web.app.inject({ method, url, headers: { authorization } });
      expect([method, answer.statusCode]).toEqual([method, 404]);
    }
    expect(await newest({ ...api, web }, storeId)).toMatchObject({ id: made.id, state: 'made' });
    const wrong = await handOver({ ...api, web }, storeId, { language: 'tlh', expires_in: 'P99D', name: '' });
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      { errors: [{ field: 'language' }, { field: 'expires_in' }, { field: 'name' }] },
    ]);
  });

  test('the first permission of a store that is being set up is given by its owner, too', async () => {
    const api = await openApi(await open(), { sellers: 1, ungranted: [0] });
    const begun = await api.ask<{ url: string }>('POST', '/v1/connect_sessions', {
      marketplace: 'amazon',
      site: 'amazon.de',
      name: 'Blue Bird',
    });
    const sender = ownerOf(api);
    await sender.press(pathOf(begun.body.url), 'continue');
    const { body } = await api.ask<{ data: StoreBody[] }>('GET', '/v1/stores');
    const storeId = body.data[0]?.id ?? '';
    const made = await handOver(api, storeId, { language: 'fr' });
    const path = pathOf(made.body.url);
    const owner = ownerOf(api);
    expect((await owner.look(path)).body).toContain('Pouvez-vous donner une autorisation pour Blue Bird');
    await goThere(owner, path);
    await checked({ ...api, storeId });
    expect((await api.ask<StoreBody>('GET', `/v1/stores/${storeId}`)).body).toMatchObject({
      verdict: 'connected',
      seller_id: sellerId(0),
    });
    expect((await newest(api, storeId)).state).toBe('green');
  });
});
