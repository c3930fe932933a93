/** Looking now, the evidence it leaves, and what happened, oldest first. */
import { describe, expect, test } from 'vitest';
import { describeSqlite, eachDatabase } from '../../server/src/db/testing.ts';
import type { EventBody, ObservationBody, StoreBody } from '../../server/src/http/contract/store.ts';
import { closeAfterEach, openApi, typedStore, type Api } from '../support/api.ts';
import { watch } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

type Step = { name: string; call: string | null; outcome: string; ms: number | null; observation_id: string | null };
type Probe = { steps: Step[]; store: StoreBody };
type Events = { data: EventBody[]; next_cursor: string | null };

closeAfterEach();

const grant = ({ market }: Api, action: string) =>
  market.control('POST', `/_/grants/${sellerId(0)}/amzn1.sellerapps.app.x`, { action });

async function connected(api: Api): Promise<string> {
  return (await api.ask<StoreBody>('POST', '/v1/stores', typedStore(0))).body.id;
}

describeSqlite((_engine, open) => {
  describe('POST /v1/stores/{id}/probe', () => {
    test('runs the ladder now: every rung with its call, its outcome, its time and what it rests on', async () => {
      const api = await openApi(await open());
      const id = await connected(api);
      const { status, body } = await api.ask<Probe>('POST', `/v1/stores/${id}/probe`);
      expect(status).toBe(200);
      expect(body.steps.map(({ name, call, outcome }) => [name, call, outcome])).toEqual([
        ['self', 'reach', 'passed'],
        ['app', 'token', 'passed'],
        ['control', 'control:app', 'passed'],
        ['grant', 'token', 'passed'],
        ['participations', 'getMarketplaceParticipations', 'passed'],
        ['payouts', 'listExpectedPayouts', 'passed'],
        ['finances', 'listFinancialEventGroups', 'passed'],
      ]);
      for (const { ms } of body.steps) expect(ms).toBeGreaterThanOrEqual(0);
      expect(body.store).toMatchObject({ id, verdict: 'connected' });
      const kept = await api.ask<{ data: ObservationBody[] }>('GET', `/v1/stores/${id}/observations`);
      const ids = kept.body.data.map((one) => one.id);
      expect(ids).toEqual(expect.arrayContaining(body.steps.map((step) => step.observation_id)));
    });

    test('stops at the first decisive answer, and what was not asked says so', async () => {
      const api = await openApi(await open());
      const id = await connected(api);
      await grant(api, 'disable');
      const { body } = await api.ask<Probe>('POST', `/v1/stores/${id}/probe`);
      const outcomes = Object.fromEntries(body.steps.map(({ name, outcome }) => [name, outcome]));
      expect(outcomes).toMatchObject({
        grant: 'failed',
        participations: 'not_asked',
        payouts: 'not_asked',
        finances: 'not_asked',
      });
      expect(body.steps.filter((step) => step.outcome === 'not_asked').map((step) => [step.call, step.ms])).toEqual([
        [null, null],
        [null, null],
        [null, null],
      ]);
      expect(body.store.verdict).toBe('checking');
    });

    test('429 with Retry-After once the store’s budget is spent, and after that time it looks again', async () => {
      const api = await openApi(await open(), { world: { throttle: false } });
      const id = await connected(api);
      const url = `/v1/stores/${id}/probe`;
      const statuses = [];
      for (let n = 0; n < 15; n += 1) statuses.push((await api.ask('POST', url)).status);
      expect(statuses).toEqual([...Array<number>(14).fill(200), 429]);
      const refused = await api.ask<{ code: string; detail: string }>('POST', url);
      const seconds = Number(refused.headers['retry-after']);
      expect(refused.body.code).toBe('probe-budget-spent');
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(63);
      expect(refused.body.detail).toContain(`${seconds} seconds`);
      await api.market.advance(`PT${seconds}S`);
      expect((await api.ask('POST', url)).status).toBe(200);
    });
  });

  test('observations are paged, newest first, and each is one plain sentence', async () => {
    const api = await openApi(await open());
    const id = await connected(api);
    await grant(api, 'disable');
    await watch(api.market, { minutes: 75 });
    const seen: ObservationBody[] = [];
    for (let cursor = ''; ;) {
      const page = await api.ask<{ data: ObservationBody[]; next_cursor: string | null }>(
        'GET',
        `/v1/stores/${id}/observations?limit=3${cursor}`,
      );
      seen.push(...page.body.data);
      if (page.body.next_cursor === null) break;
      cursor = `&cursor=${page.body.next_cursor}`;
    }
    expect(new Set(seen.map((one) => one.id)).size).toBe(seen.length);
    const times = seen.map((one) => Date.parse(one.at));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    for (const { text } of seen) expect(text).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(seen)).not.toMatch(/Atz[ra]\|/);
  });
});

eachDatabase((_engine, open) => {
  test('events come oldest first; the last cursor leads to what happens next, and nothing is missed or told twice', async () => {
    const api = await openApi(await open(), { sellers: 4 });
    const id = await connected(api);
    for (const n of [1, 2, 3]) await api.ask('POST', '/v1/stores', typedStore(n));
    await api.market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { revivesOldToken: true });
    await grant(api, 'disable');
    await watch(api.market, { minutes: 75 });

    const told: EventBody[] = [];
    let cursor: string | null = null;
    const readOn = async () => {
      for (;;) {
        const from: string = cursor === null ? '' : `&cursor=${cursor}`;
        const { body } = await api.ask<Events>('GET', `/v1/events?limit=2${from}`);
        cursor = body.next_cursor;
        told.push(...body.data);
        if (body.data.length < 2) return;
      }
    };
    await readOn();
    const before = told.length;
    await grant(api, 'enable');
    await watch(api.market, { minutes: 60 });
    await readOn();
    expect(told.length).toBeGreaterThan(before);

    expect(new Set(told.map((event) => event.id)).size).toBe(told.length);
    const times = told.map((event) => Date.parse(event.at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const mine = told.filter((event) => event.store_id === id);
    expect(mine.map((event) => event.type)).toEqual([
      'store.connected',
      'store.checking',
      'store.needs_reconnect',
      'store.repaired',
    ]);
    for (const { version, store, store_id } of mine) expect([store?.version, store?.id]).toEqual([version, store_id]);
    const versions = mine.map((event) => event.version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    // Whoever is told that a store needs its seller can lead them there at once.
    expect(mine[2]?.store?.repair_url).toBe(`http://127.0.0.1:4280/stores/${id}?repair=1`);

    const filtered = await api.ask<Events>('GET', `/v1/events?store=${id}`);
    expect(filtered.body.data.map((event) => event.id)).toEqual(mine.map((event) => event.id));
    const again = await api.ask<Events>('GET', `/v1/events?cursor=${cursor}`);
    expect(again.body).toEqual({ data: [], next_cursor: cursor });
  }, 60_000);
});
