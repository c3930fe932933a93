import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyFile, parseKey, readKeys } from './keys.ts';

const text = randomBytes(32).toString('base64');
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'storekeeper-keys-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the secret key setting', () => {
  it('is 32 bytes in base64, named by the first 8 digits of its SHA-256', () => {
    const key = parseKey(Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'));
    expect(key.id).toBe('3eb1bd43');
    expect(parseKey(Buffer.from(key.bytes).toString('base64url')).id).toBe(key.id);
  });

  it.each([
    ['too short', randomBytes(16).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['hex', randomBytes(32).toString('hex')],
    ['not base64', 'päßwörd'],
    ['all zero', Buffer.alloc(32).toString('base64')],
  ])('that is %s is refused without being repeated', (_what, wrong) => {
    expect(() => parseKey(wrong)).toThrow('openssl rand');
    expect(() => parseKey(wrong)).not.toThrow(wrong);
  });

  it('may name a file or a command', async () => {
    const path = join(directory, 'secret.key');
    writeFileSync(path, `${text}\n`);
    const [direct] = await readKeys(text);
    expect(await readKeys(`file:${path}`)).toEqual([direct]);
    expect(await readKeys(`command:cat '${path}'`)).toEqual([direct]);
  });

  it('may hold older keys behind the current one', async () => {
    const older = randomBytes(32).toString('base64');
    const ids = (await readKeys(`${text},${older}`)).map((key) => key.id);
    expect(ids).toEqual([parseKey(text).id, parseKey(older).id]);
  });

  it('says what to do when the file is missing, the command fails, or nothing is there', async () => {
    await expect(readKeys('file:/nowhere/secret.key')).rejects.toThrow('/nowhere/secret.key cannot be read (ENOENT)');
    await expect(readKeys('command:echo leaked >&2; exit 3')).rejects.toThrow('failed (3)');
    await expect(readKeys('command:echo leaked >&2; exit 3')).rejects.not.toThrow('leaked');
    await expect(readKeys('')).rejects.toThrow('is empty');
    await expect(readKeys('aws-kms:alias/x')).rejects.toThrow('command:aws kms decrypt');
  });
});

describe('the demo’s own key', () => {
  it('is made once, for its owner’s eyes only', async () => {
    const path = join(directory, 'secret.key');
    expect(await createKeyFile(path)).toBe(true);
    const made = readFileSync(path, 'utf8');
    expect(await createKeyFile(path)).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(made);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await readKeys(`file:${path}`)).toHaveLength(1);
  });
});
