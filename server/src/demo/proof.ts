/** How a short tool knows that the demo's own emulator answers on the port: both hold a key that only we may read. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from './control.ts';

export function proofFile(dataDir: string): string {
  return join(dataDir, 'emulator', 'proof.key');
}

/** A new key for each start of the server. */
export function writeProofKey(dataDir: string): void {
  const file = proofFile(dataDir);
  mkdirSync(join(dataDir, 'emulator'), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
}

/** False when no server of ours wrote a key, or when another program answers on the port. */
export async function isOurEmulator(control: Control, dataDir: string): Promise<boolean> {
  try {
    const key = readFileSync(proofFile(dataDir), 'utf8');
    const nonce = randomBytes(32).toString('hex');
    const expected = createHmac('sha256', key).update(nonce).digest();
    const proof = Buffer.from(await control.proof(nonce), 'hex');
    return proof.length === expected.length && timingSafeEqual(proof, expected);
  } catch {
    return false;
  }
}
