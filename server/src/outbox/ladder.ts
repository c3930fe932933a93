/** After a message about a break: what follows it, queued in the transaction that marks it. */
import { isAway } from '../core/absence.ts';
import type { AlarmPayload, OutboxPayload, RungPayload } from '../core/message.ts';
import { asksTheSame, nextMessage, readersOf, rungKey, rungOf, type Told } from '../core/message-plan.ts';
import { breakHistory, quietHoursOf } from '../db/breaks.ts';
import { newId } from '../db/ids.ts';
import { readMessageSettings } from '../db/message-settings.ts';
import type { Db, OpenDatabase, Tx } from '../db/open.ts';
import { enqueue, type OutboxRow } from '../db/outbox.ts';
import { lockStore, type StoreRow } from '../db/stores.ts';

/** `copies`: the second contact is to read what was said, too. `goesOn`: false where nothing follows. */
type Following = { row: OutboxRow; payload: OutboxPayload; now: number; copies: boolean; goesOn?: boolean };

/**
 * Marks the message and queues the next rung for a break that still stands. The store is locked first, as everybody does who
 * turns it green: so no rung is queued behind the back of the transaction that cancels them.
 */
export async function markAndFollow(db: OpenDatabase, following: Marking): Promise<void> {
  await db.transaction((tx) => markAndFollowIn(tx, following));
}

type Marking = Following & { mark: (tx: Tx) => Promise<unknown> };

/** The same in a transaction that has begun, and has not written to the outbox yet: the store comes first. */
export async function markAndFollowIn(tx: Tx, { mark, ...following }: Marking): Promise<void> {
  const alarm = following.goesOn === false ? null : alarmIn(following.payload);
  const store = alarm === null ? null : await lockStore(tx, alarm.storeId);
  await mark(tx);
  if (alarm !== null && store !== null) await follow(tx, { ...following, alarm, store });
}

type Known = AlarmPayload & { alarmSince?: number };

/** The alarm that a message says, or repeats to the store's contact; null when it says none. */
function alarmIn(payload: OutboxPayload): Known | null {
  switch (payload.topic) {
    case 'needs_reconnect':
    case 'blocked':
    case 'limited':
      return payload;
    case 'absence_over':
      return payload.still?.is === 'broken' ? payload.still.alarm : null;
    case 'still_broken': {
      const { about, rung: _rung, firstAt: _firstAt, reader, ...words } = payload;
      return reader === 'contact' ? { ...words, topic: about } : null;
    }
    default:
      return null;
  }
}

type Breaking = Following & { alarm: Known; store: StoreRow };

async function follow(tx: Tx, { row, payload, now, copies, alarm, store }: Breaking): Promise<void> {
  const since = breakSince(store, alarm, now);
  if (since === null) return;
  if (copies && payload.topic === 'still_broken' && readersOf(payload.rung).includes('second'))
    await copy(tx, { row, payload, now, store });
  const { told } = await breakHistory(tx, { store, since });
  const next = nextMessage({
    cause: alarm.cause,
    told: [...told, toldNow(payload, alarm, now)],
    now,
    hours: await quietHoursOf(tx, store),
  });
  if (next === null || next.rung === 0) return;
  const rung = rungOf(alarm, { rung: next.rung, firstAt: next.firstAt, alarmSince: since });
  await queue(tx, { row, payload: rung, recipient: row.recipient, at: next.at, now });
}

/** Since when the store stands in the very break that the alarm was about; null when it does not, or nobody is to hear of it. */
function breakSince(store: StoreRow, alarm: Known, now: number): number | null {
  if (store.phase !== 'live' || isAway(store.absence, now)) return null;
  return store.alarm !== null && asksTheSame(store.alarm.cause, alarm.cause) ? store.alarm.since : null;
}

function toldNow(payload: OutboxPayload, { cause }: Known, at: number): Told {
  return { at, rung: payload.topic === 'still_broken' ? payload.rung : 0, cause };
}

/** The store's own second contact, else the account's. */
export async function secondContact(
  tx: Db,
  store: Pick<StoreRow, 'accountId' | 'secondEmail'>,
): Promise<string | null> {
  return store.secondEmail ?? (await readMessageSettings(tx, store)).secondEmail;
}

type Copying = { row: OutboxRow; payload: RungPayload; now: number; store: StoreRow };

async function copy(tx: Tx, { row, payload, now, store }: Copying): Promise<void> {
  const second = await secondContact(tx, store);
  if (second === null || second.toLowerCase() === row.recipient.toLowerCase()) return;
  await queue(tx, { row, payload: { ...payload, reader: 'second' }, recipient: second, at: now, now });
}

type Queued = { row: OutboxRow; payload: RungPayload; recipient: string; at: number; now: number };

async function queue(tx: Tx, { row, payload, recipient, at, now }: Queued): Promise<void> {
  await enqueue(tx, {
    id: newId('om'),
    accountId: row.accountId,
    storeId: payload.storeId,
    kind: 'email',
    topic: payload.topic,
    dedupeKey: rungKey(payload),
    recipient,
    payload,
    nextAt: at,
    createdAt: now,
  });
}
