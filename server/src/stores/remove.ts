/** Removing a store: its secrets go at once, its history stays with the account. */
import { Fault } from '../core/fault.ts';
import { releaseStore } from '../db/held.ts';
import { endSubscriptions } from '../db/subscriptions.ts';
import { STORE_TOPICS } from '../core/message.ts';
import { forgetCredentials } from '../db/credentials.ts';
import { cancelFor } from '../db/outbox.ts';
import { lockStore, readStore, saveStore, type StoreRow } from '../db/stores.ts';
import { toStoreBody } from './present.ts';
import { recordEvent } from './settle.ts';
import type { Shop } from './shop.ts';

export async function removeStore(shop: Shop, who: { accountId: string; id: string }): Promise<void> {
  const known = await readStore(shop.db.db, who);
  if (!known || known.phase === 'closed')
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  const now = shop.now();
  const row = await shop.db.transaction(async (tx) => {
    const found = await lockStore(tx, who.id);
    if (!found || found.phase === 'closed') return null;
    const after: StoreRow = {
      ...found,
      phase: 'closed',
      verdict: 'closed',
      cause: null,
      alarm: null,
      repair: null,
      judgement: found.judgement ? { ...found.judgement, verdict: 'closed', diagnosis: null, alarm: null } : null,
      since: now,
      nextAt: null,
      closedAt: now,
      version: found.version + 1,
    };
    await forgetCredentials(tx, found.id);
    await endSubscriptions(tx, { storeId: found.id });
    await releaseStore(tx, { storeId: found.id, at: now, ended: 'gone' });
    await cancelFor(tx, { storeId: found.id, topics: STORE_TOPICS, now });
    await saveStore(tx, after);
    await recordEvent(shop, { tx, row: after, type: 'store.closed', now });
    return after;
  });
  if (!row) return;
  shop.tokens.delete(`${row.id}:${row.credentialVersion}`);
  shop.live.publish({ type: 'store', accountId: row.accountId, store: toStoreBody(row, shop) });
}
