/** The product key: 32 bytes that wrap the data key of every sealed row. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Secret } from '../core/secret.ts';
import type { Fields } from './fields.ts';

/** `id` is public: the first 12 hex digits of the key's SHA-256. `key` reveals 32 bytes in base64. */
export type SecretKey = { id: string; key: Secret };

export function secretKeyOf(bytes: Buffer): SecretKey {
  const id = createHash('sha256').update('storekeeper key id').update(bytes).digest('hex').slice(0, 12);
  return { id, key: new Secret(bytes.toString('base64')) };
}

const RIGHT = '32 random bytes in base64 (openssl rand -base64 32), or file:/path, or command:… that prints them.';

/** Reads a key setting: base64, `file:` or `command:`. Null when it is not set or wrong (then a problem is noted). */
export function readKey(fields: Fields, from: { name: string; directory: string }): SecretKey | null {
  const given = fields.text(from.name);
  if (given === null) return null;
  const text = follow(fields, { ...from, given });
  if (text === null) return null;
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (bytes.length === 32) return secretKeyOf(bytes);
  fields.problem(from.name, { wrong: `It holds ${bytes.length} bytes in base64 instead of 32.`, right: RIGHT });
  return null;
}

function follow(fields: Fields, from: { name: string; directory: string; given: string }): string | null {
  const [, scheme, rest] = /^(file|command|aws-kms):(.*)$/s.exec(from.given) ?? [];
  if (scheme === undefined || rest === undefined) return from.given;
  if (scheme === 'aws-kms') {
    fields.problem(from.name, {
      wrong: 'aws-kms: is not built into this version.',
      right: 'command:aws kms decrypt … --query Plaintext --output text, which asks the same key store.',
    });
    return null;
  }
  try {
    return (scheme === 'file' ? readFileSync(resolve(from.directory, rest), 'utf8') : run(rest)).trim();
  } catch {
    const what = scheme === 'file' ? `The file ${rest} cannot be read.` : 'The command failed or took over 10 seconds.';
    fields.problem(from.name, { wrong: what, right: RIGHT });
    return null;
  }
}

function run(command: string): string {
  return execFileSync('/bin/sh', ['-c', command], {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
