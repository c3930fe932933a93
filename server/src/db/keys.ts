/** The keys that wrap every sealed credential: 32 bytes, from the setting itself, a file or a command. Never printed. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DatabaseProblem } from './problem.ts';

/** `id` is the first 8 hex digits of the key's SHA-256: it names the key without telling it. */
export type VaultKey = { id: string; bytes: Uint8Array };

const KEY_BYTES = 32;
const COMMAND_MS = 15_000;
const run = promisify(execFile);

/** One key in base64 (or base64url). Throws DatabaseProblem, without repeating the text, when it is not 32 bytes. */
export function parseKey(text: string): VaultKey {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed);
  if (!isBase64 || bytes.length !== KEY_BYTES) {
    throw new DatabaseProblem(
      'The secret key must be 32 random bytes in base64 (44 characters). Make one with: openssl rand -base64 32',
    );
  }
  if (new Set(bytes).size < 8) {
    throw new DatabaseProblem('The secret key is not random. Make one with: openssl rand -base64 32');
  }
  return { id: keyIdOf(bytes), bytes };
}

/**
 * Reads STOREKEEPER_SECRET_KEY: base64, `file:<path>` or `command:<shell command>`. Several keys may stand there, one a
 * line or separated by commas: the first seals, the others still open what they sealed (that is what a rotation needs).
 */
export async function readKeys(reference: string): Promise<VaultKey[]> {
  const text = await resolveReference(reference.trim());
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(parseKey);
  if (keys.length === 0) {
    throw new DatabaseProblem('STOREKEEPER_SECRET_KEY is empty. Make a key with: openssl rand -base64 32');
  }
  return keys;
}

async function resolveReference(reference: string): Promise<string> {
  if (reference.startsWith('file:')) return readKeyFile(reference.slice('file:'.length));
  if (reference.startsWith('command:')) return askCommand(reference.slice('command:'.length));
  if (reference.startsWith('aws-kms:')) {
    throw new DatabaseProblem(
      'aws-kms: is not built in. Let AWS decrypt the key with a command instead, for example ' +
        'STOREKEEPER_SECRET_KEY="command:aws kms decrypt --ciphertext-blob fileb://key.bin --query Plaintext --output text".',
    );
  }
  return reference;
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DatabaseProblem(
      `The secret key file ${path} cannot be read (${errorCode(error)}). ` +
        'Create it, or let STOREKEEPER_SECRET_KEY name the right one.',
    );
  }
}

/** What the command writes to its standard error may quote the key, so nothing of it is repeated. */
async function askCommand(command: string): Promise<string> {
  try {
    const { stdout } = await run('/bin/sh', ['-c', command], { timeout: COMMAND_MS });
    return stdout;
  } catch (error) {
    throw new DatabaseProblem(
      `The command in STOREKEEPER_SECRET_KEY failed (${errorCode(error)}). Run it by hand: it must print the key alone.`,
    );
  }
}

/** Makes a key file readable by its owner alone, unless it exists; true when it was made. For the demo. */
export async function createKeyFile(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function keyIdOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8);
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
