/** What holds a store is open now, not what was open when its look began. On both databases. */
import { expect, it } from 'vitest';
import type { Judgement } from '../core/judgement.ts';
import type { OpenWeather } from '../core/weather.ts';
import { endIncident } from '../db/incident-course.ts';
import { openIncident } from '../db/incidents.ts';
import { insertStore } from '../db/stores.ts';
import { eachDatabase, type TestDatabase } from '../db/testing.ts';
import { anObservation, aStore, NOON } from '../db/testing-rows.ts';
import { Crowd } from './crowd.ts';
import { noteHeld } from './hold.ts';
import { beginning } from './open-store.ts';
import type { Shop } from './shop.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const { cohort } = aStore();
const cause = 'mkt.auth_incident';

function shopOn(database: TestDatabase): Shop {
  const shop: Pick<Shop, 'db' | 'now' | 'crowd' | 'connector' | 'log'> = {
    db: database,
    now: () => NOON,
    crowd: new Crowd({ db: database, now: () => NOON }),
    connector: () => ({ label: 'Amazon' }) as ReturnType<Shop['connector']>,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return shop as Shop;
}

eachDatabase((_name, open) => {
  /** A look that began while an incident was open; it is settled five seconds later. */
  async function lookSettled({ closed }: { closed: boolean }) {
    const database = await open();
    const shop = shopOn(database);
    const since = NOON - 20 * MINUTE;
    const { row } = await openIncident(database.db, { cohort, cause, at: since, evidence: [] });
    const incident: OpenWeather = { id: row.id, cause, since, by: 'test', held: 3, overAt: null };
    const weather = { ...(await shop.crowd.weather(cohort)), incident };
    const ended = { id: row.id, at: NOON - 2 * SECOND, by: 'test' as const, overAt: NOON - 2 * MINUTE };
    if (closed) await endIncident(database.db, ended);
    const before = aStore({ verdict: 'checking', failingSince: NOON - MINUTE });
    await insertStore(database.db, before);
    const judgement: Judgement = { ...beginning('verifying', null), verdict: 'held' };
    const after = { ...before, verdict: 'held' as const, judgement };
    const look = { observations: [anObservation({ answer: 'denied' })], weather };
    await database.transaction((tx) => noteHeld(shop, { tx, before, after, judgement, look, now: NOON }));
    return database.db.selectFrom('incident_store').select(['incident_id', 'store_id']).execute();
  }

  it('an incident that is open holds the store', async () => {
    expect(await lookSettled({ closed: false })).toHaveLength(1);
  });

  it('an incident that was closed while the look was under way holds it no more', async () => {
    expect(await lookSettled({ closed: true })).toEqual([]);
  });
});
