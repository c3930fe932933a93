/** Who did what, from where: every route that changes something has its entry, and the entry names the actor. */
import { afterEach, describe, expect, test } from 'vitest';
import { AUDIT_KINDS, type AuditBody } from '../../server/src/core/audit.ts';
import { listAudit } from '../../server/src/db/audit.ts';
import { OPERATOR_ACCOUNT } from '../../server/src/db/outbox.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { eachDatabase, type OpenTest } from '../../server/src/db/testing.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { AUDIT_OF_ROUTES } from '../../server/src/http/audit-kinds.ts';
import { addOperator } from '../../server/src/people/operators.ts';
import { beginning } from '../../server/src/stores/open-store.ts';
import { openWeb, PASSWORD, SAME_ORIGIN, type Signed, type TestWeb } from '../support/web.ts';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

async function setScene(open: OpenTest) {
  const database = await open();
  const web = await openWeb(database);
  opened.push(web);
  const entries = (accountId: string): Promise<AuditBody[]> =>
    listAudit(database.db, { accountId, after: 0, limit: 1_000 });
  const kinds = async (accountId: string) => (await entries(accountId)).map(({ kind }) => kind);
  const ask = (
    who: Signed | null,
    route: `${'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
    payload: object = {},
  ) => {
    const [method, url] = route.split(' ') as ['POST' | 'PUT' | 'PATCH' | 'DELETE', string];
    return web.app.inject({
      method,
      url,
      headers: { ...SAME_ORIGIN, 'user-agent': BROWSER, ...(who ? { cookie: who.cookie } : {}) },
      payload,
    });
  };
  return { database, web, entries, kinds, ask };
}

/** Method and address of every route that changes something, from the tree that the server prints. */
function changingRoutes(printed: string): string[] {
  const path: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const [, indent, part = '', methods = ''] = /^(.*?)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (indent === undefined) return [];
    path.splice(indent.length / 4);
    path.push(part);
    return methods
      .split(', ')
      .filter((method) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
      .map((method) => `${method} ${path.join('')}`);
  });
}

eachDatabase((_name, open) => {
  test('every registered route that changes something names its entry or says why it has none', async () => {
    const { web } = await setScene(open);
    const routes = changingRoutes(web.app.printRoutes({ commonPrefix: false }));
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter((route) => !(route in AUDIT_OF_ROUTES))).toEqual([]);
    // Outside of the demo its routes and the mailbox are not registered.
    const absent = Object.keys(AUDIT_OF_ROUTES).filter((route) => !routes.includes(route));
    expect(absent.filter((route) => !/ \/app\/(demo|mailbox)\//.test(route))).toEqual([]);
    const named = Object.values(AUDIT_OF_ROUTES).filter((kind) => kind !== null);
    expect(named.filter((kind) => !AUDIT_KINDS.includes(kind))).toEqual([]);
  });

  describe('the entry names', () => {
    test('the person, the network, the browser, the store and the changed fields, and no value', async () => {
      const { database, web, entries, ask } = await setScene(open);
      const mira = await web.signUp('Mira');
      const store = aStore({ accountId: mira.accountId, judgement: beginning('verifying', null) });
      await insertStore(database.db, store);
      const answer = await ask(mira, `PATCH /v1/stores/${store.id}`, { name: 'A new name' });
      expect(answer.statusCode).toBe(200);
      const entry = (await entries(mira.accountId)).at(-1);
      expect(entry).toMatchObject({
        kind: 'store.changed',
        actor: { kind: 'person', id: mira.personId },
        origin: { ip: '127.0.0.0/24', agent: 'Firefox' },
        storeId: store.id,
        details: { fields: ['name'] },
      });
      expect(JSON.stringify(entry)).not.toContain('A new name');
    });

    test('the API key by its id', async () => {
      const { database, web, entries } = await setScene(open);
      const mira = await web.signUp('Mira');
      const key = await web.apiKey(mira.accountId);
      const store = aStore({ accountId: mira.accountId, judgement: beginning('verifying', null) });
      await insertStore(database.db, store);
      const headers = { authorization: `Bearer ${key}`, 'user-agent': 'curl/8.5.0' };
      const answer = await web.app.inject({ method: 'DELETE', url: `/v1/stores/${store.id}`, headers });
      expect(answer.statusCode).toBe(204);
      const found = await entries(mira.accountId);
      const made = found.find(({ kind }) => kind === 'api_key.created');
      const gone = found.find(({ kind }) => kind === 'store.deleted');
      expect(gone).toMatchObject({ actor: { kind: 'api_key', id: made?.details['key'] }, origin: { agent: 'curl' } });
      expect(JSON.stringify(found)).not.toContain(key);
    });
  });

  test('an effect that is refused leaves no entry', async () => {
    const { web, kinds, ask } = await setScene(open);
    const mira = await web.signUp('Mira');
    const before = await kinds(mira.accountId);
    expect((await ask(mira, 'DELETE /v1/stores/st_none')).statusCode).toBe(404);
    expect((await ask(mira, 'DELETE /app/api-keys/none')).statusCode).toBe(404);
    expect((await ask(mira, 'PUT /v1/message_settings', {})).statusCode).toBe(422);
    expect(await kinds(mira.accountId)).toEqual(before);
  });

  test('signing in, with a wrong password, and out are entries; an unknown address leaves none', async () => {
    const { web, entries, kinds, ask } = await setScene(open);
    const mira = await web.signUp('Mira');
    const signIn = (email: string, password: string) => ask(null, 'POST /api/auth/sign-in/email', { email, password });
    await signIn(mira.email, 'a wrong password of mine');
    await signIn('stranger@example.test', 'a wrong password of mine');
    await signIn(mira.email, PASSWORD);
    await ask(mira, 'POST /api/auth/sign-out');
    // A failed sign-in is written after its answer.
    await expect.poll(() => kinds(mira.accountId)).toContain('sign_in.failed');
    const found = (await entries(mira.accountId)).filter(({ kind }) => kind.startsWith('sign_in.'));
    expect(found.map(({ kind, actor }) => `${kind} by ${actor.kind}`)).toEqual(
      expect.arrayContaining(['sign_in.failed by visitor', 'sign_in.succeeded by person', 'sign_in.ended by person']),
    );
    expect(found.filter(({ kind }) => kind === 'sign_in.failed')).toHaveLength(1);
    expect(JSON.stringify(found)).not.toContain(mira.email);
  });

  test('keys, invitations, settings, operators: each of them is in the right chain', async () => {
    const { web, kinds, entries, ask } = await setScene(open);
    const mira = await web.signUp('Mira');
    const key = await ask(mira, 'POST /app/api-keys', { name: 'import' });
    await ask(mira, `DELETE /app/api-keys/${key.json<{ id: string }>().id}`);
    expect((await ask(mira, 'POST /app/people', { email: 'roe@example.test', role: 'member' })).statusCode).toBe(201);
    expect((await ask(mira, 'POST /app/calendar')).statusCode).toBeLessThan(300);
    await addOperator(web.people, mira.personId);
    expect(await kinds(mira.accountId)).toEqual(
      expect.arrayContaining(['api_key.created', 'api_key.deleted', 'invitation.created', 'calendar.created']),
    );
    expect((await entries(OPERATOR_ACCOUNT)).at(-1)).toMatchObject({
      kind: 'operator.added',
      details: { person: mira.personId },
    });
  });
});
