/**
 * Whether what is open may stay open, asked for all at once: those who ask while an answer is on its way share the next one.
 * So an answer is never older than the question, and a thousand open pages cost one query at a time.
 */
export type Gate<Item> = { passes(item: Item): Promise<boolean> };

type Waiting<Item> = { item: Item; settle: (passes: Promise<boolean>) => void };

export function createGate<Item>(ask: (items: readonly Item[]) => Promise<ReadonlySet<Item>>): Gate<Item> {
  let waiting: Waiting<Item>[] = [];
  let asking = false;

  async function answerAll(): Promise<void> {
    asking = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const answer = ask(batch.map(({ item }) => item));
      for (const { item, settle } of batch) settle(answer.then((passing) => passing.has(item)));
      await answer.catch(() => undefined);
    }
    asking = false;
  }

  return {
    passes: (item) =>
      new Promise((resolve) => {
        waiting.push({ item, settle: resolve });
        if (!asking) void answerAll();
      }),
  };
}
