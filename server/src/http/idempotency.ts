/** `Idempotency-Key` on POST: the same request sent again has one effect and gets the first answer. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../core/fault.ts';
import { isOutage } from '../database-outage.ts';
import { forgetful, type Answer, type Remember } from '../stores/remember.ts';
import type { Idempotency } from './web.ts';

/** How long a second request waits for the first to finish, or for its process to count as gone. Milliseconds. */
const PATIENCE_MS = 40_000;
const STEP_MS = 50;

type Once = { idempotency: Idempotency; accountId: string };

/** Runs `work` once per key and account. Without the header it simply runs. */
export async function once(
  request: FastifyRequest,
  { idempotency, accountId }: Once,
  work: (remember: Remember) => Promise<Answer>,
): Promise<Answer> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return work(forgetful);
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) {
    throw new Fault('invalid-request', { detail: 'Idempotency-Key must have 1 to 255 characters.' });
  }
  const slot = { idempotency, accountId, key };
  const begun = await begin({ ...slot, fingerprint: fingerprintOf(request) });
  return 'answer' in begun ? begun.answer : run(slot, begun.resumes, work);
}

type Begun = { answer: Answer } | { resumes: string | null };

async function begin(request: Once & { key: string; fingerprint: string }): Promise<Begun> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const state = await request.idempotency.begin(request);
    if (state.kind === 'begun') return { resumes: state.resumes };
    if (state.kind === 'finished') {
      const { status, body, headers } = state;
      return { answer: { status, body, headers: { ...headers, 'idempotent-replayed': 'true' } } };
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

/** A refusal had no effect, so its key is free again: the corrected request may use it. */
async function run(
  slot: Once & { key: string },
  resumes: string | null,
  work: (remember: Remember) => Promise<Answer>,
): Promise<Answer> {
  const { idempotency, accountId, key } = slot;
  const kept = { done: false };
  const remember: Remember = {
    resumes,
    async answer(tx, answer) {
      await idempotency.keep(tx, { accountId, key, answer });
      kept.done = true;
    },
    begun: (tx, subject) => idempotency.noteBegun(tx, { accountId, key, subject }),
  };
  try {
    const answer = await work(remember);
    if (!kept.done) await idempotency.keep(null, { accountId, key, answer });
    return answer;
  } catch (error) {
    // In an outage it is not known what was written: the row stays, and the request that comes again finds out.
    if (!isOutage(error)) await idempotency.abandon({ accountId, key });
    throw error;
  } finally {
    idempotency.end({ accountId, key });
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
