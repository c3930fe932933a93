import { describe, expect, it } from 'vitest';
import { CohortBody, IncidentBody, StatusBody } from '../http/contract/incident.ts';
import { noteControl } from '../db/cohorts.ts';
import { holdStore } from '../db/held.ts';
import { closeIncident, openIncident } from '../db/incidents.ts';
import { insertStore } from '../db/stores.ts';
import { eachDatabase, type TestDatabase } from '../db/testing.ts';
import { aStore, NOON } from '../db/testing-rows.ts';
import { Crowd } from './crowd.ts';
import type { Shop } from './shop.ts';
import { placeOfCohort } from './cohort-place.ts';
import { readCohorts, readIncidents, readStatus } from './weather-map.ts';

const MINUTE = 60_000;
const { cohort } = aStore();

function shopOn(database: TestDatabase, now = NOON): Shop {
  const shop: Pick<Shop, 'db' | 'now' | 'crowd' | 'connector' | 'apps'> = {
    db: database,
    now: () => now,
    crowd: new Crowd({ db: database, now: () => now }),
    connector: () => ({ label: 'Amazon' }) as ReturnType<Shop['connector']>,
    apps: () => [],
  };
  return shop as Shop;
}

const OPENING = {
  cohort,
  cause: 'mkt.auth_incident' as const,
  at: NOON - 10 * MINUTE,
  beganAt: NOON - 12 * MINUTE,
  evidence: ['ob_1'],
  opening: { active: 40, failing: 20, baseline: 0.02, p: 1e-20 },
};

async function someStores({ db }: TestDatabase, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await insertStore(db, aStore({ accountId: `ac_${n}`, lastLookAt: NOON - MINUTE }));
}

describe('a cohort', () => {
  it.each([
    ['amazon:amzn1.sp.solution.x:eu', { marketplace: 'amazon', applicationId: 'amzn1.sp.solution.x', region: 'eu' }],
    ['amazon-mws:1234-5678-9012:fe', { marketplace: 'amazon-mws', applicationId: '1234-5678-9012', region: 'fe' }],
    ['app:amzn1.sp.solution.x', null],
    ['own', null],
  ])('%s is a place of a marketplace or none', (name, place) => {
    expect(placeOfCohort(name)).toEqual(place);
  });
});

eachDatabase((_name, open) => {
  it('shows every cohort with its share, its control and the incident over it', async () => {
    const database = await open();
    await someStores(database, 25);
    await noteControl(database.db, { cohort, at: NOON, ok: false, via: 'store', answer: 'denied' });
    const { row } = await openIncident(database.db, OPENING);
    await holdStore(database.db, { incidentId: row.id, accountId: 'ac_1', storeId: 'st_1', at: NOON });
    const cohorts = await readCohorts(shopOn(database));
    expect(cohorts.map((body) => CohortBody.parse(body))).toMatchObject([
      {
        cohort,
        stores: 25,
        active: 25,
        failing: 0,
        share: 0,
        baseline: 0.02,
        thin: false,
        p: 1,
        control: { ok: false, via: null },
        held: 1,
        incident: {
          id: row.id,
          closed_at: null,
          text: { opened: '20 of the 40 stores looked at last failed together; usual is 2.0 %.' },
        },
      },
    ]);
  });

  it('lists incidents, the newest first, with what they held and let go', async () => {
    const database = await open();
    const { row } = await openIncident(database.db, OPENING);
    await closeIncident(database.db, { ...OPENING, at: NOON - 5 * MINUTE });
    await openIncident(database.db, { ...OPENING, at: NOON, by: 'operator', note: 'Seen on the phone' });
    const incidents = await readIncidents(shopOn(database), { limit: 10 });
    expect(incidents.map((body) => IncidentBody.parse(body))).toMatchObject([
      { opened_by: 'operator', note: 'Seen on the phone', closed_at: null, held: 0, released: 0 },
      { id: row.id, closed_by: 'test', opening: { active: 40, p: 1e-20, control: null } },
    ]);
    expect(await readIncidents(shopOn(database), { limit: 1 })).toHaveLength(1);
  });

  it('says of an operator’s word no more than it is, as long as no answer bears it out', async () => {
    const database = await open();
    await someStores(database, 1);
    const word = { ...OPENING, cause: 'mkt.outage' as const, by: 'operator' as const, evidence: [], opening: {} };
    await openIncident(database.db, word);
    const shown = async () => [
      (await readIncidents(shopOn(database), { limit: 1 }))[0]?.text.title,
      (await readStatus(shopOn(database))).places[0]?.incidents[0]?.sentence,
    ];
    expect(await shown()).toEqual(['Amazon has a problem in North America', 'Amazon has a problem.']);
    await closeIncident(database.db, { ...word, at: NOON });
    expect(await shown()).toEqual(['Amazon had a problem in North America', 'Amazon had a problem.']);
  });

  it('tells everybody of an incident at the marketplace, however many the app has had since', async () => {
    const database = await open();
    await someStores(database, 1);
    await openIncident(database.db, OPENING);
    for (let n = 0; n < 500; n += 1) {
      const fault = { cohort: `app:amzn1.sellerapps.app.${n}`, cause: 'app.secret_expired' as const };
      await openIncident(database.db, { ...fault, at: NOON - MINUTE, evidence: [], by: 'app' });
    }
    const { places } = await readStatus(shopOn(database));
    expect(places).toMatchObject([{ state: 'trouble', incidents: [{ to: null }] }]);
  });

  it('tells everybody how a place answers, and nobody’s names or numbers', async () => {
    const database = await open();
    await someStores(database, 2);
    const states = async (now: number) => {
      const status = StatusBody.parse(await readStatus(shopOn(database, now)));
      return status.places.map(({ state, since, incidents }) => ({ state, since, incidents: incidents.length }));
    };
    expect(await states(NOON)).toEqual([{ state: 'answering', since: null, incidents: 0 }]);
    await openIncident(database.db, OPENING);
    const since = new Date(NOON - 12 * MINUTE).toISOString();
    expect(await states(NOON)).toEqual([{ state: 'trouble', since, incidents: 1 }]);
    const text = JSON.stringify(await readStatus(shopOn(database)));
    for (const secret of [cohort, aStore().applicationId, 'st_', 'ac_', 'ob_1', '40'])
      expect(text).not.toContain(`"${secret}`);
    await closeIncident(database.db, { ...OPENING, at: NOON });
    expect(await states(NOON + 1)).toEqual([{ state: 'answering', since: new Date(NOON).toISOString(), incidents: 1 }]);
    expect(await states(NOON + 120 * MINUTE)).toEqual([{ state: 'unknown', since: null, incidents: 1 }]);
    expect(await states(NOON + 91 * 24 * 60 * MINUTE)).toEqual([{ state: 'unknown', since: null, incidents: 0 }]);
  });
});
