/**
 * The address under which a calendar reads the renewals of an account without a sign-in. Its token is the only key: 256
 * random bits, known here by hash alone, one for each account, and gone as soon as a new one is made.
 */
import { createHash } from 'node:crypto';
import type { Connector } from '../connectors/connector.ts';
import type { Marketplace } from '../core/access.ts';
import { estimatedExpiry } from '../core/access.ts';
import { appendAudit } from '../db/audit.ts';
import { dropFeed, findFeed, noteFeedRead, putFeed, renewalStores, type RenewalRow } from '../db/calendar.ts';
import { hashToken, randomToken } from '../db/ids.ts';
import type { OpenDatabase } from '../db/open.ts';
import { calendarText, type CalendarStore } from './calendar.ts';

export type CalendarRoom = {
  db: OpenDatabase;
  now: () => number;
  publicUrl: string;
  connector: (marketplace: Marketplace) => Connector;
};

/** Shown once: afterwards nobody can read it from the database. */
export type CalendarAddress = { url: string; webcalUrl: string; madeAt: number };

/** Makes the account's address; the one before stops working at once. */
export async function makeAddress(room: CalendarRoom, { accountId }: { accountId: string }): Promise<CalendarAddress> {
  const token = randomToken();
  const now = room.now();
  await room.db.transaction(async (tx) => {
    await putFeed(tx, { accountId, tokenHash: hashToken(token), now });
    await appendAudit(tx, { accountId, kind: 'calendar.created', at: now });
  });
  const url = `${room.publicUrl}/calendar/${token}.ics`;
  return { url, webcalUrl: url.replace(/^https?:/, 'webcal:'), madeAt: now };
}

/** The address stops working. False when there was none. */
export async function removeAddress(room: CalendarRoom, who: { accountId: string }): Promise<boolean> {
  return room.db.transaction(async (tx) => {
    const dropped = await dropFeed(tx, who);
    if (dropped) await appendAudit(tx, { accountId: who.accountId, kind: 'calendar.deleted', at: room.now() });
    return dropped;
  });
}

/** The last part of a calendar's address, and no other. */
const FILE = /^([A-Za-z0-9_-]{43})\.ics$/;

/** More than this no calendar program takes: Google refuses files above a megabyte. Those that end first are in it. */
const STORES_MOST = 1000;
/** Another one wherever the text of the same stores would differ. */
const WORDING = 1;

/** `text` is written when it is asked for: whoever has it already under this mark needs none. */
export type ReadCalendar = { etag: string; text: () => string };

/**
 * What the address gives; null when it opens nothing, whatever the reason. `file` is the last part of the address,
 * `nameOf` tells the name of an account.
 */
export async function readCalendar(
  room: CalendarRoom,
  { file, nameOf }: { file: string; nameOf: (accountId: string) => Promise<string> },
): Promise<ReadCalendar | null> {
  const [, token] = FILE.exec(file) ?? [];
  if (token === undefined) return null;
  const feed = await findFeed(room.db.db, { tokenHash: hashToken(token) });
  if (feed === null) return null;
  const { accountId } = feed;
  const name = await nameOf(accountId);
  const rows = await room.db.inAccount(accountId, async () => {
    await noteFeedRead(room.db.db, { accountId, now: room.now() });
    return renewalStores(room.db.db, { accountId, limit: STORES_MOST });
  });
  const stores = rows.flatMap((row) => toCalendarStore(room, row));
  const mark = createHash('sha256').update(JSON.stringify([WORDING, name, stores]));
  return { etag: `"${mark.digest('base64url')}"`, text: () => calendarText(name, stores) };
}

/** Only a store with a known end has a day in the calendar. */
function toCalendarStore(room: CalendarRoom, row: RenewalRow): CalendarStore[] {
  const endsAt = estimatedExpiry(row.authorizedAt);
  if (endsAt === null) return [];
  return [
    {
      id: row.id,
      name: row.name,
      label: room.connector(row.marketplace).label,
      version: row.version,
      endsAt,
      changedAt: Math.max(row.createdAt, row.since, row.authorizedAt ?? 0),
      link: `${room.publicUrl}/stores/${row.id}?repair=1`,
    },
  ];
}
