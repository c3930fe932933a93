/** The watch of a simulated crowd leaves a log; the log judged again tells the same story, and another story under other rules. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../server/src/core/judge.ts';
import { StoreReplay, type Story } from '../../server/src/core/replay.ts';
import { TODAYS_RULES, type Rules } from '../../server/src/core/weigh.ts';
import { readLooks, storesWithLooks } from '../../server/src/db/looks.ts';
import type { Answer } from '../../server/src/core/observation.ts';
import { inSimulation, type Asked, type Simulation, type Wish } from '../support/crowd-simulation.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
/** A simulation of hours is work for a machine, however slow it is. */
const LONG = { timeout: 300_000 };

type Wished = { checkEvidence?: boolean; from?: number };

async function storiesOf(
  { shop }: Simulation,
  rules: Rules,
  { checkEvidence = false, from = 0 }: Wished = {},
): Promise<Map<string, Story>> {
  const { db } = shop.db;
  const stories = new Map<string, Story>();
  for (const { id } of await storesWithLooks(db, { after: '', limit: 10_000 })) {
    const replay = new StoreReplay(rules, { checkEvidence, from });
    for await (const page of readLooks(db, { storeId: id, from, to: Number.MAX_SAFE_INTEGER }))
      page.forEach((look) => replay.add(look));
    stories.set(id, replay.end());
  }
  return stories;
}

type Trouble = { answer: Answer; when: (asked: Asked) => boolean };

const isCall = ({ rung }: Asked) => rung === 'identity' || rung === 'capability' || rung === 'control';
const between = ({ minute }: Asked, from: number, to: number) => minute >= from && minute < to;

/** An incident for all, sellers who leave and come back, an app without a role at some, and bad minutes at others. */
const TROUBLES: Trouble[] = [
  { answer: 'denied', when: (asked) => isCall(asked) && between(asked, 60, 85) },
  {
    answer: 'grant_refused',
    when: (asked) => asked.rung === 'grant' && Number(asked.asker) % 60 === 7 && between(asked, 20, 300),
  },
  { answer: 'section_denied', when: (asked) => asked.rung === 'capability' && Number(asked.asker) % 90 === 11 },
  { answer: 'denied', when: ({ call, asker }) => call === 'listExpectedPayouts' && Number(asker) % 90 === 31 },
  { answer: 'marketplace_error', when: (asked) => Number(asked.asker) % 50 === 13 && between(asked, 100, 110) },
];
const STORM: Wish = {
  stores: 300,
  answer: (asked) => TROUBLES.find(({ when }) => when(asked))?.answer ?? 'ok',
};

/** The same, with every permission refused too: a refusal without a reason alarms a seller only after hours. */
const STORM_OF_REFUSALS: Wish = {
  ...STORM,
  answer: (asked) => (asked.rung === 'grant' && between(asked, 60, 85) ? 'grant_refused' : STORM.answer(asked)),
};

const count = (stories: Iterable<Story>, of: (story: Story) => number) =>
  [...stories].reduce((sum, story) => sum + of(story), 0);
const mailed = (stories: Map<string, Story>, whose: 'recorded' | 'replayed') =>
  [...stories].flatMap(([id, { told }]) =>
    told.flatMap((one) => {
      const word = one[whose];
      return word && word.what !== 'alarm_over' ? [`${id} ${word.what}`] : [];
    }),
  );

/** Without the crowd and its controls: whoever is refused twice, ninety seconds apart, is told. */
const ALONE: Rules = {
  ...TODAYS_RULES,
  judge: (input) =>
    judge({
      ...input,
      observations: input.observations.map((o) => (o.rung === 'control' ? { ...o, answer: 'ok' } : o)),
      weather: {
        ...input.weather,
        control: { lastOkAt: input.now, lastOkVia: 'store', lastRefusedAt: null, clearSince: null },
        share: { active: 0, failing: 0 },
      },
    }),
};

describe('the log of an incident, of sellers who left, and of an app without a role', () => {
  test(
    'judged by today’s rules tells exactly what was told, and every verdict follows from what it cites',
    LONG,
    async () => {
      await inSimulation(STORM, async (simulation) => {
        await simulation.runTo(400);
        const stories = await storiesOf(simulation, TODAYS_RULES, { checkEvidence: true });
        const all = [...stories.values()];
        expect(all.flatMap(({ spans }) => spans)).toEqual([]);
        expect(all.flatMap(({ told }) => told).filter(({ kind }) => kind !== 'same')).toEqual([]);
        const mails = (await simulation.mails()).map(({ seller, what }) => `st_${seller} ${what}`);
        expect(mailed(stories, 'replayed').toSorted()).toEqual(mails.toSorted());
        expect(mails.length).toBeGreaterThan(5);
        expect(all.flatMap(({ evidence }) => evidence.unproven)).toEqual([]);
        expect(count(all, ({ evidence }) => evidence.proven)).toBe(count(all, ({ looks }) => looks));
        expect(count(all, ({ looks }) => looks)).toBeGreaterThan(500);
      });
    },
  );

  test('judged without control and crowd, would have written to sellers whose stores were fine', LONG, async () => {
    await inSimulation(STORM_OF_REFUSALS, async (simulation) => {
      await simulation.runTo(150);
      const stories = await storiesOf(simulation, ALONE);
      const recorded = new Set(mailed(stories, 'recorded'));
      expect(recorded).toEqual(new Set((await simulation.mails()).map(({ seller, what }) => `st_${seller} ${what}`)));
      const wronged = mailed(stories, 'replayed').filter((mail) => !recorded.has(mail));
      expect(wronged.length).toBeGreaterThan(20);
      expect(count(stories.values(), ({ spans }) => spans.length)).toBeGreaterThanOrEqual(wronged.length);
    });
  });

  test('from a moment in the middle of it on, tells what was told from then on', LONG, async () => {
    await inSimulation(STORM, async (simulation) => {
      await simulation.runTo(150);
      const from = NOON + 70 * 60_000;
      const stories = await storiesOf(simulation, TODAYS_RULES, { checkEvidence: true, from });
      const all = [...stories.values()];
      expect(all.flatMap(({ spans }) => spans)).toEqual([]);
      expect(all.flatMap(({ told }) => told).filter(({ kind }) => kind !== 'same')).toEqual([]);
      expect(all.flatMap(({ evidence }) => evidence.unproven)).toEqual([]);
      expect(count(all, ({ evidence }) => evidence.proven)).toBe(count(all, ({ looks }) => looks));
      expect(count(all, ({ looks }) => looks)).toBeGreaterThan(100);
    });
  });
});
