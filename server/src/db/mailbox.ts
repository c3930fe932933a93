/** The demo's mailbox: mails that would have gone out, kept to be read on a page. */
import { sql, type Selectable } from 'kysely';
import { cutPage, readCursor, type Page } from './cursor.ts';
import type { Reader } from './dialect.ts';
import type { MailboxTable } from './schema.ts';

export type MailRow = {
  id: string;
  accountId: string;
  storeId: string | null;
  at: number;
  recipient: string;
  subject: string;
  bodyText: string;
  bodyHtml: string;
  readAt: number | null;
};

/** Keeps a mail; keeping it again under the same id does nothing, so a repeated sending shows once. */
export async function keepMail(db: Reader, mail: Omit<MailRow, 'readAt'>): Promise<void> {
  await db
    .insertInto('mailbox')
    .values({
      id: mail.id,
      account_id: mail.accountId,
      store_id: mail.storeId,
      at: mail.at,
      recipient: mail.recipient,
      subject: mail.subject,
      body_text: mail.bodyText,
      body_html: mail.bodyHtml,
      read_at: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

type MailFilter = { accountId: string; storeId?: string; cursor?: string | null; limit?: number };

/** An account's mails, newest first. */
export async function listMails(
  r: Reader,
  { accountId, storeId, cursor, limit = 100 }: MailFilter,
): Promise<Page<MailRow>> {
  let query = r.selectFrom('mailbox').selectAll().where('account_id', '=', accountId);
  if (storeId !== undefined) query = query.where('store_id', '=', storeId);
  const place = readCursor(cursor);
  if (place) query = query.where(sql<boolean>`(at, id) < (${place.at}, ${place.id})`);
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return cutPage(rows.map(toMailRow), limit, (mail) => ({ at: mail.at, id: mail.id }));
}

/** False when the account has no such mail. The first reading counts. */
export async function markRead(
  db: Reader,
  { accountId, id, now }: { accountId: string; id: string; now: number },
): Promise<boolean> {
  const result = await db
    .updateTable('mailbox')
    .set((set) => ({ read_at: set.fn.coalesce('read_at', set.val(now)) }))
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** How many mails of the account nobody has opened. */
export async function unread(r: Reader, { accountId }: { accountId: string }): Promise<number> {
  const row = await r
    .selectFrom('mailbox')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('account_id', '=', accountId)
    .where('read_at', 'is', null)
    .executeTakeFirst();
  return row?.n ?? 0;
}

function toMailRow(t: Selectable<MailboxTable>): MailRow {
  return {
    id: t.id,
    accountId: t.account_id,
    storeId: t.store_id,
    at: t.at,
    recipient: t.recipient,
    subject: t.subject,
    bodyText: t.body_text,
    bodyHtml: t.body_html,
    readAt: t.read_at,
  };
}
