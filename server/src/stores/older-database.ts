/** A database that was put back to an older copy lacks tokens that were given since. Their refusal is ours to explain. */
import { tokenOfStore } from '../db/credentials.ts';
import type { LedgerEntry } from '../db/token-ledger.ts';
import { noteRestoreLosses } from '../db/restored.ts';
import { lockStore, saveStore } from '../db/stores.ts';
import type { Shop } from './shop.ts';

/** Compares the database with the ledger of this data folder; how many stores lack a token that they had. */
export async function findOlderTokens(shop: Shop): Promise<number> {
  await shop.db.transaction((tx) => noteRestoreLosses(tx, shop.now()));
  let count = 0;
  for (const entry of (await shop.journal.ledger?.newest()) ?? []) {
    if (await noteOlder(shop, entry)) count += 1;
  }
  if (count > 0) shop.log.error({ stores: count }, 'the database is older than tokens that were in it');
  return count;
}

async function noteOlder(shop: Shop, entry: LedgerEntry): Promise<boolean> {
  if (!isOlder(await tokenOfStore(shop.db.db, entry.storeId), entry)) return false;
  return shop.db.transaction(async (tx) => {
    const store = await lockStore(tx, entry.storeId);
    if (store?.phase !== 'live' || store.lost !== null) return false;
    if (!isOlder(await tokenOfStore(tx, store.id), entry)) return false;
    await saveStore(tx, { ...store, lost: { at: entry.at, how: 'restore' } });
    return true;
  });
}

type Kept = Awaited<ReturnType<typeof tokenOfStore>>;

/** A store without a token was deleted, or is being connected. */
function isOlder(kept: Kept, { version, replacedAt }: LedgerEntry): boolean {
  if (!kept || kept.version > version) return false;
  return kept.version < version || (kept.replacedAt ?? 0) < (replacedAt ?? 0);
}
