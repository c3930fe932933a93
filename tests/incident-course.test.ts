/** The course of an incident: opened, its stores held and rarely asked, closed, given a look each, and the letter afterwards. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../server/src/core/observation.ts';
import type { LetterPayload } from '../server/src/core/message.ts';
import { baselineOf, BASELINE_SHARE } from '../server/src/core/weather.ts';
import { readCohort } from '../server/src/db/cohorts.ts';
import { listIncidents } from '../server/src/db/incidents.ts';
import { closeByOperator, openByOperator } from '../server/src/stores/incidents.ts';
import { createDispatch } from '../server/src/outbox/dispatch.ts';
import { COHORT, inSimulation, type Asked, type Simulation } from './support/crowd-simulation.ts';
import { KINDS, PATIENCE_MS } from './support/incident.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 23, 12);
const FROM = 5;
const TO = 30;
const REVOKED = 7;

const minute = (at: number | null) => (at === null ? NaN : (at - NOON) / MINUTE);

/** The only incident with its instants in minutes. */
async function theIncident(simulation: Simulation) {
  const [row, ...others] = await incidents(simulation);
  if (!row || others.length > 0) throw new Error('there is not one incident');
  const { beganAt, openedAt, overAt, closedAt } = row;
  return { ...row, began: minute(beganAt), opened: minute(openedAt), over: minute(overAt), closed: minute(closedAt) };
}

/** Every call is refused between two minutes, and one seller has taken their permission back. */
function refusing(...spans: [from: number, to: number][]) {
  return (asked: Asked): Answer => {
    const during = spans.some(([from, to]) => asked.minute >= from && asked.minute < to);
    const refused = during ? KINDS.calls.answers(asked) : null;
    return (
      refused ?? (asked.rung === 'grant' && asked.asker === REVOKED && asked.minute >= 10 ? 'grant_refused' : 'ok')
    );
  };
}

async function letters({ shop }: Simulation) {
  const rows = await shop.db.db.selectFrom('outbox').selectAll().where('topic', '=', 'letter').execute();
  return rows.map((row) => ({ ...row, letter: JSON.parse(row.payload) as LetterPayload }));
}

async function events({ shop }: Simulation, type: string): Promise<string[]> {
  const rows = await shop.db.db.selectFrom('event').select('account_id').where('type', '=', type).execute();
  return rows.map((row) => row.account_id);
}

const incidents = ({ shop }: Simulation) => listIncidents(shop.db.db, { limit: 10 });
const heldStores = ({ shop }: Simulation) => shop.db.db.selectFrom('incident_store').selectAll().execute();

/** The minutes in which each seller was looked at between two minutes. */
function looksOf({ looks }: Simulation, between: [from: number, to: number]): Map<number, number[]> {
  const inside = looks.filter((look) => look.minute >= between[0] && look.minute < between[1]);
  return new Map(
    [...Map.groupBy(inside, (look) => look.seller)].map(([seller, all]) => [seller, all.map((l) => l.minute)]),
  );
}

type Noted = Awaited<ReturnType<typeof heldStores>>;

/** Forty are asked every other minute, the others rarely, and nobody is forgotten for longer than a quarter of an hour. */
function expectFewLooks(simulation: Simulation): void {
  const meanwhile = [...looksOf(simulation, [FROM, TO]).values()];
  const often = meanwhile.filter((minutes) => minutes.length > 6);
  expect(often.length).toBeGreaterThan(10);
  expect(often.length).toBeLessThan(100);
  const pauses = meanwhile.flatMap((minutes) => minutes.slice(1).map((at, i) => at - (minutes[i] ?? at)));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(15.2);
}

/** Green by its own look alone, none by the closing; and the looks are spread, thirty milliseconds from one to the next. */
function expectOwnLooks(simulation: Simulation, noted: Noted, closedAt: number): void {
  const after = looksOf(simulation, [TO, TO + 8]);
  const unseen = noted.filter(({ store_id, released_at }) => {
    const at = minute(released_at);
    return !after.get(Number(store_id.slice(3)))?.some((look) => look <= at && at - look < 0.2);
  });
  expect(unseen).toEqual([]);
  const ended = Object.groupBy(noted, (row) => row.ended ?? 'held');
  expect(ended).toEqual({ good: expect.anything(), own: [expect.objectContaining({ store_id: `st_${REVOKED}` })] });
  const late = simulation.looks.filter((look) => look.minute >= closedAt);
  const perSecond = Map.groupBy(late, (look) => Math.floor(look.minute * 60));
  expect(Math.max(...[...perSecond.values()].map((looks) => looks.length))).toBeLessThan(80);
}

/** One letter for each account whose stores were held for some minutes, naming all of them, and one event for every account. */
async function expectTold(simulation: Simulation, noted: Noted): Promise<void> {
  const { beganAt, overAt, closedAt } = await theIncident(simulation);
  const visible = noted.filter(
    (row) => row.ended === 'good' && Number(row.released_at) - Number(row.held_at) >= 5 * MINUTE,
  );
  const sent = await letters(simulation);
  expect(sent.map((row) => row.account_id).toSorted()).toEqual(
    [...new Set(visible.map((row) => row.account_id))].toSorted(),
  );
  expect(sent.length).toBeGreaterThan(90);
  expect(sent.reduce((sum, { letter }) => sum + letter.stores.length + letter.more, 0)).toBe(visible.length);
  for (const { letter, store_id, next_at } of sent) {
    expect(store_id).toBeNull();
    expect(letter).toMatchObject({ from: beganAt, to: overAt, extent: 'all', more: 0 });
    expect(next_at).toBeGreaterThanOrEqual(Number(closedAt) + 10 * MINUTE);
  }
  for (const type of ['incident.opened', 'incident.closed']) {
    const told = await events(simulation, type);
    expect(told.toSorted()).toEqual([...new Set(noted.map((row) => row.account_id))].toSorted());
  }
}

describe('twenty-five minutes in which a marketplace refuses every call to a thousand stores', () => {
  test('are one incident, after which everybody is told once', { timeout: PATIENCE_MS }, async () => {
    await inSimulation({ stores: 1_000, answer: refusing([FROM, TO]) }, async (simulation) => {
      await simulation.runTo(TO);
      const open = await theIncident(simulation);
      const known = { cohort: COHORT, cause: 'mkt.auth_incident', operation: null, extent: 'all', closedAt: null };
      expect(open).toMatchObject(known);
      expect(open.began).toBeGreaterThanOrEqual(FROM - 0.1);
      expect(open.opened).toBeLessThan(FROM + 2);
      expect(open.evidence.length).toBeGreaterThan(0);
      const { held = 0 } = await simulation.verdicts();
      expect(held).toBeGreaterThan(300);
      expect((await heldStores(simulation)).filter((row) => row.released_at === null)).toHaveLength(held);
      expectFewLooks(simulation);

      await simulation.runTo(TO + 8);
      const { id, closedBy, over, closed } = await theIncident(simulation);
      expect({ id, closedBy }).toEqual({ id: open.id, closedBy: 'test' });
      expect(over).toBeGreaterThanOrEqual(TO);
      expect(over).toBeLessThan(TO + 1.5);
      expect(closed - over).toBeGreaterThanOrEqual(2);
      expect(closed).toBeLessThan(TO + 5);
      const noted = await heldStores(simulation);
      expectOwnLooks(simulation, noted, closed);
      await expectTold(simulation, noted);
      expect(await events(simulation, 'store.needs_reconnect')).toEqual([`ac_${REVOKED}`]);
    });
  });
});

describe('an incident that goes on after a pause', () => {
  test(
    'is the same incident, and its letter is written once, after the second end',
    { timeout: PATIENCE_MS },
    async () => {
      const answer = refusing([FROM, TO], [TO + 8, TO + 20]);
      await inSimulation({ stores: 100, answer }, async (simulation) => {
        await simulation.runTo(TO + 8);
        expect(await incidents(simulation)).toMatchObject([{ closedBy: 'test' }]);
        const early = await letters(simulation);
        expect(early.length).toBeGreaterThan(0);
        await simulation.runTo(TO + 20);
        expect(await incidents(simulation)).toMatchObject([{ closedAt: null }]);
        await simulation.runTo(TO + 70);
        const sent: string[] = [];
        const transport = {
          send: (mail: { accountId: string; subject: string; text: string }) => {
            if (mail.subject.includes('refused')) sent.push(`${mail.accountId}: ${mail.text}`);
            return Promise.resolve();
          },
          close: () => undefined,
        };
        const dispatch = createDispatch({ ...simulation.shop, transport });
        while ((await dispatch.runDue(50)) > 0);
        const late = (await letters(simulation)).filter((row) => row.sent_at !== null);
        expect(late.map((row) => row.account_id).toSorted()).toEqual(
          [...new Set(late.map((row) => row.account_id))].toSorted(),
        );
        expect(late.length).toBeGreaterThanOrEqual(early.length);
        expect(sent).toHaveLength(late.length);
        for (const text of sent) expect(text).toMatch(/From 12:0[56] to 12:5\d UTC Amazon refused/);
      });
    },
  );
});

describe('an incident over a single store', () => {
  test('is opened and closed by the control, and said with low confidence', { timeout: PATIENCE_MS }, async () => {
    await inSimulation({ stores: 1, answer: refusing([FROM, 90]) }, async (simulation) => {
      await simulation.runTo(85);
      expect(await incidents(simulation)).toMatchObject([{ openedBy: 'control', closedAt: null }]);
      const row = await simulation.shop.db.db.selectFrom('store').select('judgement').executeTakeFirstOrThrow();
      expect(JSON.parse(row.judgement)).toMatchObject({ diagnosis: { cause: 'mkt.auth_incident', confidence: 'low' } });
      await simulation.runTo(96);
      expect(await incidents(simulation)).toMatchObject([{ closedBy: 'control' }]);
      expect(await letters(simulation)).toMatchObject([{ letter: { stores: ['Blue Bird'], more: 0 } }]);
    });
  });
});

describe('an operator’s word', () => {
  const answer = ({ rung, asker, minute: at }: Asked): Answer =>
    rung === 'grant' && ((asker === 3 && at >= 10) || (asker === 4 && at >= 70)) ? 'grant_refused' : 'ok';

  test(
    'holds who fails until the operator takes it back, and hides no alarm that was proven before',
    { timeout: PATIENCE_MS },
    async () => {
      await inSimulation({ stores: 30, answer }, async (simulation) => {
        const { shop } = simulation;
        await expect(openByOperator(shop, { cohort: 'amazon:nobody:na', note: 'x' })).rejects.toMatchObject({
          code: 'invalid-fields',
        });
        await expect(closeByOperator(shop, { cohort: COHORT })).rejects.toMatchObject({ code: 'not-found' });
        await simulation.runTo(69);
        expect(await simulation.verdicts()).toEqual({ connected: 29, reconnect: 1 });
        await openByOperator(shop, { cohort: COHORT, note: 'Amazon told us so.' });
        await simulation.runTo(200);
        expect(await simulation.verdicts()).toEqual({ connected: 28, reconnect: 1, held: 1 });
        expect(await incidents(simulation)).toMatchObject([
          { openedBy: 'operator', note: 'Amazon told us so.', closedAt: null },
        ]);
        expect((await simulation.loud()).map(({ seller }) => seller)).toEqual([3]);
        await closeByOperator(shop, { cohort: COHORT, note: 'Over.' });
        await simulation.runTo(206);
        expect(await simulation.verdicts()).toEqual({ connected: 28, reconnect: 2 });
        expect(await incidents(simulation)).toMatchObject([{ closedBy: 'operator', note: 'Over.' }]);
        expect((await heldStores(simulation)).map((row) => row.ended)).toEqual(['own']);
        expect(await letters(simulation)).toEqual([]);
      });
    },
  );
});

describe('what is ordinary for a cohort', () => {
  test('is learnt from its own quiet hours, and not from an incident', { timeout: PATIENCE_MS }, async () => {
    await inSimulation({ stores: 200, answer: refusing([400, 430]) }, async (simulation) => {
      const baseline = async () =>
        baselineOf((await readCohort(simulation.shop.db.db, COHORT))?.learnt ?? { active: 0, failing: 0 });
      expect(await baseline()).toBe(BASELINE_SHARE);
      await simulation.runTo(399);
      const quiet = await baseline();
      expect(quiet).toBeLessThan(BASELINE_SHARE / 2);
      expect((await simulation.shop.crowd.weather(COHORT)).share.baseline).toBeCloseTo(quiet, 6);
      await simulation.runTo(460);
      expect(await incidents(simulation)).toHaveLength(1);
      expect(await baseline()).toBeLessThanOrEqual(quiet);
    });
  });
});
