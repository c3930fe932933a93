/** After the death: another process has the database, its watch works, and whoever does not see it done clicks once more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readCredential } from '../../server/src/db/credentials.ts';
import { newestSession, readSession, type SessionRow } from '../../server/src/db/sessions.ts';
import type { StoreRow } from '../../server/src/db/stores.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { createWork } from '../../server/src/work/loop.ts';
import type { Fate } from './death.ts';
import { comeBack, go, isConsent, type Going } from './flows.ts';
import { storeRow } from './town.ts';

const LONG_MS = 120_000;
/** What a person meets whose confirmation was lost on the way: it says so, and asks for another. */
export const INTERRUPTED = 'failed, own.interrupted';
/** Longer than this takes, and no longer than a store ever waits: the watch makes such a row due at once. */
const HALF_AN_HOUR = 30 * 60_000;

/** How it ended for one person. */
export type Ending = {
  fate: Fate;
  /** What the watch left to the person: the session's state, or the store's. */
  met: string;
  /** Consents that the person gave in all. */
  trips: number;
  store: Pick<StoreRow, 'phase' | 'verdict' | 'cause' | 'credentialVersion'> | null;
  /** What is sealed for the store. */
  current: string | null;
  candidate: string | null;
  /** Mails that tell a seller of trouble. */
  alarms: number;
  /** Events that say that the store was connected, repaired or renewed. */
  successes: number;
  /** Rows that are still at work, or leased beyond now. */
  stuck: string[];
};

type World = { shop: Shop; marketUrl: string };

/** The watch, until nothing is under way any more. */
export async function watchUntilQuiet({ shop }: World): Promise<void> {
  const { db } = shop.db;
  // A look at a broken store that is due anyway would be counted among the calls of its repair.
  await db
    .updateTable('store')
    .set({ next_at: shop.now() + HALF_AN_HOUR })
    .where('phase', '=', 'live')
    .execute();
  const work = createWork(shop, { dispatch: { runDue: () => Promise.resolve(0) } });
  work.start();
  const patience = Date.now() + LONG_MS;
  while (Date.now() < patience && (await underWay(shop))) await sleep(15);
  await work.stop();
}

async function underWay({ db: { db } }: Shop): Promise<boolean> {
  const session = await db
    .selectFrom('connect_session')
    .select('id')
    .where('status', 'in', ['exchanging', 'verifying'])
    .executeTakeFirst();
  const store = await db.selectFrom('store').select('id').where('phase', '=', 'verifying').executeTakeFirst();
  return session !== undefined || store !== undefined;
}

/** What the person sees when they look again, what they do then, and what stands in the end. */
export async function lookAgain({ shop, marketUrl }: World, fate: Fate): Promise<Ending> {
  const going: Going = { shop, person: fate.person, marketUrl, aside: shop.db };
  const { met, trips } = isConsent(fate.person) ? await atThePage(going, fate) : await atTheForm(going);
  const row = await storeRow(shop, fate.person);
  const sealed = async (state: 'current' | 'candidate'): Promise<string | null> => {
    const found = row && (await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId: row.id, state }));
    return found ? found.grantToken.reveal() : null;
  };
  return {
    fate,
    met,
    trips,
    store: row && {
      phase: row.phase,
      verdict: row.verdict,
      cause: row.cause,
      credentialVersion: row.credentialVersion,
    },
    current: await sealed('current'),
    candidate: await sealed('candidate'),
    alarms: await alarmsOf(shop, fate),
    successes: await successesOf(shop, fate),
    stuck: await stuckRows(shop, fate),
  };
}

type Met = { met: string; trips: number };

async function atThePage(going: Going, fate: Fate): Promise<Met> {
  const session = await sessionOf(going);
  const trips = fate.wayBack === null ? 0 : 1;
  switch (session?.status) {
    case 'open':
    case 'at_marketplace':
    case undefined:
      // The browser still has the address of the way back: it is opened once more.
      if (fate.wayBack === null) await go(going);
      else await comeBack(going, fate.wayBack);
      return { met: session?.status ?? 'nothing', trips: 1 };
    case 'failed': {
      const cause = session.diagnosis?.cause ?? 'without a cause';
      const met = `failed, ${cause}`;
      if (met !== INTERRUPTED) return { met, trips };
      await go(going);
      return { met, trips: trips + 1 };
    }
    case 'connected':
    case 'expired':
    case 'exchanging':
    case 'verifying':
      return { met: session.status, trips };
  }
}

/** The one that the person has open, or the one that an arrival from the marketplace has made. */
async function sessionOf({ shop, person }: Going): Promise<SessionRow | null> {
  const { accountId, sessionId, storeId } = person;
  if (sessionId !== null) return readSession(shop.db.db, { accountId, id: sessionId });
  return newestSession(shop.db.db, { storeId: storeId ?? '' });
}

async function atTheForm(going: Going): Promise<Met> {
  const row = await storeRow(going.shop, going.person);
  const met = row === null ? 'no store' : row.verdict;
  if (met !== 'connected') await go(going);
  return { met, trips: 1 };
}

async function alarmsOf({ db: { db } }: Shop, { person }: Fate): Promise<number> {
  const rows = await db
    .selectFrom('outbox')
    .select('id')
    .where('account_id', '=', person.accountId)
    .where('topic', 'in', ['needs_reconnect', 'blocked', 'limited'])
    .execute();
  return rows.length;
}

async function successesOf({ db: { db } }: Shop, { person }: Fate): Promise<number> {
  const rows = await db
    .selectFrom('event')
    .select('id')
    .where('account_id', '=', person.accountId)
    .where('type', 'in', ['store.connected', 'store.repaired', 'store.renewed'])
    .execute();
  return rows.length;
}

async function stuckRows({ db: { db }, now }: Shop, { person }: Fate): Promise<string[]> {
  const stuck: string[] = [];
  for (const table of ['store', 'connect_session'] as const) {
    const leased = await db
      .selectFrom(table)
      .select('id')
      .where('account_id', '=', person.accountId)
      .where('lease_until', '>', now())
      .execute();
    stuck.push(...leased.map(() => `a leased ${table}`));
  }
  const sessions = await db
    .selectFrom('connect_session')
    .select('status')
    .where('account_id', '=', person.accountId)
    .where('status', 'in', ['exchanging', 'verifying'])
    .execute();
  const stores = await db
    .selectFrom('store')
    .select('phase')
    .where('account_id', '=', person.accountId)
    .where('phase', '=', 'verifying')
    .execute();
  return [...stuck, ...sessions.map((s) => `a session ${s.status}`), ...stores.map(() => 'a store verifying')];
}
