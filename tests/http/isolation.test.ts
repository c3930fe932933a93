/** Every address that names something × the id of somebody else's: nothing is told, nothing is changed. */
import { afterEach, expect, test } from 'vitest';
import { hashToken } from '../../server/src/db/ids.ts';
import { keepMail } from '../../server/src/db/mailbox.ts';
import { appendEvent } from '../../server/src/db/events.ts';
import { appendObservations } from '../../server/src/db/observations.ts';
import { insertSession } from '../../server/src/db/sessions.ts';
import { insertStore, readStore } from '../../server/src/db/stores.ts';
import { aSession, aStore, anObservation } from '../../server/src/db/testing-rows.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { ROUTES } from '../../server/src/http/server.ts';
import type { App, Web } from '../../server/src/http/web.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { openWeb, SAME_ORIGIN, type Signed, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type Listed = { method: string; url: string };

/** The addresses as the server registers them: a new one is in the matrix without anybody remembering to add it. */
function registered(web: Web): Listed[] {
  const found: Listed[] = [];
  const recorder = { route: (one: Listed) => void found.push(one), addHook: () => undefined };
  for (const add of ROUTES) add(recorder as unknown as App, web);
  return found.filter(({ url }) => url.startsWith('/v1/') || url.startsWith('/app/'));
}

/** What only its owner may ever see. */
const PLANTED = 'Planted Name Of Another';

async function plant(database: TestDatabase, accountId: string) {
  const { db } = database;
  const special = { accountId, name: PLANTED, judgement: beginning('verifying', null) };
  const store = aStore({ ...special, version: 7 });
  await insertStore(db, store);
  const session = aSession({ accountId, storeId: store.id, tokenHash: hashToken('planted-token-of-another-account') });
  session.fields.name = PLANTED;
  await insertSession(db, session);
  const observation = anObservation({ message: PLANTED });
  await appendObservations(db, { accountId, storeId: store.id, observations: [observation] });
  await database.transaction((tx) =>
    appendEvent(tx, { accountId, storeId: store.id, type: 'store.connected', at: 1, version: 7, snapshot: {} }),
  );
  const mail = { id: 'ml_planted', accountId, storeId: store.id, at: 1, recipient: 'x@example.test' };
  await keepMail(db, { ...mail, subject: PLANTED, bodyText: PLANTED, bodyHtml: PLANTED });
  return { store, session };
}

/** Good bodies, so that a refusal is about the account and not about the form. */
const BODIES: Record<string, unknown> = {
  'PATCH /v1/stores/:id': { name: 'Taken over' },
  'PUT /v1/stores/:id/credentials': { credentials: { refresh_token: `Atzr|${'x'.repeat(300)}` } },
};

eachDatabase((_engine, open) => {
  async function twoAccounts() {
    const database = await open();
    const one = await openWeb(database);
    opened.push(one);
    const ada = await one.signUp('Ada');
    const bo = await one.signUp('Bo');
    const planted = await plant(database, bo.accountId);
    const key = await one.apiKey(ada.accountId);
    return { ...one, database, ada, bo, planted, key };
  }

  const ways = (ada: Signed, key: string) => [
    { cookie: ada.cookie, ...SAME_ORIGIN },
    { authorization: `Bearer ${key}` },
  ];

  test('an id of another account opens nothing, whichever way one asks', async () => {
    const { app, web, database, ada, planted, key } = await twoAccounts();
    const before = await readStore(database.db, { id: planted.store.id });
    const named = registered(web).filter(({ url }) => url.includes(':id'));
    expect(named.length).toBeGreaterThan(12);
    for (const { method, url } of named) {
      for (const id of [planted.store.id, planted.session.id, 'ml_planted']) {
        for (const headers of ways(ada, key)) {
          const payload = BODIES[`${method} ${url}`];
          const answer = await app.inject({
            method: method as 'GET',
            url: url.replace(':id', id),
            headers,
            ...(payload === undefined ? {} : { payload: payload as object }),
          });
          expect([method, url, id, answer.statusCode]).toEqual([method, url, id, expect.toSatisfy(isRefusal)]);
          expect(answer.body).not.toContain(PLANTED);
        }
      }
    }
    expect(await readStore(database.db, { id: planted.store.id })).toEqual(before);
  });

  test('lists show nothing of another account', async () => {
    const { app, web, ada, planted, key } = await twoAccounts();
    const lists = registered(web).filter(({ method, url }) => method === 'GET' && !url.includes(':id'));
    for (const { url } of lists.filter(({ url: address }) => address !== '/app/live')) {
      for (const headers of ways(ada, key)) {
        const answer = await app.inject({ url, headers });
        expect([url, answer.statusCode]).toEqual([url, expect.toSatisfy((s: number) => s === 200 || isRefusal(s))]);
        expect(answer.body).not.toContain(PLANTED);
        expect(answer.body).not.toContain(planted.store.id);
      }
    }
    const events = await app.inject({ url: `/v1/events?store=${planted.store.id}`, headers: ways(ada, key)[1] ?? {} });
    expect(events.json()).toMatchObject({ data: [] });
  });

  test('a session of another account is neither repaired nor continued by its id', async () => {
    const { app, ada, planted } = await twoAccounts();
    const headers = { cookie: ada.cookie, ...SAME_ORIGIN };
    const repair = { method: 'POST', url: '/v1/connect_sessions', payload: { store_id: planted.store.id } } as const;
    expect((await app.inject({ ...repair, headers })).statusCode).toBe(404);
    const on = await app.inject({ method: 'POST', url: `/connect/${planted.session.id}/continue`, headers });
    expect(on.statusCode).toBe(404);
    expect(on.body).not.toContain(PLANTED);
  });

  test('the owner sees what was planted, so the matrix above can fail', async () => {
    const { app, bo, planted } = await twoAccounts();
    const headers = { cookie: bo.cookie };
    for (const url of [`/v1/stores/${planted.store.id}`, `/v1/connect_sessions/${planted.session.id}`, '/v1/stores']) {
      const answer = await app.inject({ url, headers });
      expect([url, answer.statusCode]).toEqual([url, 200]);
      expect(answer.body).toContain(PLANTED);
    }
  });

  test('without a sign-in nothing is open but invitations, whose id is the secret, and how the marketplaces answer', async () => {
    const { app, web, planted } = await twoAccounts();
    for (const { method, url } of registered(web)) {
      const open_ = ['/app/invitations/:id', '/app/offer', '/v1/openapi.json', '/v1/status'];
      if (open_.includes(url) && method === 'GET') continue;
      const payload = BODIES[`${method} ${url}`];
      const answer = await app.inject({
        method: method as 'GET',
        url: url.replace(':id', planted.store.id),
        headers: SAME_ORIGIN,
        ...(payload === undefined ? {} : { payload: payload as object }),
      });
      expect([method, url, answer.statusCode]).toEqual([method, url, expect.toSatisfy((s) => s === 401 || s === 422)]);
    }
  });
});

function isRefusal(status: number): boolean {
  return [401, 403, 404].includes(status);
}
