/** The renewal day of an account: which stores, where each is renewed, what is done already, and the mail of that day. */
import type { Guide } from '../connectors/connector.ts';
import { estimatedExpiry } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import {
  dayInForce,
  dayOf,
  daysAfter,
  endAfter,
  renewalState,
  startOfDay,
  suggestedDay,
  type RenewalState,
} from '../core/renewal-day.ts';
import { appendAudit } from '../db/audit.ts';
import { keepRenewalDay, readFeed, readRenewalDay, renewalStores, type RenewalRow } from '../db/calendar.ts';
import { newId } from '../db/ids.ts';
import type { Tx } from '../db/open.ts';
import { cancelForAccount, enqueue } from '../db/outbox.ts';
import { lockStore, readStore, saveStore, type StoreRow } from '../db/stores.ts';
import type { RenewalPlace, Renewals, RenewalStore } from '../http/contract/renewals.ts';
import { leaveForMarketplace, openSession } from './connect.ts';
import { instant, instantOrNull, toStoreBody } from './present.ts';
import { scheduleReminders } from './remind.ts';
import { guideBody } from './repair.ts';
import { recordEvent } from './settle.ts';
import { findApp, siteIn, type Shop } from './shop.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The mail of the day leaves in Europe's morning, before America's. UTC. */
const MAIL_HOUR = 7;
/** A day further away than this would lie behind every end. */
const FURTHEST_DAYS = 366;

type Account = { accountId: string };
type OneStore = Account & { id: string };

/** Everything the page of the renewal day shows. */
export async function readRenewals(shop: Shop, { accountId }: Account): Promise<Renewals> {
  const { db } = shop.db;
  const now = shop.now();
  const stores = await renewalStores(db, { accountId });
  const { day, chosen } = dayInForce(await readRenewalDay(db, { accountId }), { stores, now });
  const states = stores.map((row) => ({ row, state: renewalState(row, { day: day ?? dayOf(now), now }) }));
  const feed = await readFeed(db, { accountId });
  return {
    today: dayOf(now),
    day,
    chosen,
    suggested: suggestedDay(stores, now),
    new_end: day === null ? null : endAfter(day),
    ...progressOf(states),
    mail_to: await shop.contactOf(accountId),
    places: placesOf(shop, states, now),
    calendar: feed === null ? null : { made_at: instant(feed.madeAt), read_at: instantOrNull(feed.readAt) },
  };
}

type Standing = { row: RenewalRow; state: RenewalState };

/** A store that renewing cannot help is not counted: it would keep the day from ever being done. */
function progressOf(standings: readonly Standing[]): { done: number; of: number } {
  const counted = standings.filter(({ state }) => state !== 'blocked');
  return { done: counted.filter(({ state }) => state === 'renewed').length, of: counted.length };
}

/** One entry for each place where one signs in and clicks the same thing, the most urgent first. */
function placesOf(shop: Shop, standings: readonly Standing[], now: number): RenewalPlace[] {
  const places = new Map<string, RenewalPlace>();
  for (const standing of standings) {
    const place = placeOf(shop, standing.row);
    const known = places.get(place.key) ?? place;
    known.stores.push(toRenewalStore(standing, now));
    places.set(place.key, known);
  }
  return [...places.values()];
}

function placeOf(shop: Shop, row: RenewalRow): RenewalPlace {
  const { label, grant } = shop.connector(row.marketplace);
  const { consentHost: host } = siteIn(shop, row);
  const guide = guideFor(shop, row);
  const button = guide.picture?.button ?? null;
  return {
    key: `${host} ${row.marketplace} ${guide.way} ${button ?? ''}`,
    marketplace: row.marketplace,
    host,
    label,
    button,
    way: guide.way,
    opens: guide.opens,
    seen: grant.kind !== 'direct',
    steps: guideBody(guide, false).steps,
    stores: [],
  };
}

const NO_GUIDE: Guide = { opens: null, way: 'none', title: '', steps: [], picture: null };

/** How a working store is renewed; nothing can be opened while the operator has no app for its place. */
function guideFor(shop: Shop, row: RenewalRow): Guide {
  const app = findApp(shop, row);
  if (app === null) return NO_GUIDE;
  const site = siteIn(shop, row);
  return shop.connector(row.marketplace).guide({ cause: 'grant.expiring', app, site, expiresAt: null });
}

function toRenewalStore({ row, state }: Standing, now: number): RenewalStore {
  const end = estimatedExpiry(row.authorizedAt);
  const renewed = state === 'renewed' || state === 'renewed_early';
  return {
    id: row.id,
    name: row.name,
    site: row.site,
    seller_id: row.sellerId,
    email: row.email,
    verdict: row.verdict,
    state,
    ends_on: end === null ? null : dayOf(end),
    days_left: end === null ? null : Math.max(0, Math.ceil((end - now) / DAY_MS)),
    renewed_on: renewed && row.authorizedAt !== null ? dayOf(row.authorizedAt) : null,
  };
}

/** Keeps the day, or none, and queues the one mail of that day; the mail of the day before is cancelled. */
export async function chooseRenewalDay(
  shop: Shop,
  { accountId, day }: Account & { day: string | null },
): Promise<Renewals> {
  const now = shop.now();
  if (day !== null) refuseUnfitDay(day, now);
  const recipient = await shop.contactOf(accountId);
  await shop.db.transaction(async (tx) => {
    await keepRenewalDay(tx, { accountId, day, now });
    await appendAudit(tx, { accountId, kind: 'settings.changed', at: now, details: { what: 'renewal day' } });
    await cancelForAccount(tx, { accountId, topic: 'renewal_day', now });
    const at = day === null ? 0 : startOfDay(day) + MAIL_HOUR * HOUR_MS;
    if (day === null || recipient === null || at <= now) return;
    await enqueue(tx, {
      id: newId('om'),
      accountId,
      storeId: null,
      kind: 'email',
      topic: 'renewal_day',
      dedupeKey: `${accountId}:renewal_day:${day}`,
      recipient,
      payload: { topic: 'renewal_day', day, link: `${shop.publicUrl}/renewals`, stores: [] },
      nextAt: at,
      createdAt: now,
    });
  });
  return readRenewals(shop, { accountId });
}

function refuseUnfitDay(day: string, now: number): void {
  const today = dayOf(now);
  if (day >= today && day <= daysAfter(today, FURTHEST_DAYS)) return;
  const message =
    day < today ? 'This day is over. Choose today or a later one.' : 'Choose a day within a year from today.';
  throw new Fault('invalid-fields', { errors: [{ field: 'day', code: 'out_of_range', message }] });
}

/** On to the marketplace's permission page for one store, in the browser that asked. */
export async function leaveToRenew(
  shop: Shop,
  { accountId, id, browser }: OneStore & { browser: string },
): Promise<{ location: string }> {
  await liveStore(shop, { accountId, id });
  await shop.db.transaction((tx) => beginToday(tx, { accountId, now: shop.now() }));
  const { session } = await openSession(shop, { accountId, storeId: id, browser });
  return leaveForMarketplace(shop, { sessionId: session.id, accountId, browser });
}

/** Whoever begins without having chosen a day has chosen today: the others are to follow. */
async function beginToday(tx: Tx, { accountId, now }: Account & { now: number }): Promise<void> {
  const { chosen } = dayInForce(await readRenewalDay(tx, { accountId }), { stores: [], now });
  if (!chosen) await keepRenewalDay(tx, { accountId, day: dayOf(now), now });
}

async function liveStore(shop: Shop, who: OneStore): Promise<StoreRow> {
  const row = await readStore(shop.db.db, who);
  if (row?.phase === 'live') return row;
  throw new Fault('not-found', { detail: 'There is no store in this account that could be renewed.' });
}

/**
 * A person says that they renewed the store today, where nothing else could tell: the same token goes on and no answer of
 * the marketplace changes. Kept as inferred, not as known: should the store be refused before that year is over, both an
 * expired and a revoked permission stay possible. The store is looked at right after.
 */
export async function noteRenewed(shop: Shop, { accountId, id }: OneStore): Promise<Renewals> {
  const { marketplace } = await liveStore(shop, { accountId, id });
  const { grant, label } = shop.connector(marketplace);
  if (grant.kind !== 'direct') {
    throw new Fault('invalid-request', { detail: 'A renewal of this store is seen by itself; nothing is to be said.' });
  }
  const now = shop.now();
  const row = await shop.db.transaction(async (tx) => {
    const found = await lockStore(tx, id);
    if (found?.phase !== 'live') return null;
    if (found.alarm !== null) {
      throw new Fault('invalid-request', {
        detail: `${label} refuses this store just now. It turns green by itself when the renewal works.`,
      });
    }
    const after: StoreRow = {
      ...found,
      authorizedAt: now,
      authorizedBy: 'inferred',
      version: found.version + 1,
      nextAt: now,
    };
    await saveStore(tx, after);
    await beginToday(tx, { accountId, now });
    if (after.verdict === 'expiring') await appendAudit(tx, { accountId, kind: 'store.renewed', at: now, storeId: id });
    // An expiring store turns by the look that follows, which tells of it; another one would turn without a word.
    if (after.verdict !== 'expiring') await recordEvent(shop, { tx, row: after, type: 'store.renewed', now });
    await scheduleReminders(shop, { tx, row: after, now });
    return after;
  });
  if (row !== null) shop.live.publish({ type: 'store', accountId, store: toStoreBody(row, shop) });
  return readRenewals(shop, { accountId });
}
