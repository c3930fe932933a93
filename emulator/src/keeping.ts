import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import type { Stage } from './stage.ts';
import { worldFromAmazon } from './state/fromWorld.ts';
import { loadWorld } from './world/load.ts';
import type { World } from './world/schema.ts';

/** What an emulator leaves behind for the next one that starts with the same file. */
export type Kept = {
  world: World;
  /** How far its clock was from the machine's, in milliseconds. */
  offset: number;
  /** Which start this is; part of what tokens are derived from, so that no two starts hand out the same ones. */
  run: number;
};

const fileSchema = z.strictObject({ run: z.int().min(1), offset: z.number(), world: z.unknown() });

/** The world kept in a file, or undefined when there is no such file. @throws when the file is something else. */
export function readKept(file: string): Kept | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  const { run, offset, world } = fileSchema.parse(JSON.parse(text));
  const loaded = loadWorld(world);
  if ('world' in loaded) return { run, offset, world: loaded.world };
  throw new Error(
    `${file} is no kept world: ${loaded.complaints.map((one) => `${one.pointer} ${one.detail}`).join('; ')}`,
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Keeps a stage's world in a file: the function returned writes it when it differs from what was written last, whole
 * and renamed. It is called before an answer leaves, so no token that a client holds is ever forgotten. Quotas, access
 * tokens, codes, faults and the log are not kept.
 */
export function keepIn(file: string, stage: Stage, run: number): () => void {
  mkdirSync(dirname(file), { recursive: true });
  let written = '';
  return () => {
    const { now: _, payouts, transactions, settlements, ...rest } = worldFromAmazon(stage.amazon, 0);
    const offset = stage.clock.offset();
    const fingerprint = JSON.stringify([offset, payouts.length, transactions.length, settlements.length, rest]);
    if (fingerprint === written) return;
    const world = { ...rest, payouts, transactions, settlements };
    writeFileSync(`${file}.new`, JSON.stringify({ run, offset, world }));
    renameSync(`${file}.new`, file);
    written = fingerprint;
  };
}
