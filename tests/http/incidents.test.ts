/** Incidents and cohorts for the operator, and the public page of how the marketplaces answer, on both databases. */
import { afterEach, expect, test } from 'vitest';
import { openIncident } from '../../server/src/db/incidents.ts';
import { holdStore } from '../../server/src/db/held.ts';
import { noteControl } from '../../server/src/db/cohorts.ts';
import { insertStore } from '../../server/src/db/stores.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { CohortList, IncidentList, StatusBody } from '../../server/src/http/contract/incident.ts';
import { addOperator } from '../../server/src/people/operators.ts';
import { openWeb, SAME_ORIGIN, theApp, type TestWeb } from '../support/web.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const NOON = Date.parse('2026-11-23T12:00:00Z');
const COHORT = `amazon:${theApp.applicationId}:na`;
/** What a stranger might call a store, and an operator an app. */
const HOSTILE = '<script>alert("Stolen Name")</script>';
const HOSTILE_APP = '<b>Secret App</b>';

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type Method = 'GET' | 'POST';

async function scene(database: TestDatabase, { stores = 3 }: { stores?: number } = {}) {
  const clock = { now: NOON };
  const web = await openWeb(database, { now: () => clock.now, apps: [{ ...theApp, name: HOSTILE_APP }] });
  opened.push(web);
  const { app, people, signUp } = web;
  const [mira, olga] = [await signUp('Mira'), await signUp('Olga')];
  await addOperator(people, olga.email);
  const rows = Array.from({ length: stores }, (_, n) =>
    aStore({ accountId: mira.accountId, name: `${HOSTILE} ${n}`, cohort: COHORT, lastLookAt: NOON - MINUTE }),
  );
  for (const row of rows) await insertStore(database.db, row);
  await noteControl(database.db, { cohort: COHORT, at: NOON - MINUTE, ok: true, via: 'store', answer: 'ok' });
  const asking = (cookie: string | null) => async (method: Method, url: string, payload?: Record<string, unknown>) => {
    const headers = { ...SAME_ORIGIN, ...(cookie === null ? {} : { cookie }) };
    return app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  };
  return {
    ...web,
    clock,
    mira,
    rows,
    database,
    asMira: asking(mira.cookie),
    asOperator: asking(olga.cookie),
    asNobody: asking(null),
  };
}

const DOORS = [
  ['GET', '/app/operator/cohorts', undefined],
  ['GET', '/app/operator/incidents', undefined],
  ['POST', '/app/operator/incidents', { cohort: COHORT, note: 'seen' }],
  ['POST', '/app/operator/incidents/close', { cohort: COHORT }],
] as const;

eachDatabase((_engine, open) => {
  test('only an operator may look at cohorts and incidents, or open and close one', async () => {
    const { asMira, asNobody, app, apiKey, mira, asOperator } = await scene(await open());
    const key = await apiKey(mira.accountId);
    for (const [method, url, payload] of DOORS) {
      const seller = await asMira(method, url, payload);
      expect([url, seller.statusCode, seller.json<{ code: string }>().code]).toEqual([url, 403, 'not-allowed']);
      expect((await asNobody(method, url, payload)).statusCode).toBe(401);
      const headers = { authorization: `Bearer ${key}` };
      const byKey = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
      expect([url, byKey.statusCode]).toEqual([url, 401]);
    }
    const { data } = IncidentList.parse((await asOperator('GET', '/app/operator/incidents')).json());
    expect(data).toEqual([]);
  });

  test('a page of somebody else cannot make an operator open an incident', async () => {
    const { app, signUp, people } = await scene(await open());
    const olga = await signUp('Oskar');
    await addOperator(people, olga.email);
    const answer = await app.inject({
      method: 'POST',
      url: '/app/operator/incidents',
      headers: { cookie: olga.cookie, 'sec-fetch-site': 'cross-site' },
      payload: { cohort: COHORT, note: 'seen' },
    });
    expect(answer.statusCode).toBe(403);
  });

  test('the operator sees every cohort with its share, its control and what is held', async () => {
    const { asOperator, database, rows, mira } = await scene(await open(), { stores: 25 });
    const opening = { active: 25, failing: 20, baseline: 0.02, p: 1e-20 };
    const incident = { cohort: COHORT, cause: 'mkt.auth_incident' as const, at: NOON, evidence: ['ob_1'], opening };
    const { row } = await openIncident(database.db, incident);
    const storeId = rows[0]?.id ?? '';
    await holdStore(database.db, { incidentId: row.id, accountId: mira.accountId, storeId, at: NOON });
    const { as_of, data } = CohortList.parse((await asOperator('GET', '/app/operator/cohorts')).json());
    expect(as_of).toBe(new Date(NOON).toISOString());
    expect(data).toMatchObject([
      {
        cohort: COHORT,
        place: 'Amazon North America',
        app_name: HOSTILE_APP,
        stores: 25,
        active: 25,
        thin: false,
        control: { ok: true, via: 'store' },
        held: 1,
        incident: { id: row.id, text: { title: 'Amazon refuses all calls in North America' } },
      },
    ]);
  });

  test('an operator opens an incident with a note that everybody reads, and closes it again', async () => {
    const { asOperator, asNobody, clock } = await scene(await open());
    const note = `Amazon says so itself ${HOSTILE}`;
    const made = await asOperator('POST', '/app/operator/incidents', { cohort: COHORT, note });
    expect(made.statusCode).toBe(201);
    const { id } = made.json<{ id: string }>();
    const list = async () => IncidentList.parse((await asOperator('GET', '/app/operator/incidents')).json()).data;
    expect(await list()).toMatchObject([{ id, opened_by: 'operator', note, closed_at: null }]);
    const status = StatusBody.parse((await asNobody('GET', '/v1/status')).json());
    expect(status.places).toMatchObject([{ state: 'trouble', incidents: [{ to: null, note }] }]);
    const page = (await asNobody('GET', '/status')).body;
    expect(page).toContain('Trouble at Amazon North America');
    expect(page).toContain('Amazon says so itself &lt;script&gt;');
    expect(page).not.toContain('<script');

    clock.now += 10 * MINUTE;
    const closed = await asOperator('POST', '/app/operator/incidents/close', { cohort: COHORT, note: 'Over' });
    expect([closed.statusCode, closed.json()]).toEqual([200, { id }]);
    expect(await list()).toMatchObject([{ id, closed_by: 'operator', note: 'Over' }]);
    const after = (await asNobody('GET', '/status')).body;
    expect(after).toContain('Every marketplace answers');
    expect(after).toContain('(10 min)');
  });

  test('what cannot be opened or closed is refused by name, and nothing is opened', async () => {
    const { asOperator, database } = await scene(await open());
    const refused = async (url: string, payload: Record<string, unknown>) => {
      const answer = await asOperator('POST', url, payload);
      const { code, errors = [] } = answer.json<{ code: string; errors?: { field: string; code: string }[] }>();
      return [answer.statusCode, code, ...errors.map((one) => `${one.field} ${one.code}`)];
    };
    const at = '/app/operator/incidents';
    expect(await refused(at, {})).toEqual([422, 'invalid-fields', 'cohort missing', 'note missing']);
    expect(await refused(at, { cohort: COHORT, note: '  ' })).toEqual([422, 'invalid-fields', 'note too_short']);
    expect(await refused(at, { cohort: COHORT, note: 'x'.repeat(501) })).toEqual([
      422,
      'invalid-fields',
      'note too_long',
    ]);
    expect(await refused(at, { cohort: 'amazon:elsewhere:na', note: 'x' })).toEqual([
      422,
      'invalid-fields',
      'cohort unknown',
    ]);
    expect(await refused(at, { cohort: COHORT, note: 'x', cause: 'y' })).toEqual([
      422,
      'invalid-fields',
      'cause unknown_field',
    ]);
    expect(await refused(`${at}/close`, { cohort: COHORT })).toEqual([404, 'not-found']);
    expect(await refused(`${at}/close`, { cohort: 'amazon:elsewhere:na' })).toEqual([404, 'not-found']);
    const cohorts = await database.db.selectFrom('cohort').select('cohort').execute();
    expect(cohorts).toEqual([{ cohort: COHORT }]);
    expect((await asOperator('GET', `${at}?limit=0`)).statusCode).toBe(422);
    expect(IncidentList.parse((await asOperator('GET', at)).json()).data).toEqual([]);
  });

  test('the status page is for everybody, and names no store, no account, no app and no number of stores', async () => {
    const { asNobody, asOperator, rows, mira, database } = await scene(await open(), { stores: 37 });
    const opening = { active: 37, failing: 31, baseline: 0.02, p: 1e-20 };
    const incident = { cohort: COHORT, cause: 'mkt.auth_incident' as const, at: NOON, evidence: ['ob_77'], opening };
    const { row } = await openIncident(database.db, incident);
    const storeId = rows[0]?.id ?? '';
    await holdStore(database.db, { incidentId: row.id, accountId: mira.accountId, storeId, at: NOON });
    expect(CohortList.parse((await asOperator('GET', '/app/operator/cohorts')).json()).data).toMatchObject([
      { stores: 37, held: 1 },
    ]);
    const known = [theApp.applicationId, theApp.clientId, 'Secret App', 'Stolen Name', row.id, 'ob_77', '37', '31'];
    const sellers = rows.flatMap(({ id, sellerId, email }) => [id, sellerId ?? id, email ?? id]);
    for (const url of ['/v1/status', '/status', '/status/amazon/na']) {
      const answer = await asNobody('GET', url);
      expect([url, answer.statusCode, answer.headers['cache-control']]).toEqual([url, 200, 'public, max-age=5']);
      expect(answer.body).toContain('Amazon refuses all calls');
      expect(answer.headers['set-cookie']).toBeUndefined();
      const told = [...known, ...sellers, mira.accountId, mira.email, 'Mira'].filter((one) =>
        answer.body.includes(one),
      );
      expect([url, told]).toEqual([url, []]);
    }
  });

  test('a page of the status runs no script, takes no form, and may be listed', async () => {
    const { asNobody, app } = await scene(await open());
    const page = await asNobody('GET', '/status');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).toContain("form-action 'none'");
    expect(page.body).not.toContain('noindex');
    expect(page.body).not.toMatch(/ style=|http-equiv/);
    for (const style of ['/connect/style.css', '/status/style.css']) {
      expect(page.body).toContain(`href="${style}"`);
      const css = await app.inject({ url: style });
      expect([css.statusCode, css.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    }
    const nowhere = await asNobody('GET', '/status/amazon/fe');
    expect([nowhere.statusCode, nowhere.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(nowhere.body).toContain('Nothing is watched there.');
    expect((await asNobody('GET', '/status/%3Cscript%3E/na')).body).not.toContain('<script');
  });

  test('however many ask within five seconds, the database is asked once, and then anew', async () => {
    const { asNobody, clock } = await scene(await open());
    const asOf = async () => StatusBody.parse((await asNobody('GET', '/v1/status')).json()).as_of;
    const first = await asOf();
    clock.now += 4_000;
    expect(await asOf()).toBe(first);
    clock.now += 1_000;
    expect(await asOf()).toBe(new Date(NOON + 5_000).toISOString());
  });

  test('each day with an incident is named beside the strip, and a place that nobody asks is not said to answer', async () => {
    const { asNobody, clock, asOperator } = await scene(await open());
    await asOperator('POST', '/app/operator/incidents', { cohort: COHORT, note: 'Long night' });
    clock.now += 13 * 60 * MINUTE;
    await asOperator('POST', '/app/operator/incidents/close', { cohort: COHORT });
    clock.now += DAY;
    const { body } = await asNobody('GET', '/status/amazon/na');
    expect(body).toContain('An incident on 2 of the last 90 days: 24 Nov 2026 (1 h); 23 Nov 2026 (12 h).');
    expect(body.match(/<i class="trouble"/g)).toHaveLength(2);
    expect(body.match(/<i/g)).toHaveLength(90);
    expect(body).toContain('From 23 Nov, 12:00 to 24 Nov, 01:00 UTC (13 h)');
    expect(body).toContain('<strong>Not known</strong>');
    expect(body).not.toContain('<strong>Answers</strong>');
  });

  test('programs find the status among what the API offers, and that it needs no key', async () => {
    const { asNobody } = await scene(await open());
    const { paths } = (await asNobody('GET', '/v1/openapi.json')).json<{ paths: Record<string, { get?: unknown }> }>();
    expect(paths['/v1/status']?.get).toMatchObject({ security: [] });
    expect(Object.keys(paths).filter((path) => path.includes('operator'))).toEqual([]);
  });

  test('without a store there is nothing to tell, and the page says so', async () => {
    const { asNobody } = await scene(await open(), { stores: 0 });
    expect((await asNobody('GET', '/status')).body).toContain('No store is connected here yet');
  });
});
