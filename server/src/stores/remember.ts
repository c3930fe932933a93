/** How a verb keeps its answer for a request that is sent again: in the transaction of its effect. */
import type { Tx } from '../db/open.ts';

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

export type Remember = {
  /** Keeps the answer: it is there if the effect is, whenever the process ends. */
  answer: (tx: Tx, answer: Answer) => Promise<void>;
  /** Notes what the request has begun, so that a second run goes on with it. */
  begun: (tx: Tx, id: string) => Promise<void>;
  /** What an earlier run had begun when its process ended; null for a first run. */
  resumes: string | null;
};

/** For a request that nobody means to repeat. */
export const forgetful: Remember = { answer: async () => undefined, begun: async () => undefined, resumes: null };

/** The answer of `POST /v1/stores`. */
export function connectedStore({ status, store }: { status: number; store: { id: string } }): Answer {
  return { status, body: store, headers: { location: `/v1/stores/${store.id}` } };
}
