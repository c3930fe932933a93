/** The clock of this machine may be set while everything runs: no due row may wait for that, and the operator is told. */
import { longestPauses } from '../core/cadence.ts';
import { bringBack, bringRequestsBack, pullDueRows } from '../db/clock-repair.ts';
import { pageOf, queue } from './app-incidents.ts';
import type { Shop } from './shop.ts';

/** The machine's clock and one that nobody can set; milliseconds. */
export type MachineClocks = { wall: () => number; steady: () => number };

const MACHINE: MachineClocks = { wall: () => Date.now(), steady: () => performance.now() };

/** A clock that runs away from the steady one by more than this between two steps was set. */
const JUMP_MS = 60_000;
const PULL_MS = 60_000;

/** A step of the watch: repairs at first, after every jump, and cheaply once a minute. */
export function watchClock(shop: Shop, machine: MachineClocks = MACHINE): () => Promise<number> {
  const seen = { wall: machine.wall() - machine.steady(), product: NaN, pulledAt: -Infinity };
  return async () => {
    const steady = machine.steady();
    const wall = machine.wall() - steady;
    const product = shop.now() - steady;
    const jumped = wall - seen.wall;
    const isSet = !(Math.abs(product - seen.product) <= JUMP_MS);
    if (!isSet && Math.abs(jumped) <= JUMP_MS && steady - seen.pulledAt < PULL_MS) return 0;
    Object.assign(seen, { wall, product, pulledAt: steady });
    const brought = isSet ? await shop.db.transaction((tx) => bringBack(tx, shop.now())) : 0;
    await bringRequestsBack(shop.db.db, machine.wall());
    await pullDueRows(shop.db.db, { now: shop.now(), ...longestPauses(shop.settings.probeIntervalMs) });
    if (Math.abs(jumped) > JUMP_MS) await noteJump(shop, jumped, brought);
    return 0;
  };
}

async function noteJump(shop: Shop, jumpedMs: number, brought: number): Promise<void> {
  const minutes = Math.round(Math.abs(jumpedMs) / 60_000);
  const detail = `${minutes} minutes ${jumpedMs < 0 ? 'back' : 'forward'}. ${brought} instants in the database were ahead of it and were corrected.`;
  shop.log.warn({ jumpedMs, brought }, 'the clock of this machine was set');
  const payload = { topic: 'operator_note', what: 'clock', detail, app: null, link: pageOf(shop) } as const;
  const now = shop.now();
  const dedupeKey = `clock:${Math.floor(now / 3_600_000)}:${Math.sign(jumpedMs)}`;
  await shop.db.transaction((tx) => queue(shop, { tx, dedupeKey, payload, now }));
}
