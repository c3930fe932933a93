/** The logs of some stores, replayed one after the other: a page of looks in memory at a time. */
import { Fault } from '../core/fault.ts';
import { StoreReplay, type Story } from '../core/replay.ts';
import type { Rules } from '../core/weigh.ts';
import { readLooks } from '../db/looks.ts';
import type { Reader } from '../db/dialect.ts';

export type StoreNamed = { id: string; accountId: string };
export type StoreStory = { store: StoreNamed; story: Story };

/** `from` and `to` inclusive, milliseconds. */
export type ReplayWish = { from: number; to: number; checkEvidence: boolean };

/** Throws a Fault naming the store when a rule of the set throws. */
export async function replayStores(
  db: Reader,
  stores: readonly StoreNamed[],
  { rules, wish }: { rules: Rules; wish: ReplayWish },
): Promise<StoreStory[]> {
  const stories: StoreStory[] = [];
  for (const store of stores) {
    const replay = new StoreReplay(rules, wish);
    for await (const page of readLooks(db, { storeId: store.id, ...wish })) {
      try {
        for (const look of page) replay.add(look);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Fault('invalid-request', { detail: `The rules fail over the log of ${store.id}: ${why}` });
      }
    }
    const story = replay.end();
    if (story.looks > 0) stories.push({ store, story });
  }
  return stories;
}
