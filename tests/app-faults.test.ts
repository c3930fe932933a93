/** A fault of the operator's own app over five hundred stores: one incident, one mail when it begins, one when it is over. */
import { expect, test } from 'vitest';
import type { Cause } from '../server/src/core/diagnosis.ts';
import type { Answer } from '../server/src/core/observation.ts';
import { openIncidents } from '../server/src/db/incidents.ts';
import { endFaults } from '../server/src/stores/app-over.ts';
import type { Shop } from '../server/src/stores/shop.ts';
import { tellOfIncidents } from '../server/src/stores/app-incidents.ts';
import { inSimulation, type Asked, type Simulation } from './support/crowd-simulation.ts';
import { isData } from './support/incident.ts';

const STORES = 500;
/** The fault lasts from this minute to that one. */
const FROM = 2;
const TO = 6;

type Row = { fault: string; cause: Cause; answer: (asked: Asked) => Answer };

const forApp =
  (answer: Answer) =>
  ({ rung }: Asked): Answer =>
    rung === 'self' ? 'ok' : answer;

const ROWS: Row[] = [
  { fault: 'the secret was refused', cause: 'app.secret_expired', answer: forApp('app_refused') },
  { fault: 'the secret ran out', cause: 'app.secret_expired', answer: forApp('app_secret_expired') },
  { fault: 'the key is not known', cause: 'app.key_unknown', answer: forApp('app_key_unknown') },
  { fault: 'the signature is wrong', cause: 'app.secret_wrong', answer: forApp('app_secret_wrong') },
  { fault: 'this machine’s clock is wrong', cause: 'own.clock', answer: forApp('clock_refused') },
  { fault: 'this machine has no network', cause: 'own.network', answer: () => 'no_answer' },
  {
    fault: 'the stores’ tokens are another app’s',
    cause: 'app.mismatch',
    answer: ({ rung }) => (rung === 'grant' || rung === 'control' ? 'wrong_app' : 'ok'),
  },
  {
    fault: 'a section is closed to the app',
    cause: 'grant.role_missing',
    answer: (asked) => (isData(asked) ? 'section_denied' : 'ok'),
  },
];

async function operatorMails({ shop }: Simulation) {
  await tellOfIncidents(shop);
  const query = shop.db.db.selectFrom('outbox').select(['topic', 'account_id', 'store_id', 'payload']);
  const rows = await query.where('kind', '=', 'operator_email').orderBy('created_at').execute();
  return rows.map((row) => {
    const { cause } = JSON.parse(row.payload) as { cause: Cause };
    return { topic: row.topic, cause, belongsTo: row.account_id, store: row.store_id };
  });
}

/** What belongs to a store and must not be moved by a fault that is not its own. */
async function grantsOf({ shop }: Simulation) {
  const stores = await shop.db.db.selectFrom('store').select(['id', 'credential_version', 'authorized_at']).execute();
  const alarms = await shop.db.db.selectFrom('store').select('id').where('alarm', 'is not', null).execute();
  const credentials = await shop.db.db.selectFrom('credential').select(['store_id', 'version', 'state']).execute();
  return { stores, alarms, credentials };
}

/** Another host's answers are dated seven minutes later than ours. */
function turnBackClock(shop: Shop, during: (minute: number) => boolean): void {
  const begin = shop.now();
  const connector = shop.connector('amazon');
  const askSelf: typeof connector.askSelf = async (context) => {
    const finding = await connector.askSelf(context);
    return { ...finding, facts: { skewMs: during((shop.now() - begin) / 60_000) ? 420_000 : 200 } };
  };
  shop.connector = () => ({ ...connector, askSelf });
}

/** Asks whether a fault is over; an answer takes its time, so the clock has to go on. */
async function asked({ shop, runTo }: Simulation, until: number): Promise<void> {
  const asking = endFaults(shop);
  await runTo(until);
  await asking;
}

test.each(ROWS)(
  '$fault: one incident, one mail when it begins and one when it is over, and no store is touched',
  { timeout: 300_000 },
  async ({ cause, answer }) => {
    const during = ({ minute }: Pick<Asked, 'minute'>) => minute >= FROM && minute < TO;
    const wish = {
      stores: STORES,
      intervalMs: 3 * 60_000,
      answer: (asked: Asked) => (during(asked) ? answer(asked) : ('ok' as const)),
    };
    await inSimulation(wish, async (simulation) => {
      const { shop } = simulation;
      if (cause === 'own.clock') turnBackClock(shop, (minute) => during({ minute }));
      const before = await grantsOf(simulation);
      await simulation.runTo(TO - 0.1);
      const [incident, ...more] = await openIncidents(shop.db.db);
      expect([incident?.cause, more]).toEqual([cause, []]);
      const told = { topic: 'operator', cause, belongsTo: 'operator', store: null };
      expect(await operatorMails(simulation)).toEqual([told]);
      expect((await simulation.verdicts()).operator_problem ?? 0).toBeGreaterThan(STORES / 2);
      await asked(simulation, TO);
      expect(await openIncidents(shop.db.db)).toHaveLength(1);

      await simulation.runTo(TO + 9);
      await asked(simulation, TO + 10);
      expect(await openIncidents(shop.db.db)).toEqual([]);
      expect(await operatorMails(simulation)).toEqual([told, { ...told, topic: 'operator_over' }]);
      expect(await simulation.verdicts()).toEqual({ connected: STORES });
      expect([await simulation.loud(), await simulation.mails()]).toEqual([[], []]);
      expect(await grantsOf(simulation)).toEqual(before);
    });
  },
);
