/** A planned absence: said by a person, silences every message about the store at once, and ends by itself or by a person. */
import { holidayProblem, holidayUntil, isAway, type Absence } from '../core/absence.ts';
import { Fault } from '../core/fault.ts';
import { STORE_TOPICS } from '../core/message.ts';
import { zoneFor } from '../core/message-settings.ts';
import { newId } from '../db/ids.ts';
import { readMessageSettings } from '../db/message-settings.ts';
import type { Tx } from '../db/open.ts';
import { cancelFor, enqueue } from '../db/outbox.ts';
import type { StoreRow } from '../db/stores.ts';
import type { AbsencePatch } from '../http/contract/store.ts';
import { revokeHandOffs } from './hand-off-end.ts';
import { scheduleReminders } from './remind.ts';
import type { Shop } from './shop.ts';
import { goOnTelling } from './tell.ts';

type Wish = { tx: Tx; row: StoreRow; wanted: AbsencePatch | null | undefined; now: number };

/** What the store's absence is to be. Throws Fault `invalid-fields` for a day that is no day to come back on. */
export async function absenceWanted({ tx, row, wanted, now }: Wish): Promise<Absence | null> {
  if (wanted === undefined) return row.absence;
  if (wanted === null || wanted.kind === 'sold') return wanted && { kind: 'sold' };
  const zone = zoneFor(await readMessageSettings(tx, row), row.site);
  const message = holidayProblem(wanted.until, { now, zone });
  if (message !== null) {
    throw new Fault('invalid-fields', { errors: [{ field: 'absence.until', code: 'out_of_range', message }] });
  }
  return holidayUntil(wanted.until, zone);
}

/** Whether the watch is to run: a store that was sold is not looked at, and is again when it was not sold after all. */
export function watchUnder(
  before: StoreRow,
  absence: Absence | null,
  paused: boolean | undefined,
): boolean | undefined {
  if (absence?.kind === 'sold') return true;
  return before.absence?.kind === 'sold' ? (paused ?? false) : paused;
}

/** Cancels, or takes up again, what is said about the store, in the transaction that changes its absence. */
export async function applyAbsence(
  shop: Shop,
  { tx, before, after, now }: { tx: Tx; before: StoreRow; after: StoreRow; now: number },
): Promise<void> {
  if (JSON.stringify(before.absence) === JSON.stringify(after.absence)) return;
  if (after.absence?.kind === 'sold') await revokeHandOffs(tx, { storeId: after.id, now });
  await cancelFor(tx, { storeId: after.id, topics: isAway(after.absence, now) ? STORE_TOPICS : ['absence_over'], now });
  await scheduleReminders(shop, { tx, row: after, now });
  if (after.absence?.kind === 'holiday') await queueReturn(shop, { tx, row: after, absence: after.absence, now });
  if (after.absence === null) await goOnTelling(shop, { tx, row: after, now });
}

type Returning = { tx: Tx; row: StoreRow; absence: Extract<Absence, { kind: 'holiday' }>; now: number };

/** One mail when the holiday is over, and only if something is still true then. */
async function queueReturn(shop: Shop, { tx, row, absence, now }: Returning): Promise<void> {
  const recipient = row.email ?? row.secondEmail;
  if (recipient === null) return;
  await enqueue(tx, {
    id: newId('om'),
    accountId: row.accountId,
    storeId: row.id,
    kind: 'email',
    topic: 'absence_over',
    dedupeKey: `${row.id}:absence_over:${absence.until}:${now}`,
    recipient,
    payload: {
      topic: 'absence_over',
      storeId: row.id,
      storeName: row.name,
      label: shop.connector(row.marketplace).label,
      link: `${shop.publicUrl}/stores/${row.id}?repair=1`,
      until: absence.until,
    },
    nextAt: absence.endsAt,
    createdAt: now,
  });
}
