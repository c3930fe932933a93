/** `Idempotency-Key` on POST: the same request sent again has one effect and gets the first answer. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import type { Idempotency } from './web.ts';

/** How long a second request waits for the first to finish. Milliseconds. */
const PATIENCE_MS = 30_000;
const STEP_MS = 50;

type Once = { idempotency: Idempotency; accountId: string };
export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** Runs `work` once per key and account. Without the header it simply runs. */
export async function once(
  request: FastifyRequest,
  { idempotency, accountId }: Once,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return work();
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) {
    throw new Fault('invalid-request', { detail: 'Idempotency-Key must have 1 to 255 characters.' });
  }
  const earlier = await begin({ idempotency, accountId, key, fingerprint: fingerprintOf(request) });
  if (earlier !== null) return earlier;
  return run({ idempotency, accountId, key }, work);
}

async function begin(request: Once & { key: string; fingerprint: string }): Promise<Answer | null> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const state = await request.idempotency.begin(request);
    if (state.kind === 'begun') return null;
    if (state.kind === 'finished') {
      const body: unknown = state.body === '' ? null : JSON.parse(state.body);
      return { status: state.status, body, headers: { 'idempotent-replayed': 'true' } };
    }
    if (state.kind === 'conflict')
      throw new Fault('idempotency-conflict', {
        detail: 'Send the first request again with this key, or this request with a key of its own.',
      });
    if (performance.now() > until) {
      throw new Fault('idempotency-conflict', {
        detail: 'The first request with this key is still running.',
        retryAfterSeconds: 5,
      });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, STEP_MS);
    });
  }
}

/** A refusal had no effect, so its key is free again: whoever corrects the request may send it with the same key. */
async function run(slot: Once & { key: string }, work: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await work();
    const body = answer.body === null ? '' : JSON.stringify(answer.body);
    await slot.idempotency.finish({ accountId: slot.accountId, key: slot.key, status: answer.status, body });
    return answer;
  } catch (error) {
    await slot.idempotency.abandon(slot);
    throw error;
  }
}

function fingerprintOf(request: FastifyRequest): string {
  return createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex');
}

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}
