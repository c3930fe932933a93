import { createHmac } from 'node:crypto';

import { badBody, notFound } from './problem.ts';
import type { ControlRoute } from './route.ts';
import { ok } from './route.ts';

const NONCE = /^[0-9a-f]{32,128}$/;

/** Proves to a program that holds the same key that this emulator is the one it was started as. The key never leaves. */
export function proofRoute(key: string | undefined): ControlRoute {
  return {
    method: 'GET',
    path: '/proof',
    id: 'readProof',
    summary: 'HMAC-SHA-256 of a nonce under the key in the file of --proof-file, both in hex',
    query: { nonce: 'at least 16 random bytes in hex' },
    handle({ query }) {
      if (key === undefined) throw notFound('This emulator was started without --proof-file');
      const nonce = query.get('nonce') ?? '';
      if (!NONCE.test(nonce)) throw badBody('nonce must be 16 to 64 bytes in hex');
      return ok({ proof: createHmac('sha256', key).update(nonce).digest('hex') });
    },
  };
}
