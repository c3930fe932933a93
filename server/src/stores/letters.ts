/** After an incident: one event and one letter for each account of which it held stores. Never for a fault of our own. */
import { isAway } from '../core/absence.ts';
import { readMessageSettings } from '../db/message-settings.ts';
import type { LetterPayload } from '../core/message.ts';
import { REOPEN_MS } from '../core/incident.ts';
import { appendEvent } from '../db/events.ts';
import { letGo } from '../db/held.ts';
import {
  awaitsLetters,
  letterStores,
  lettersDue,
  notToldClosed,
  tellsClosed,
  writesLetter,
  type LetterStore,
} from '../db/incident-accounts.ts';
import { finishIncident } from '../db/incident-course.ts';
import type { IncidentRow } from '../db/incidents.ts';
import { hashToken, newId } from '../db/ids.ts';
import type { Tx } from '../db/open.ts';
import { enqueue } from '../db/outbox.ts';
import { incidentNews } from './incident-news.ts';
import { placeOfCohort } from './cohort-place.ts';
import type { Shop } from './shop.ts';

const MINUTE = 60_000;
/** Who was held for less has hardly seen it. */
const VISIBLE_MS = 5 * MINUTE;
/** Stores that are not answered again by then are not waited for. */
const WAIT_MS = 60 * MINUTE;
const AT_ONCE = 100;
/** Names in one letter. */
const NAMED = 20;

export type Closed = IncidentRow & { closedAt: number; overAt: number };

/** Tells the accounts, some at a time; the incident is finished when everybody was told. */
export async function tellAccounts(shop: Shop, incident: Closed): Promise<void> {
  const { id: incidentId, closedAt, overAt } = incident;
  const over = { incidentId, closedAt, overAt };
  const late = shop.now() >= closedAt + WAIT_MS;
  if (late) await shop.db.transaction((tx) => letGo(tx, { incidentId, at: shop.now() }));
  for (const accountId of await notToldClosed(shop.db.db, { incidentId, closedAt, limit: AT_ONCE }))
    await shop.db.transaction((tx) => tellClosed(shop, { tx, incident, accountId }));
  const due = await lettersDue(shop.db.db, { ...over, limit: AT_ONCE, whole: !late });
  for (const accountId of due) await shop.db.transaction((tx) => writeLetters(shop, { tx, incident, accountId }));
  if (due.length < AT_ONCE && !(await awaitsLetters(shop.db.db, over)))
    await shop.db.transaction((tx) => finishIncident(tx, { id: incidentId, at: shop.now() }));
}

type Telling = { tx: Tx; incident: Closed; accountId: string };

async function tellClosed(shop: Shop, { tx, incident, accountId }: Telling): Promise<void> {
  const { id: incidentId, closedAt } = incident;
  if (!(await tellsClosed(tx, { incidentId, accountId, closedAt, at: Math.max(shop.now(), closedAt) }))) return;
  const snapshot = await incidentNews(shop, tx, incidentId);
  await appendEvent(tx, { accountId, storeId: '', type: 'incident.closed', at: shop.now(), version: 2, snapshot });
}

/** In the transaction that notes it, so that no account gets two and none is forgotten. */
async function writeLetters(shop: Shop, { tx, incident, accountId }: Telling): Promise<void> {
  const { id: incidentId, closedAt, overAt } = incident;
  const now = shop.now();
  if (!(await writesLetter(tx, { incidentId, accountId, closedAt, at: Math.max(now, closedAt) }))) return;
  const all = await letterStores(tx, { incidentId, accountId, overAt, leastMs: VISIBLE_MS });
  const stores = all.filter(({ absence }) => !isAway(absence, now));
  // Who wants one mail for all stores gets one letter for all of them.
  const { digest, digestEmail } = await readMessageSettings(tx, { accountId });
  const reader = digest === 'off' ? null : digestEmail;
  for (const [recipient, theirs] of Map.groupBy(stores, (store) => reader ?? store.email)) {
    await enqueue(tx, {
      id: newId('om'),
      accountId,
      storeId: null,
      kind: 'email',
      topic: 'letter',
      dedupeKey: `letter:${incidentId}:${closedAt}:${accountId}:${hashToken(recipient)}`,
      recipient,
      payload: letterOf(shop, incident, theirs),
      // What begins again within this is the same incident, and then the letter is not true.
      nextAt: Math.max(now, closedAt + REOPEN_MS),
      createdAt: now,
    });
  }
}

function letterOf(shop: Shop, incident: Closed, stores: readonly LetterStore[]): LetterPayload {
  const { id, cause, operation, extent, closedAt } = incident;
  const place = placeOfCohort(incident.cohort);
  return {
    topic: 'letter',
    incidentId: id,
    closedAt,
    cause,
    operation,
    extent,
    label: shop.connector(place?.marketplace ?? 'amazon').label,
    from: incident.beganAt ?? incident.openedAt,
    to: incident.overAt,
    completeAt: Math.max(...stores.map(({ okAt }) => okAt)),
    stores: stores.slice(0, NAMED).map(({ name }) => name),
    more: Math.max(0, stores.length - NAMED),
    link: `${shop.publicUrl}/stores`,
    ...(stores[0] ? { site: stores[0].site } : {}),
  };
}
