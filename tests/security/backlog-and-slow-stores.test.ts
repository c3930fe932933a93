/** After a restart everything is overdue, and one group of stores hangs: neither floods the marketplace nor delays the others. */
import { describe, expect, test } from 'vitest';
import { mostDue, roomBeside, spreadOver } from '../../server/src/core/lanes.ts';
import { spreadBacklog } from '../../server/src/db/backlog.ts';
import { claimDueStores, insertStore, releaseStoreLease, type StoreRow } from '../../server/src/db/stores.ts';
import { eachDatabase, type TestDatabase } from '../../server/src/db/testing.ts';
import { aStore, NOON } from '../../server/src/db/testing-rows.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

async function fill({ transaction }: TestDatabase, stores: number, special: (n: number) => Partial<StoreRow>) {
  await transaction(async (tx) => {
    for (let n = 0; n < stores; n += 1)
      await insertStore(tx, aStore({ id: `st_${n}`, sellerId: `A${n}`, ...special(n) }));
  });
}

eachDatabase((_name, open) => {
  describe('a backlog', () => {
    test('of 600 healthy stores is spread evenly, and those in trouble stay due', async () => {
      const database = await open();
      const trouble = (n: number): Partial<StoreRow> => (n < 10 ? { verdict: 'checking' } : {});
      await fill(database, 600, (n) => ({ nextAt: NOON - 3 * HOUR + n, ...trouble(n) }));
      const most = mostDue(600, HOUR);
      const overMs = spreadOver(HOUR);
      expect(await spreadBacklog(database.db, { now: NOON, most, overMs })).toBe(590);
      const rows = await database.db.selectFrom('store').select(['id', 'verdict', 'next_at']).execute();
      const due = rows.map((row) => ({ ...row, next_at: Number(row.next_at) }));
      expect(due.filter((row) => row.verdict === 'checking' && row.next_at < NOON)).toHaveLength(10);
      const later = due.filter(({ verdict }) => verdict === 'connected').map((row) => row.next_at - NOON);
      const perTenMinutes = Map.groupBy(later, (ms) => Math.floor(ms / (10 * MINUTE)));
      const mean = 600 / 6;
      for (const [, ms] of perTenMinutes) expect(ms.length).toBeLessThanOrEqual(1.5 * mean);
      expect(Math.max(...later)).toBeLessThan(HOUR);
      expect(await spreadBacklog(database.db, { now: NOON, most, overMs })).toBe(0);
    });

    test('of a few stores is not spread', async () => {
      const database = await open();
      await fill(database, 50, () => ({ nextAt: NOON - HOUR }));
      const backlog = { now: NOON, most: mostDue(50, HOUR), overMs: spreadOver(HOUR) };
      expect(await spreadBacklog(database.db, backlog)).toBe(0);
    });
  });

  describe('lanes', () => {
    test('a cohort without room and stores whose looks took long are passed over', async () => {
      const database = await open();
      await fill(database, 6, (n) => ({ cohort: n < 3 ? 'hung' : 'fine', nextAt: NOON - n }));
      const claim = (lane: { slow: boolean; notCohorts?: string[] }) =>
        claimDueStores(database.db, { now: NOON, owner: 'p', limit: 9, leaseMs: MINUTE, lane });
      const others = await claim({ slow: false, notCohorts: ['hung'] });
      expect(new Set(others.map(({ cohort }) => cohort))).toEqual(new Set(['fine']));
      for (const { id } of others) await releaseStoreLease(database.db, { id, owner: 'p', slow: id === 'st_4' });
      expect((await claim({ slow: true })).map(({ id }) => id)).toEqual(['st_4']);
      expect((await claim({ slow: false })).map(({ id }) => id).toSorted()).toEqual([
        'st_0',
        'st_1',
        'st_2',
        'st_3',
        'st_5',
      ]);
    });

    test('a look that takes long leaves its place to the others', () => {
      const hung = Array.from({ length: 200 }, () => ({ cohort: 'hung', slow: false, beganAt: 0 }));
      expect(roomBeside(hung, 1_000)).toMatchObject({ fast: 0, full: ['hung'] });
      expect(roomBeside(hung, 4_000)).toMatchObject({ fast: 16, full: [] });
      const slow = hung.map((look) => ({ ...look, slow: true }));
      expect(roomBeside(slow, 1_000)).toEqual({ fast: 16, full: [], slow: 0 });
    });
  });
});
