/** The few doors from HTTP to the database that no verb has. Composition, so that the HTTP room imports no database. */
import { isOutage } from './database-outage.ts';
import { eventsAfter, isAboutIncident, lastSeq } from './db/events.ts';
import { OPERATOR_ACCOUNT, PEOPLE_ACCOUNT } from './db/outbox.ts';
import { listMails, markRead, unread, type MailRow } from './db/mailbox.ts';
import type { Demo } from './demo/demo.ts';
import type { Mail } from './http/contract/app.ts';
import type { Doors, Mailbox } from './http/web.ts';
import { createIdempotency } from './idempotent-requests.ts';
import { instant } from './stores/present.ts';
import { asStored } from './stores/read.ts';
import type { Shop } from './stores/shop.ts';

const TAIL_LIMIT = 200;
const NO_ANSWER = 'The database does not answer.';
const READY_MS = 5_000;
/** One check answers all who ask within this time. Milliseconds. */
const READY_KEPT_MS = 1_000;

type Surroundings = { shop: Shop; demo: Demo | null; isStopping: () => boolean };

export function createDoors({ shop, demo, isStopping }: Surroundings): Doors {
  const { db } = shop.db;
  const whyNot = createReadyCheck(shop);
  return {
    tail: {
      last: () => lastSeq(db),
      async after(seq) {
        const events = await eventsAfter(db, { seq, limit: TAIL_LIMIT });
        return events.map((e) => {
          const store = isAboutIncident(e) ? null : asStored(e.snapshot);
          return { seq: e.seq, accountId: e.accountId, store };
        });
      },
    },
    mailbox: demo === null ? null : mailboxOf(shop),
    idempotency: createIdempotency(shop),
    async notReady() {
      if (isStopping()) return 'Storekeeper is stopping.';
      const unusable = await whyNot();
      if (unusable !== null) return unusable;
      return demo === null || demo.isSeeded() ? null : 'The demo is being prepared.';
    },
  };
}

/** Why the database cannot be used, or null. A read alone is no proof: on a full disk only writes fail. */
function createReadyCheck(shop: Shop): () => Promise<string | null> {
  let last: { at: number; answer: Promise<string | null> } | null = null;
  return () => {
    if (last === null || Date.now() - last.at >= READY_KEPT_MS) last = { at: Date.now(), answer: whyUnusable(shop) };
    return last.answer;
  };
}

async function whyUnusable({ db: { db } }: Shop): Promise<string | null> {
  const late = new Promise<string>((resolve) => {
    setTimeout(() => resolve(NO_ANSWER), READY_MS).unref();
  });
  const value = String(Date.now());
  const write = db
    .insertInto('meta')
    .values({ name: 'ready_check', value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }));
  const written = write.execute().then(
    () => null,
    (error: unknown) => (isOutage(error) ? error.message : NO_ANSWER),
  );
  return Promise.race([written, late]);
}

/** Who tries the demo is its operator as well, and reads what persons are sent about signing in. */
const SHARED = [OPERATOR_ACCOUNT, PEOPLE_ACCOUNT] as const;

function mailboxOf(shop: Shop): Mailbox {
  const { db } = shop.db;
  const inShared = <T>(work: (accountId: string) => Promise<T>): Promise<T[]> =>
    shop.db.acrossAccounts(() => Promise.all(SHARED.map(work)));
  return {
    async list(accountId) {
      const own = await listMails(db, { accountId, limit: 200 });
      const shared = await inShared((id) => listMails(db, { accountId: id, limit: 50 }));
      const all = [own, ...shared].flatMap(({ rows }) => rows);
      return all.sort((a, b) => b.at - a.at).map(toMail);
    },
    async unread(accountId) {
      const shared = await inShared((id) => unread(db, { accountId: id }));
      return shared.reduce((sum, count) => sum + count, await unread(db, { accountId }));
    },
    async markRead(which) {
      const now = shop.now();
      if (await markRead(db, { ...which, now })) return true;
      return (await inShared((accountId) => markRead(db, { id: which.id, accountId, now }))).includes(true);
    },
  };
}

function toMail(row: MailRow): Mail {
  return {
    id: row.id,
    at: instant(row.at),
    to: row.recipient,
    subject: row.subject,
    text: row.bodyText,
    html: row.bodyHtml,
    store_id: row.storeId,
    read: row.readAt !== null,
  };
}

/** Where a form of ours may lead: the emulator, or the marketplaces' consent pages and the sign-in pages behind them. */
export function formTargetsOf(shop: Shop, hostsUrl: string | null): string[] {
  if (hostsUrl !== null) return [new URL(hostsUrl.replace('{host}', 'host')).origin];
  const { sites } = shop.connector('amazon');
  const hosts = sites.flatMap((site) => [
    `https://${site.consentHost}`,
    `https://${site.site}`,
    `https://*.${site.site}`,
  ]);
  return [...new Set(hosts)];
}
