/** The letter after an incident keeps the manners of mails: who gets it, where, and in which hours. On both databases. */
import { afterEach, describe, expect, test } from 'vitest';
import { holdStore, releaseStore } from '../../server/src/db/held.ts';
import { tellsOpened } from '../../server/src/db/incident-accounts.ts';
import { endIncident, readIncident } from '../../server/src/db/incident-course.ts';
import { openIncident } from '../../server/src/db/incidents.ts';
import type { StoreRow } from '../../server/src/db/stores.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { aStore } from '../../server/src/db/testing-rows.ts';
import { tellAccounts } from '../../server/src/stores/letters.ts';
import { openOffice } from '../support/messages.ts';
import type { TestWeb } from '../support/web.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday. */
const NOON = Date.parse('2026-11-23T12:00:00Z');

const opened: TestWeb[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

eachDatabase((_engine, open) => {
  /** An incident that began half an hour before `over`, held every store that is added, and is closed two minutes after it. */
  async function afterwards(stores: readonly Partial<StoreRow>[], over = NOON) {
    const began = over - 30 * MINUTE;
    const here = await openOffice(await open(), { start: began, opened });
    const { shop, accountId } = here;
    const { db } = shop.db;
    const { cohort } = aStore();
    const { row } = await openIncident(db, { cohort, cause: 'mkt.auth_incident', at: began, evidence: ['ob_1'] });
    const rows: StoreRow[] = [];
    for (const special of stores) rows.push(await here.add({ lastOkAt: over + MINUTE, ...special }));
    await tellsOpened(db, { incidentId: row.id, accountId, at: began });
    for (const { id } of rows) {
      await holdStore(db, { incidentId: row.id, accountId, storeId: id, at: began });
      await releaseStore(db, { storeId: id, at: over + MINUTE, ended: 'good' });
    }
    const closedAt = over + 2 * MINUTE;
    await endIncident(db, { id: row.id, at: closedAt, by: 'test', overAt: over });
    here.clock.now = closedAt;
    return {
      ...here,
      ids: rows.map(({ id }) => id),
      closedAt,
      async tell() {
        const incident = await readIncident(db, row.id);
        if (!incident) throw new Error('the incident is gone');
        await tellAccounts(shop, { ...incident, closedAt, overAt: over });
      },
      letters: async (until: number) => {
        await here.until(until);
        return here.post().filter(({ subject }) => subject.includes('refused'));
      },
    };
  }

  describe('the letter after an incident', () => {
    test('leaves out a store that is away', async () => {
      const here = await afterwards([{ name: 'Away' }, { name: 'Here' }]);
      await here.settings({});
      await here.patch(here.ids[0] ?? '', { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.tell();
      const [letter, ...more] = await here.letters(NOON + HOUR);
      expect(more).toEqual([]);
      expect(letter?.text).toContain('Here');
      expect(letter?.text).not.toContain('Away');
    });

    test('is not written when every store is away', async () => {
      const here = await afterwards([{ name: 'Away' }]);
      await here.settings({});
      await here.patch(here.ids[0] ?? '', { absence: { kind: 'holiday', until: '2026-12-14' } });
      await here.tell();
      expect(await here.letters(NOON + HOUR)).toEqual([]);
    });

    test('is one for all stores at the digest’s address, where there is a digest', async () => {
      const here = await afterwards([
        { name: 'One', email: 'one@stores.test' },
        { name: 'Two', email: 'two@stores.test' },
      ]);
      await here.settings({ digest: 'daily', digest_email: 'agency@example.test' });
      await here.tell();
      const letters = await here.letters(NOON + HOUR);
      expect(letters.map(({ to }) => to)).toEqual(['agency@example.test']);
      for (const name of ['One', 'Two']) expect(letters[0]?.text).toContain(name);
    });

    test('goes to the second contact of a store that has no other', async () => {
      const here = await afterwards([{ email: null, secondEmail: 'second@stores.test' }]);
      await here.settings({});
      await here.tell();
      expect((await here.letters(NOON + HOUR)).map(({ to }) => to)).toEqual(['second@stores.test']);
    });

    test('waits for the morning of the store’s own country, when nobody said another', async () => {
      const here = await afterwards([{ site: 'amazon.de' }], Date.parse('2026-11-23T22:30:00Z'));
      await here.tell();
      // Berlin is an hour ahead of London.
      expect((await here.letters(NOON + 24 * HOUR)).map(({ at }) => at)).toEqual(['2026-11-24T07:00']);
    });
  });

  test('a clock that was set back after the closing tells the end of an incident once all the same', async () => {
    const here = await afterwards([{}]);
    await here.settings({});
    here.clock.now = here.closedAt - 5 * MINUTE;
    for (let n = 0; n < 3; n += 1) {
      await here.tell();
      here.clock.now += MINUTE;
    }
    const query = here.shop.db.db.selectFrom('event').select('type').where('account_id', '=', here.accountId);
    const told = await query.where('type', '=', 'incident.closed').execute();
    expect(told).toHaveLength(1);
    expect(await here.letters(NOON + HOUR)).toHaveLength(1);
  });
});
