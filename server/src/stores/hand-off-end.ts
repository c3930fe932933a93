/** A hand-off ends with what it was for: in the transaction in which its store turns green, or is removed. */
import type { Verdict } from '../core/connection.ts';
import { withStep } from '../core/hand-off.ts';
import type { EventType } from '../core/transition.ts';
import { listHandOffs, lockOpenHandOffs, saveHandOff, type HandOffRow } from '../db/hand-offs.ts';
import type { Tx } from '../db/open.ts';
import { lockSession, saveSession } from '../db/sessions.ts';

/** A permission was given anew, whoever gave it: the link has nothing left to do. */
const GIVEN: readonly EventType[] = ['store.connected', 'store.repaired', 'store.renewed', 'store.moved'];
/** The store works again by itself: only a link that was made because it did not is used up by that. */
const WELL_AGAIN: readonly EventType[] = ['store.checked', 'store.released', 'store.resumed'];

type OneStore = { accountId: string; storeId: string; now: number };
type Ending = { storeId: string; verdict: Verdict; type: EventType; now: number };

export async function endHandOffs(tx: Tx, { storeId, verdict, type, now }: Ending): Promise<void> {
  const why = reasonOf(type, verdict);
  if (why === null) return;
  for (const row of await lockOpenHandOffs(tx, { storeId })) {
    if (why === 'well_again' && !row.needed) continue;
    const kind = why === 'removed' ? ('revoked' as const) : ('green' as const);
    const ended = why === 'removed' ? { revokedAt: now } : { usedAt: now };
    await saveHandOff(tx, { ...row, ...ended, steps: withStep(row.steps, { kind, at: now }) });
  }
}

function reasonOf(type: EventType, verdict: Verdict): 'removed' | 'given' | 'well_again' | null {
  if (type === 'store.closed') return 'removed';
  if (GIVEN.includes(type)) return 'given';
  return WELL_AGAIN.includes(type) && verdict === 'connected' ? 'well_again' : null;
}

/** Nobody is to bring back a store that was sold: its link works no more. */
export async function revokeHandOffs(tx: Tx, { storeId, now }: Pick<Ending, 'storeId' | 'now'>): Promise<void> {
  for (const row of await lockOpenHandOffs(tx, { storeId }))
    await saveHandOff(tx, { ...row, revokedAt: now, steps: withStep(row.steps, { kind: 'revoked', at: now }) });
}

/** What was confirmed already goes on; whoever is still at the marketplace comes back to a page that says what happened. */
export async function endTrips(tx: Tx, rows: readonly HandOffRow[], now: number): Promise<void> {
  for (const { sessionId, usedAt, revokedAt } of rows) {
    if (sessionId === null || usedAt !== null || revokedAt !== null) continue;
    const session = await lockSession(tx, sessionId);
    if (!session || !['open', 'at_marketplace', 'failed'].includes(session.status)) continue;
    const ended = { status: 'expired' as const, nextAt: null, endedAt: now, version: session.version + 1 };
    await saveSession(tx, { ...session, ...ended });
  }
}

/** The same for the store's link, by whoever goes on to lock the store: sessions come first, as for whoever comes back. */
export async function endTripsTo(tx: Tx, { accountId, storeId, now }: OneStore): Promise<void> {
  // Of a store's links only the newest can be open.
  await endTrips(tx, await listHandOffs(tx, { accountId, storeId, limit: 1 }), now);
}
