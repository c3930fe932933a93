import { expect, it } from 'vitest';
import type { RecordedLook } from '../core/recorded-look.ts';
import { countLooks, forgetLooks, readLooks, appendLook, storesWithLooks } from './looks.ts';
import { deleteStore } from './store-delete.ts';
import { insertStore } from './stores.ts';
import { eachDatabase, type TestDatabase } from './testing.ts';
import { aLook, anObservation, aStore, NOON } from './testing-rows.ts';

const HOUR = 3_600_000;

async function logged(database: TestDatabase, storeId: string, looks: RecordedLook[]): Promise<void> {
  for (const look of looks) await appendLook(database.db, { accountId: 'ac_blue', storeId, look });
}

async function read(database: TestDatabase, storeId: string, span: { from?: number; to?: number } = {}) {
  const looks: RecordedLook[] = [];
  const wish = { storeId, from: span.from ?? 0, to: span.to ?? Infinity };
  for await (const page of readLooks(database.db, { ...wish, to: Math.min(wish.to, Number.MAX_SAFE_INTEGER) }))
    looks.push(...page);
  return looks;
}

eachDatabase((_name, open) => {
  it('gives a look back as it was written, but for words and times that no rule reads', async () => {
    const database = await open();
    const sites = [{ ...aStore().sites[0], participating: false }] as RecordedLook['facts']['sites'];
    const look = aLook({
      byHand: true,
      facts: { ...aLook().facts, sites },
      observations: [
        anObservation({ answer: 'grant_refused', status: 400, code: 'invalid_grant', message: 'Refused.' }),
        anObservation({ rung: 'control', call: 'control:store', source: 'repair', region: 'eu', credentialVersion: 2 }),
        anObservation({
          rung: 'identity',
          call: 'x',
          capability: 'participations',
          freshToken: false,
          facts: { sites },
        }),
      ],
    });
    await logged(database, 'st_1', [look]);
    const unread = { message: null, ms: 0 };
    expect(await read(database, 'st_1')).toEqual([
      { ...look, observations: look.observations.map((o) => ({ ...o, ...unread })) },
    ]);
  });

  it('reads a long log in pages, oldest first, each look once', async () => {
    const database = await open();
    const looks = Array.from({ length: 1_203 }, (_, i) => aLook({ now: NOON + Math.floor(i / 3) }));
    await database.transaction(async (tx) => {
      for (const look of looks) await appendLook(tx, { accountId: 'ac_blue', storeId: 'st_1', look });
    });
    const found = await read(database, 'st_1');
    expect(found.map(({ now }) => now)).toEqual(looks.map(({ now }) => now));
    expect(new Set(found.flatMap((look) => look.observations.map((o) => o.id))).size).toBe(looks.length);
    expect(await countLooks(database.db, { atMost: 1_000 })).toBe(1_000);
    expect(await countLooks(database.db, { atMost: 5_000 })).toBe(1_203);
  });

  it('begins with the episode that the first look found open, and ends where it is told to', async () => {
    const database = await open();
    const lastOk = { facts: { ...aLook().facts, lastOkAt: NOON } };
    const at = [-HOUR, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR].map((after) => aLook({ ...lastOk, now: NOON + after }));
    await logged(database, 'st_1', at);
    const found = await read(database, 'st_1', { from: NOON + 3 * HOUR, to: NOON + 3 * HOUR });
    expect(found.map(({ now }) => (now - NOON) / HOUR)).toEqual([1, 2, 3]);
    expect(await read(database, 'st_1', { from: NOON + 5 * HOUR })).toEqual([]);
  });

  it('names the stores that have a log, of all accounts or of one', async () => {
    const database = await open();
    for (const [accountId, storeId] of [
      ['ac_blue', 'st_1'],
      ['ac_red', 'st_2'],
      ['ac_blue', 'st_3'],
    ] as const) {
      await appendLook(database.db, { accountId, storeId, look: aLook() });
      await appendLook(database.db, { accountId, storeId, look: aLook({ now: NOON + 1 }) });
    }
    const ids = async (wish: { after: string; limit: number; accountId?: string }) =>
      (await storesWithLooks(database.db, wish)).map(({ id }) => id);
    expect(await ids({ after: '', limit: 2 })).toEqual(['st_1', 'st_2']);
    expect(await ids({ after: 'st_2', limit: 2 })).toEqual(['st_3']);
    expect(await ids({ after: '', limit: 9, accountId: 'ac_blue' })).toEqual(['st_1', 'st_3']);
  });

  it('forgets what is older than the log has to be, and what never became a store', async () => {
    const database = await open();
    await logged(database, 'st_1', [aLook({ now: NOON - 1 }), aLook()]);
    expect(await forgetLooks(database.db, { before: NOON })).toBe(1);
    expect(await read(database, 'st_1')).toHaveLength(1);
    const store = aStore({ firstOkAt: null });
    await insertStore(database.db, store);
    await logged(database, store.id, [aLook()]);
    await database.transaction((tx) => deleteStore(tx, store.id));
    expect(await read(database, store.id)).toEqual([]);
  });
});
