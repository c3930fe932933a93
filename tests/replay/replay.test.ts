/** The watch of a simulated crowd leaves a log; the log judged again tells the same story, and another story under other rules. */
import { expect, test } from 'vitest';
import { StoreReplay, type Story } from '../../server/src/core/replay.ts';
import { TODAYS_RULES, type Rules } from '../../server/src/core/weigh.ts';
import { readLooks, storesWithLooks } from '../../server/src/db/looks.ts';
import type { Answer } from '../../server/src/core/observation.ts';
import { inSimulation, type Asked, type Simulation, type Wish } from '../support/crowd-simulation.ts';

async function storiesOf({ shop }: Simulation, rules: Rules, checkEvidence = false): Promise<Map<string, Story>> {
  const { db } = shop.db;
  const stories = new Map<string, Story>();
  for (const { id } of await storesWithLooks(db, { after: '', limit: 10_000 })) {
    const replay = new StoreReplay(rules, { checkEvidence });
    for await (const page of readLooks(db, { storeId: id, from: 0, to: Number.MAX_SAFE_INTEGER }))
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
  { answer: 'denied', when: (asked) => asked.rung === 'capability' && Number(asked.asker) % 90 === 11 },
  { answer: 'marketplace_error', when: (asked) => Number(asked.asker) % 50 === 13 && between(asked, 100, 110) },
];
const STORM: Wish = {
  stores: 300,
  answer: (asked) => TROUBLES.find(({ when }) => when(asked))?.answer ?? 'ok',
};

test(
  'today’s rules over the log tell exactly what was told, and every verdict follows from what it cites',
  { timeout: 120_000 },
  async () => {
    await inSimulation(STORM, async (simulation) => {
      await simulation.runTo(500);
      const stories = await storiesOf(simulation, TODAYS_RULES, true);
      const all = [...stories.values()];
      expect(all.flatMap(({ spans }) => spans)).toEqual([]);
      expect(all.flatMap(({ told }) => told).filter(({ kind }) => kind !== 'same')).toEqual([]);
      const mails = await simulation.mails();
      const told = [...stories].flatMap(([id, { told }]) =>
        told.flatMap(({ replayed }) => (replayed && replayed.what !== 'alarm_over' ? [`${id} ${replayed.what}`] : [])),
      );
      expect(told.toSorted()).toEqual(mails.map(({ seller, what }) => `st_${seller} ${what}`).toSorted());
      expect(told.length).toBeGreaterThan(5);
      expect(all.flatMap(({ evidence }) => evidence.unproven)).toEqual([]);
      const count = (of: (story: Story) => number) => all.reduce((sum, story) => sum + of(story), 0);
      expect(count(({ evidence }) => evidence.proven)).toBe(count(({ looks }) => looks));
      console.log(
        count(({ looks }) => looks),
        count(({ observations }) => observations),
        told.length,
      );
    });
  },
);
