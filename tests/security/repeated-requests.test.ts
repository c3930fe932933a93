/** The process dies under a request with an Idempotency-Key: the client sends it again and gets one effect and its answer. */
import { hostname } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { announceProcess } from '../../server/src/db/processes.ts';
import { eachDatabase, type OpenTest, type TestDatabase } from '../../server/src/db/testing.ts';
import type { Connector } from '../../server/src/connectors/connector.ts';
import { everyRow } from '../support/rows.ts';
import { openMarket, type Market } from '../support/market.ts';
import { NOW } from '../support/matrix.ts';
import { typedStore } from '../support/api.ts';
import { openWeb, PUBLIC_URL, type TestWeb } from '../support/web.ts';
import { fleet } from '../support/worlds.ts';

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** No process of this machine has such a number. */
const DEAD = `${hostname()}:4194303:dead`;
const ALIVE = `${hostname()}:${process.pid}:next`;

async function market(database: TestDatabase): Promise<Market> {
  const one = await openMarket({ database, world: fleet({ now: NOW, sellers: [{ region: 'eu' }, { region: 'eu' }] }) });
  opened.push({ close: () => one.stop() });
  return one;
}

async function serve(database: TestDatabase, place: Market, owner: string): Promise<TestWeb> {
  // Of each process its own tokens in memory.
  const one = await openWeb(database, { market: { ...place, shop: place.sibling(owner) } });
  opened.push(one);
  return one;
}

/** A process that is killed before anything else is written: what it still wants to do never happens. */
function killedBeforeKeeping({ web }: TestWeb): void {
  const never = () => new Promise<never>(() => undefined);
  const { idempotency } = web.doors;
  const { keep } = idempotency;
  Object.assign(idempotency, {
    keep: (tx: never, kept: never) => (tx === null ? never() : keep(tx, kept)),
    abandon: never,
  });
}

function askedOnce(one: TestWeb, key: string, call: { url: string; payload?: object }) {
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'import-1' };
  return one.app.inject({ method: 'POST', ...call, headers });
}

const SESSION = {
  url: '/v1/connect_sessions',
  payload: { marketplace: 'amazon', site: 'amazon.de', name: 'Blue Bird' },
};

eachDatabase((_engine, open: OpenTest) => {
  test('keeps the answer with its effect: killed right after the commit, the repeat gets the same answer at once', async () => {
    const database = await open();
    const place = await market(database);
    const first = await serve(database, place, DEAD);
    const { accountId } = await first.signUp('Ada');
    const key = await first.apiKey(accountId);
    killedBeforeKeeping(first);
    for (const call of [SESSION, { url: '/v1/stores', payload: typedStore(0) }]) {
      const answered = await askedOnce(first, key, call);
      const next = await serve(database, place, ALIVE);
      const repeated = await askedOnce(next, key, call);
      expect([call.url, repeated.statusCode, repeated.headers.location]).toEqual([
        call.url,
        201,
        answered.headers.location,
      ]);
      expect(repeated.json()).toEqual(answered.json());
      expect(repeated.headers['idempotent-replayed']).toBe('true');
      await database.db.deleteFrom('idempotency').execute();
    }
    expect(await database.db.selectFrom('connect_session').select('id').execute()).toHaveLength(1);
    expect(await database.db.selectFrom('store').select('id').execute()).toHaveLength(1);
  });

  test('goes on with the store that the killed process had begun, and never calls it connected already', async () => {
    const database = await open();
    const place = await market(database);
    const first = await serve(database, place, DEAD);
    const { accountId } = await first.signUp('Ada');
    const key = await first.apiKey(accountId);
    const connector = first.shop.connector('amazon');
    const silent = new Proxy<Connector>(connector, {
      get: (target, name) =>
        name === 'ask' || name === 'askSelf' ? () => new Promise(() => undefined) : Reflect.get(target, name),
    });
    first.shop.connector = () => silent;
    void askedOnce(first, key, { url: '/v1/stores', payload: typedStore(0) });
    await expect
      .poll(() => database.db.selectFrom('store').select('phase').execute())
      .toEqual([{ phase: 'verifying' }]);

    const next = await serve(database, place, ALIVE);
    const repeated = await askedOnce(next, key, { url: '/v1/stores', payload: typedStore(0) });
    expect([repeated.statusCode, repeated.json()]).toEqual([201, expect.objectContaining({ verdict: 'connected' })]);
    expect(repeated.headers.location).toBe(`/v1/stores/${repeated.json<{ id: string }>().id}`);
    const stores = await database.db.selectFrom('store').select(['id', 'phase']).execute();
    expect(stores).toEqual([{ id: repeated.json<{ id: string }>().id, phase: 'live' }]);
    const third = await askedOnce(next, key, { url: '/v1/stores', payload: typedStore(0) });
    expect([third.statusCode, third.json()]).toEqual([201, repeated.json()]);
  });

  test('takes nothing over from a process that runs', async () => {
    const database = await open();
    if (database.dialect === 'sqlite') return;
    const place = await market(database);
    const first = await serve(database, place, `another-machine:7:runs`);
    const { accountId } = await first.signUp('Ada');
    await announceProcess(database.db, { id: first.shop.owner, role: 'api', keyIds: [], rereads: false });
    const { idempotency } = first.web.doors;
    const request = { accountId, key: 'k', fingerprint: 'f' };
    expect(await idempotency.begin(request)).toEqual({ kind: 'begun', resumes: null });
    const next = await serve(database, place, ALIVE);
    expect(await next.web.doors.idempotency.begin(request)).toEqual({ kind: 'running' });
    await database.db.deleteFrom('process').execute();
    expect(await next.web.doors.idempotency.begin(request)).toEqual({ kind: 'begun', resumes: null });
  });

  test('keeps no link, token or name of an answer in clear', async () => {
    const database = await open();
    const place = await market(database);
    const one = await serve(database, place, ALIVE);
    const { accountId } = await one.signUp('Ada');
    const key = await one.apiKey(accountId);
    const { url } = (await askedOnce(one, key, SESSION)).json<{ url: string }>();
    const token = url.slice(`${PUBLIC_URL}/connect/s/`.length);
    expect(token.length).toBeGreaterThan(20);
    const rows = (await everyRow(database))['idempotency'] ?? [];
    expect(rows).toHaveLength(1);
    for (const secret of [token, Buffer.from(token).toString('base64'), 'Blue Bird', '/connect/s/'])
      expect(rows.join('')).not.toContain(secret);
  });
});
