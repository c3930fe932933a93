/** What stands in a mail for many stores, read at the moment of sending so that it is true. */
import { isAway } from '../core/absence.ts';
import { estimatedExpiry } from '../core/access.ts';
import type { DigestPayload, ListedStore, StoreList } from '../core/message.ts';
import { nextDigest } from '../core/message-settings.ts';
import { topicUnder } from '../core/message-plan.ts';
import { diagnosisWords } from '../core/words.ts';
import { daysLeft, longDate, longDay } from '../core/words-dates.ts';
import { repairedSince, storesById, storesToTell } from '../db/digest-rows.ts';
import { newId } from '../db/ids.ts';
import { readMessageSettings } from '../db/message-settings.ts';
import type { Db, Tx } from '../db/open.ts';
import { enqueue, type OutboxRow } from '../db/outbox.ts';
import { foldedLetters } from '../db/outbox-count.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Manners } from './manners.ts';
import type { Plan } from './still-true.ts';

/** More stores than this are counted, not named. */
export const NAMED = 40;

type Planning = { row: OutboxRow; now: number; manners: Manners };

/** The digest as its account stands now; dropped when there is nothing to say or nobody wants it any more. */
export async function planDigest(db: Db, { row, now, manners }: Planning): Promise<Plan> {
  const { accountId } = row;
  const settings = await readMessageSettings(db, { accountId });
  if (settings.digest === 'off') return { do: 'drop', reason: 'No digest is wanted any more.' };
  if (isOvertaken(row, { next: nextDigest(settings, now), now })) {
    return { do: 'drop', reason: 'Too late: the next one says it better.' };
  }
  const stores = await storesToTell(db, { accountId });
  const here = stores.filter((store) => !isAway(store.absence, now));
  const repaired = await repairedSince(db, { accountId, since: settings.digestToldAt ?? row.createdAt });
  const lists = listsOf(here, { now, manners });
  const payload: DigestPayload = {
    topic: 'digest',
    link: `${manners.publicUrl}/stores`,
    ...lists,
    repaired: listed(repaired, (store) => repairedItem(store, { now, manners })),
    away: stores.length - here.length,
  };
  return isEmpty(payload) ? { do: 'drop', reason: 'There is nothing to say.' } : { do: 'send', payload };
}

const HOUR_MS = 3_600_000;

/** After a standstill of ours: late by more than an hour, and the next one is less than half a day away. */
function isOvertaken({ nextAt }: OutboxRow, { next, now }: { next: number | null; now: number }): boolean {
  const late = nextAt !== null && now - nextAt > HOUR_MS;
  return late && next !== null && next - now < 12 * HOUR_MS;
}

type Gathered = Extract<Plan, { do: 'send' | 'drop' }> & { folded: string[]; site?: string };

/** What was too much for one address, as far as it is still true; `folded` are the messages that it says. */
export async function planSummary(db: Db, { row, now, manners }: Planning): Promise<Gathered> {
  const letters = await foldedLetters(db, row);
  const ids = [...new Set(letters.map(({ storeId }) => storeId))];
  const stores = await storesById(db, { accountId: row.accountId, ids });
  const here = stores.filter((store) => store.phase === 'live' && !isAway(store.absence, now));
  const { broken, expiring } = listsOf(here, { now, manners });
  const nothing = { stores: [], left: 0 };
  const link = `${manners.publicUrl}/stores`;
  const payload: DigestPayload = {
    topic: 'summary',
    link,
    broken,
    expiring,
    held: nothing,
    repaired: nothing,
    away: 0,
  };
  const folded = letters.map(({ id }) => id);
  if (isEmpty(payload)) return { do: 'drop', reason: 'All of it was put right meanwhile.', folded };
  // The clock of the first of them counts where the account has none of its own.
  return { do: 'send', payload, folded, ...(here[0] ? { site: here[0].site } : {}) };
}

/** The digest after this one; queued when this one is taken up, so that no failure ends the row of them. */
export async function queueNextDigest(tx: Tx, { row, now }: { row: OutboxRow; now: number }): Promise<void> {
  const settings = await readMessageSettings(tx, row);
  const at = nextDigest(settings, now);
  if (at === null || settings.digestEmail === null) return;
  await enqueue(tx, {
    id: newId('om'),
    accountId: row.accountId,
    storeId: null,
    kind: 'email',
    topic: 'digest',
    dedupeKey: `${row.accountId}:digest:${at}`,
    recipient: settings.digestEmail,
    payload: row.payload,
    nextAt: at,
    createdAt: now,
  });
}

function isEmpty({ broken, expiring, held, repaired }: DigestPayload): boolean {
  return [broken, expiring, held, repaired].every(({ stores }) => stores.length === 0);
}

type Saying = { now: number; manners: Manners };

function listsOf(stores: readonly StoreRow[], saying: Saying): Pick<DigestPayload, 'broken' | 'expiring' | 'held'> {
  const broken = stores.filter(({ verdict, alarm }) => topicUnder(verdict) !== null && alarm !== null);
  const expiring = stores
    .filter(({ verdict, authorizedAt }) => verdict === 'expiring' && authorizedAt !== null)
    .sort((a, b) => (a.authorizedAt ?? 0) - (b.authorizedAt ?? 0));
  const held = stores.filter(({ verdict }) => verdict === 'held' || verdict === 'operator_problem');
  return {
    broken: listed(broken, (store) => diagnosedItem(store, saying)),
    expiring: listed(expiring, (store) => expiringItem(store, saying)),
    held: listed(held, (store) => diagnosedItem(store, saying)),
  };
}

function listed(stores: readonly StoreRow[], item: (store: StoreRow) => ListedStore): StoreList {
  return { stores: stores.slice(0, NAMED).map(item), left: Math.max(0, stores.length - NAMED) };
}

function pageOf(store: StoreRow, { manners }: Saying) {
  const { name, site, since } = store;
  return { name, site, since, link: `${manners.publicUrl}/stores/${store.id}` };
}

function diagnosedItem(store: StoreRow, saying: Saying): ListedStore {
  const { marketplace, name: storeName, since, authorizedAt } = store;
  const label = saying.manners.labelOf(marketplace);
  const diagnosis = store.alarm?.diagnosis ?? store.judgement?.diagnosis ?? null;
  const page = pageOf(store, saying);
  if (diagnosis === null) {
    const sentence = `${label} has a problem of its own since ${longDay(since, saying.now)}.`;
    return { ...page, sentence, next: 'Nothing for you to do.' };
  }
  const { sentence, next } = diagnosisWords({ label, storeName, diagnosis, since, now: saying.now, authorizedAt });
  const link = topicUnder(store.verdict) === null ? page.link : `${page.link}?repair=1`;
  return { ...page, sentence, next, link };
}

function expiringItem(store: StoreRow, saying: Saying): ListedStore {
  const label = saying.manners.labelOf(store.marketplace);
  const end = estimatedExpiry(store.authorizedAt) ?? saying.now;
  const page = pageOf(store, saying);
  return {
    ...page,
    sentence: `${label}’s yearly permission ends about ${longDate(end)}, in ${daysLeft(end, saying.now)} (an estimate).`,
    next: 'Renew it; the year starts anew that day, so nothing is lost by doing it early.',
    link: `${page.link}?repair=1`,
  };
}

function repairedItem(store: StoreRow, saying: Saying): ListedStore {
  const sentence = `Connected again since ${longDay(store.since, saying.now)}.`;
  return { ...pageOf(store, saying), sentence, next: 'Nothing for you to do.' };
}
