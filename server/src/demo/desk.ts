/** What the fire-drill page works with. */
import type { z } from 'zod';
import type { DemoState, MoveClock, StartDrill } from '../http/contract/app.ts';

export type DemoDesk = {
  /** Who is signed in with one click. */
  person: { email: string; password: string };
  /** Resolves when the demo's person and stores are there. */
  prepared: Promise<void>;
  state(accountId: string): Promise<DemoState>;
  start(accountId: string, drill: z.infer<typeof StartDrill>): Promise<void>;
  stop(accountId: string, drillId: string): Promise<void>;
  stopAll(accountId: string): Promise<void>;
  moveClock(accountId: string, move: z.infer<typeof MoveClock>): Promise<void>;
  /** Hears of every move of the clock: milliseconds. The answer ends it. */
  onClock(listener: (now: number) => void): () => void;
};
