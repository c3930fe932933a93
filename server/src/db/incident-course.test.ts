/** Incidents and what they hold, on both databases. */
import { expect, it } from 'vitest';
import { claimCohorts, keepLearnt, lockCohort, noteControl, readCohort } from './cohorts.ts';
import { cohortSizes, newestHeld } from './crowd.ts';
import { hastenStores, heldAfter, heldCounts, heldNow, holdStore, letGo, recoveryOf, releaseStore } from './held.ts';
import {
  letterStores,
  lettersDue,
  notToldClosed,
  tellsClosed,
  tellsOpened,
  writesLetter,
} from './incident-accounts.ts';
import {
  endIncident,
  keepIncident,
  lastOver,
  noteOnIncident,
  openOver,
  reopenIncident,
  unfinishedIncidents,
} from './incident-course.ts';
import { openIncident } from './incidents.ts';
import { insertStore, readStore, type StoreRow } from './stores.ts';
import { eachDatabase, type TestDatabase } from './testing.ts';
import { aStore, NOON } from './testing-rows.ts';

const MINUTE = 60_000;
const { cohort } = aStore();

async function held({ db }: TestDatabase, special: Partial<StoreRow> = {}): Promise<StoreRow> {
  const row = aStore({ verdict: 'held', failingSince: NOON, nextAt: NOON + 15 * MINUTE, ...special });
  await insertStore(db, row);
  await holdStore(db, { incidentId: 'in_1', accountId: row.accountId, storeId: row.id, at: NOON });
  return row;
}

eachDatabase((_name, open) => {
  it('lets one process decide about a cohort at a time, also after the clock was set back', async () => {
    const { db } = await open();
    await noteControl(db, { cohort, at: NOON, ok: true, via: 'store', answer: 'ok' });
    const claim = (now: number) => claimCohorts(db, { now, everyMs: 5_000 });
    const both = await Promise.all([claim(NOON), claim(NOON)]);
    expect(both.flat()).toMatchObject([{ cohort, learnt: { active: 0, failing: 0 }, learntAt: null }]);
    expect(await claim(NOON + 4_999)).toEqual([]);
    expect(await claim(NOON + 5_000)).toHaveLength(1);
    expect(await claim(NOON - 60 * MINUTE)).toHaveLength(1);
  });

  it('keeps what is ordinary in parts of stores', async () => {
    const database = await open();
    await database.transaction((tx) => lockCohort(tx, cohort));
    await keepLearnt(database.db, { cohort, learnt: { active: 199.5, failing: 0.25 }, at: NOON });
    expect(await readCohort(database.db, cohort)).toMatchObject({
      learnt: { active: 199.5, failing: 0.25 },
      learntAt: NOON,
    });
  });

  it('follows an incident from its opening to its end and on', async () => {
    const { db } = await open();
    await openIncident(db, { cohort: 'app:x', cause: 'app.secret_expired', at: NOON, evidence: [] });
    await openIncident(db, { cohort, cause: 'app.mismatch', at: NOON, evidence: [] });
    expect(await openOver(db, cohort)).toBeNull();
    const { row } = await openIncident(db, { cohort, cause: 'mkt.outage', at: NOON, evidence: [], operation: 'token' });
    const { id } = row;
    await keepIncident(db, { id, overAt: NOON + 1, operation: null, extent: 'some' });
    expect(await openOver(db, cohort)).toMatchObject({ id, overAt: NOON + 1, operation: null, extent: 'some' });
    expect(await endIncident(db, { id, at: NOON + 5, by: 'test', overAt: NOON + 1 })).toBe(true);
    expect(await endIncident(db, { id, at: NOON + 6, by: 'test', overAt: NOON + 1 })).toBe(false);
    expect(await unfinishedIncidents(db)).toMatchObject([{ id, closedAt: NOON + 5, releaseAfter: '' }]);
    expect(await lastOver(db, { cohort, since: NOON + 5 })).toMatchObject({ id });
    expect(await lastOver(db, { cohort, since: NOON + 6 })).toBeNull();
    await reopenIncident(db, { id, by: 'control' });
    await noteOnIncident(db, { id, note: 'Amazon says so', by: 'operator' });
    expect(await openOver(db, cohort)).toMatchObject({
      id,
      note: 'Amazon says so',
      openedBy: 'operator',
      overAt: null,
    });
    expect(await unfinishedIncidents(db)).toEqual([]);
  });

  it('counts what is held, finds it, and lets it go once', async () => {
    const database = await open();
    const { db } = database;
    const first = await held(database);
    const second = await held(database, { lastLookAt: NOON - 1 });
    await insertStore(db, aStore({ failingSince: NOON }));
    expect(await cohortSizes(db)).toEqual([{ cohort, stores: 3, lastLookAt: NOON }]);
    const newest = await newestHeld(db, { cohort, since: NOON - 1, limit: 9 });
    expect(newest.map((row) => row.id)).toEqual([first.id, second.id]);
    const again = { incidentId: 'in_1', accountId: first.accountId, storeId: first.id, at: NOON + 9 };
    expect(await holdStore(db, again)).toBe(false);
    expect(await releaseStore(db, { storeId: first.id, at: NOON + 10, ended: 'good' })).toBe(true);
    expect(await releaseStore(db, { storeId: first.id, at: NOON + 11, ended: 'own' })).toBe(false);
    expect([await heldNow(db, 'in_1'), await heldCounts(db, ['in_1', 'in_2'])]).toEqual([
      1,
      [{ incidentId: 'in_1', held: 1, released: 1 }],
    ]);
    expect(await holdStore(db, again)).toBe(true);
    expect(await heldNow(db, 'in_1')).toBe(2);
    await held(database, { phase: 'closed' });
    await letGo(db, { incidentId: 'in_1', at: NOON + 20 });
    expect(await heldCounts(db, ['in_1'])).toMatchObject([{ held: 2, released: 1 }]);
  });

  it('tells how many of the held stores that were looked at just now still fail', async () => {
    const database = await open();
    await held(database);
    await held(database, { failingSince: null, lastOkAt: NOON - 5 });
    await held(database, { failingSince: null, lastOkAt: NOON - 3, lastLookAt: NOON - 2 * MINUTE });
    await insertStore(database.db, aStore({ failingSince: NOON }));
    const asked = { incidentId: 'in_1', cohort, since: NOON - MINUTE };
    expect(await recoveryOf(database.db, asked)).toEqual({ looked: 2, failing: 1, since: NOON - 5 });
    expect(await recoveryOf(database.db, { ...asked, since: NOON + 1 })).toEqual({
      looked: 0,
      failing: 0,
      since: null,
    });
  });

  it('gives held stores their looks, each at its own instant, and none later than it was due', async () => {
    const database = await open();
    const { db } = database;
    const rows = [await held(database), await held(database, { nextAt: NOON + 5 }), await held(database)];
    await releaseStore(db, { storeId: rows[2]?.id ?? '', at: NOON + 30, ended: 'good' });
    const ids = (overAt: number) => heldAfter(db, { incidentId: 'in_1', after: '', overAt, limit: 9 });
    expect((await ids(NOON)).toSorted()).toEqual(
      rows
        .slice(0, 2)
        .map((row) => row.id)
        .toSorted(),
    );
    expect(await ids(NOON + 31)).toHaveLength(3);
    const seen = await held(database, { lastLookAt: NOON + 1 });
    rows.push(seen);
    const wanted = rows.map((row, i) => ({ id: row.id, at: NOON + 10 + i }));
    await hastenStores(db, { due: wanted, unseenSince: NOON + 1 });
    const due = await Promise.all(rows.map(async (row) => (await readStore(db, { id: row.id }))?.nextAt));
    expect(due).toEqual([NOON + 10, NOON + 5, NOON + 12, NOON + 15 * MINUTE]);
    await hastenStores(db, { due: [], unseenSince: NOON });
  });

  it('tells an account each thing once, and again what went on after all', async () => {
    const { db } = await open();
    const who = { incidentId: 'in_1', accountId: 'ac_blue' };
    expect(await tellsOpened(db, { ...who, at: NOON })).toBe(true);
    expect(await tellsOpened(db, { ...who, at: NOON + 1 })).toBe(false);
    const closed = { ...who, closedAt: NOON + 5 };
    expect(await notToldClosed(db, { ...closed, limit: 9 })).toEqual(['ac_blue']);
    expect(await tellsClosed(db, { ...closed, at: NOON + 6 })).toBe(true);
    expect(await tellsClosed(db, { ...closed, at: NOON + 7 })).toBe(false);
    expect(await writesLetter(db, { ...closed, at: NOON + 6 })).toBe(true);
    expect(await writesLetter(db, { ...closed, at: NOON + 7 })).toBe(false);
    // It went on, and was closed once more.
    expect(await tellsOpened(db, { ...who, at: NOON + 8 })).toBe(true);
    const later = { ...who, closedAt: NOON + 20, at: NOON + 21 };
    expect([await tellsClosed(db, later), await writesLetter(db, later)]).toEqual([true, true]);
  });

  it('writes to an account when all its stores were answered after the incident', async () => {
    const database = await open();
    const { db } = database;
    const over = { closedAt: NOON + 5 * MINUTE, overAt: NOON + 2 * MINUTE };
    const row = await held(database, { lastOkAt: NOON - MINUTE });
    await tellsOpened(db, { incidentId: 'in_1', accountId: row.accountId, at: NOON });
    const due = (whole: boolean) => lettersDue(db, { incidentId: 'in_1', ...over, limit: 9, whole });
    expect([await due(true), await due(false)]).toEqual([[], [row.accountId]]);
    await releaseStore(db, { storeId: row.id, at: NOON + 6 * MINUTE, ended: 'good' });
    expect(await due(true)).toEqual([]);
    const asked = { incidentId: 'in_1', accountId: row.accountId, overAt: over.overAt, leastMs: 5 * MINUTE };
    expect(await letterStores(db, asked)).toEqual([]);
    await db
      .updateTable('store')
      .set({ last_ok_at: NOON + 6 * MINUTE })
      .execute();
    expect(await due(true)).toEqual([row.accountId]);
    const okAt = NOON + 6 * MINUTE;
    expect(await letterStores(db, asked)).toEqual([
      { name: row.name, site: row.site, email: row.email, absence: null, okAt },
    ]);
    expect(await letterStores(db, { ...asked, leastMs: 7 * MINUTE })).toEqual([]);
  });
});
