/**
 * Whether a message that is true may leave now: quiet hours, the digest that an account wants instead, and the weekly cap.
 * Mails to the operator and those that somebody waits for are never held.
 */
import type { Marketplace } from '../core/access.ts';
import { quietHoursFor, type MessageSettings } from '../core/message-settings.ts';
import type { OutboxPayload } from '../core/message.ts';
import { afterQuiet, type QuietHours } from '../core/quiet-hours.ts';
import { startOfDay } from '../core/renewal-day.ts';
import { BETWEEN_SUMMARIES_MS, CAP_WINDOW_MS, GATHER_MS, hasRoom, type MailClass } from '../core/weekly-cap.ts';
import { newId } from '../db/ids.ts';
import { lockMessageSettings } from '../db/message-settings.ts';
import type { OpenDatabase, Tx } from '../db/open.ts';
import { enqueue, keepPayload, type OutboxRow } from '../db/outbox.ts';
import { countLetter, foldLetter, lettersSince, summariesOf } from '../db/outbox-count.ts';
import { markAndFollowIn } from './ladder.ts';

/** What the mails of an account as a whole need beside the database. */
export type Manners = {
  publicUrl: string;
  /** The marketplace as a person says it: "Amazon". */
  labelOf: (marketplace: Marketplace) => string;
  /** Opens the one-time link of a mail to a person; throws when it was sealed with a key that is gone. */
  openLink: (sealed: string) => Promise<string>;
};

export type Leave = { do: 'go' } | { do: 'wait'; until: number } | { do: 'folded'; into: 'digest' | 'summary' };

const GO: Leave = { do: 'go' };
const DAY_MS = 86_400_000;

type Asked = { db: OpenDatabase; row: OutboxRow; site: string | null; now: number; publicUrl: string };

/** The end of the quiet hours that hold this message now, or null when none do. Milliseconds. */
export function quietUntil(payload: OutboxPayload, hours: QuietHours, now: number): number | null {
  const until = afterQuiet(now, hours);
  if (until === now) return null;
  switch (payload.topic) {
    case 'operator':
    case 'operator_over':
    case 'operator_secret':
    case 'operator_note':
      return null;
    case 'renewal_day':
      return until < startOfDay(payload.day) + DAY_MS ? until : null;
    case 'reminder':
      return untilReminder(payload.validUntil, { hours, now, until });
    default:
      return until;
  }
}

/** A reminder that a free weekend would make too late keeps to the night alone. */
function untilReminder(
  validUntil: number,
  { hours, now, until }: { hours: QuietHours; now: number; until: number },
): number | null {
  if (until < validUntil) return until;
  const night = afterQuiet(now, { ...hours, weekendsOff: false });
  return night === now || night >= validUntil ? null : night;
}

/** Asks, and where it may go counts it; where it may not, leaves it to the digest or the summary, in one transaction. */
export async function askLeave({ db, row, site, now, publicUrl }: Asked): Promise<Leave> {
  if (row.kind === 'operator_email') return GO;
  return db.transaction(async (tx) => {
    const settings = await lockMessageSettings(tx, { accountId: row.accountId, now });
    const until = quietUntil(row.payload, quietHoursFor(settings, site), now);
    if (until !== null) return { do: 'wait', until };
    const kind = classOf(row.payload);
    if (kind === null || row.countedAt !== null) return GO;
    const held = { id: row.id, owner: row.leaseOwner ?? '', now };
    if (isForDigest(settings, kind)) {
      const mark = async () => {
        await keepSaid(tx, row);
        return foldLetter(tx, { ...held, into: 'digest' });
      };
      await markAndFollowIn(tx, { row, payload: row.payload, now, copies: false, mark });
      return { do: 'folded', into: 'digest' };
    }
    return leaveByCap(tx, { row, kind, settings, now, publicUrl });
  });
}

/** Null: asked for, or nobody's nuisance; it does not count. */
function classOf(payload: OutboxPayload): MailClass | null {
  switch (payload.topic) {
    case 'needs_reconnect':
    case 'blocked':
    case 'limited':
      return 'alarm';
    case 'still_broken':
    case 'reminder':
    case 'absence_over':
      return 'other';
    case 'summary':
      return 'summary';
    case 'digest':
    case 'renewal_day':
    case 'letter':
    case 'person':
    case 'operator':
    case 'operator_over':
    case 'operator_secret':
    case 'operator_note':
      return null;
  }
}

function isForDigest({ digest, urgentToo }: MessageSettings, kind: MailClass): boolean {
  if (digest === 'off' || kind === 'summary') return false;
  return kind === 'other' || !urgentToo;
}

type Capped = { row: OutboxRow; kind: MailClass; settings: MessageSettings; now: number; publicUrl: string };

async function leaveByCap(tx: Tx, { row, kind, settings, now, publicUrl }: Capped): Promise<Leave> {
  const { accountId, recipient } = row;
  const held = { id: row.id, owner: row.leaseOwner ?? '', now };
  const { sent, earliest } = await lettersSince(tx, { accountId, recipient, since: now - CAP_WINDOW_MS });
  if (hasRoom(kind, { sent, cap: settings.weeklyCap })) {
    await countLetter(tx, held);
    return GO;
  }
  if (kind === 'summary') return { do: 'wait', until: (earliest ?? now) + CAP_WINDOW_MS };
  const mark = async () => {
    await keepSaid(tx, row);
    const folded = await foldLetter(tx, { ...held, into: 'summary' });
    if (folded) await queueSummary(tx, { accountId, recipient, now, publicUrl });
  };
  await markAndFollowIn(tx, { row, payload: row.payload, now, copies: true, mark });
  return { do: 'folded', into: 'summary' };
}

/** What is said after a holiday is known only when it falls due; what was left to another mail was said too. */
async function keepSaid(tx: Tx, row: OutboxRow): Promise<void> {
  if (row.payload.topic === 'absence_over') await keepPayload(tx, row);
}

type Address = { accountId: string; recipient: string; now: number; publicUrl: string; butNot?: string };

/** One summary at a time waits for an address: an hour for more of the kind, and a day after the one before. */
export async function queueSummary(tx: Tx, { now, publicUrl, ...address }: Address): Promise<void> {
  const { waits, lastAt } = await summariesOf(tx, address);
  if (waits) return;
  const id = newId('om');
  const nothing = { stores: [], left: 0 };
  await enqueue(tx, {
    id,
    accountId: address.accountId,
    storeId: null,
    kind: 'email',
    topic: 'summary',
    dedupeKey: `${address.accountId}:summary:${id}`,
    recipient: address.recipient,
    payload: {
      topic: 'summary',
      link: `${publicUrl}/stores`,
      broken: nothing,
      expiring: nothing,
      held: nothing,
      repaired: nothing,
      away: 0,
    },
    nextAt: Math.max(now + GATHER_MS, (lastAt ?? 0) + BETWEEN_SUMMARIES_MS),
    createdAt: now,
  });
}
