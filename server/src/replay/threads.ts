/** Threads that share a replay: stores are handed out a few at a time, and their stories come back in the order of the stores. */
import { Worker } from 'node:worker_threads';
import { Fault } from '../core/fault.ts';
import type { RulesAt } from './rules.ts';
import type { ReplayWish, StoreNamed, StoreStory } from './stores.ts';

/** What a thread needs to work alone. */
export type Material = { databaseUrl: string; dataDir: string; rules: RulesAt; wish: ReplayWish };
export type Answer = { stories: StoreStory[] } | { problem: string };

/** So many handfuls may be under way or finished early for each thread: what is finished early waits in memory. */
const AHEAD = 4;

export async function* replayInThreads(
  material: Material,
  handfuls: AsyncIterable<StoreNamed[]>,
  count: number,
): AsyncGenerator<StoreStory[]> {
  const threads = Array.from({ length: count }, () => new Thread(material));
  try {
    const waiting: Promise<StoreStory[]>[] = [];
    for await (const stores of handfuls) {
      const thread = threads.reduce((idlest, other) => (other.load < idlest.load ? other : idlest));
      waiting.push(thread.replay(stores));
      if (waiting.length >= AHEAD * count) yield (await waiting.shift()) ?? [];
    }
    for (const stories of waiting) yield await stories;
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

type Asked = { resolve: (stories: StoreStory[]) => void; reject: (problem: Error) => void };

class Thread {
  readonly #worker: Worker;
  readonly #asked: Asked[] = [];
  readonly #ended: Promise<void>;
  #problem: Error | null = null;

  constructor(material: Material) {
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: material });
    this.#worker.on('message', (answer: Answer) => {
      const asked = this.#asked.shift();
      if ('stories' in answer) asked?.resolve(answer.stories);
      else asked?.reject(new Fault('invalid-request', { detail: answer.problem }));
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fail(new Error('A thread of the replay ended too early.'));
        resolve();
      });
    });
  }

  /** Handfuls under way. */
  get load(): number {
    return this.#asked.length;
  }

  replay(stores: readonly StoreNamed[]): Promise<StoreStory[]> {
    const stories = new Promise<StoreStory[]>((resolve, reject) => {
      if (this.#problem) reject(this.#problem);
      else this.#asked.push({ resolve, reject });
    });
    // Whoever waits for it hears of a failure when its turn comes.
    stories.catch(() => undefined);
    if (!this.#problem) this.#worker.postMessage(stores);
    return stories;
  }

  async end(): Promise<void> {
    if (this.load > 0) await this.#worker.terminate();
    else this.#worker.postMessage(null);
    await this.#ended;
  }

  #fail(problem: Error): void {
    this.#problem ??= problem;
    for (const { reject } of this.#asked.splice(0)) reject(problem);
  }
}
