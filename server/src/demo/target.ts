/** What a drill is aimed at, and the small levers that several drills share. */
import type { Marketplace } from '../core/access.ts';
import { Fault } from '../core/fault.ts';
import type { Region } from '../core/observation.ts';
import { promoteCandidate, putCandidate, readCredential } from '../db/credentials.ts';
import { lockStore, saveStore, readStore, type StoreRow } from '../db/stores.ts';
import type { Secret } from '../core/secret.ts';
import type { Shop } from '../stores/shop.ts';

export type Aim = {
  accountId: string;
  scope: 'store' | 'region';
  storeId?: string | undefined;
  region?: Region | undefined;
  /** The marketplaces at which this can happen. */
  marketplaces: readonly Marketplace[];
};

/** `stores` are those of the account that the drill touches: one, or all of a region. */
export type Target = { accountId: string; store: StoreRow | null; region: Region; stores: StoreRow[] };

/** @throws Fault `not-found` for a store of another account, `invalid-fields` when the aim is missing. */
export async function takeAim(shop: Shop, aim: Aim): Promise<Target> {
  const store =
    aim.storeId === undefined ? null : await readStore(shop.db.db, { id: aim.storeId, accountId: aim.accountId });
  if (aim.storeId !== undefined && store === null)
    throw new Fault('not-found', { detail: 'There is no such store in this account.' });
  if (aim.scope === 'store') return oneStore(store, aim);
  const region = aim.region ?? store?.region;
  if (region === undefined) throw needs('region', 'Choose the region: na, eu or fe.');
  const around = await liveStores(shop, { accountId: aim.accountId, region });
  return {
    accountId: aim.accountId,
    store: null,
    region,
    stores: around.filter((row) => aim.marketplaces.includes(row.marketplace)),
  };
}

function oneStore(store: StoreRow | null, { accountId, marketplaces }: Aim): Target {
  if (store === null || (store.sellerId ?? store.claimedSellerId) === null)
    throw needs('store_id', 'Choose the connected store to break.');
  if (!marketplaces.includes(store.marketplace)) throw needs('store_id', 'This cannot happen to this store.');
  return { accountId, store, region: store.region, stores: [store] };
}

function needs(field: string, message: string): Fault {
  return new Fault('invalid-fields', { errors: [{ field, code: 'missing', message }] });
}

/** The account's live stores, those of one region when it is named. */
export async function liveStores(
  shop: Shop,
  { accountId, region }: { accountId: string; region?: Region },
): Promise<StoreRow[]> {
  let query = shop.db.db
    .selectFrom('store')
    .select('id')
    .where('account_id', '=', accountId)
    .where('phase', '=', 'live');
  if (region !== undefined) query = query.where('region', '=', region);
  const ids = await query.execute();
  const rows = await Promise.all(ids.map(({ id }) => readStore(shop.db.db, { id })));
  return rows.filter((row) => row !== null);
}

/** The watch looks at these stores next, so that a person sees within seconds what happens. */
export async function makeDue(shop: Shop, rows: readonly StoreRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await shop.db.db
    .updateTable('store')
    .set({ next_at: shop.now() })
    .where('id', 'in', ids)
    .where('phase', '=', 'live')
    .execute();
}

/** Moves the day of consent back, in what we know. */
export async function backdate(
  shop: Shop,
  { storeId, authorizedAt }: { storeId: string; authorizedAt: number | null },
): Promise<void> {
  await shop.db.db.updateTable('store').set({ authorized_at: authorizedAt }).where('id', '=', storeId).execute();
}

export async function tokenOf(shop: Shop, storeId: string): Promise<Secret | null> {
  const credential = await readCredential({ db: shop.db.db, vault: shop.vault }, { storeId, state: 'current' });
  return credential?.grantToken ?? null;
}

/** Seals another token into the store, unproven: what a seller does who copies from the wrong row. */
export async function swapToken(shop: Shop, { store, token }: { store: StoreRow; token: Secret }): Promise<void> {
  await shop.db.transaction(async (tx) => {
    const row = await lockStore(tx, store.id);
    if (row === null) return;
    const version = row.credentialVersion + 1;
    await putCandidate({ db: tx, vault: shop.vault }, { accountId: row.accountId, storeId: row.id, version, token });
    await promoteCandidate(tx, { storeId: row.id, version });
    // Where nothing but the calls can tell whose a token is, it counts that this one never opened any.
    const unproven = shop.connector(row.marketplace).grant.kind === 'direct' ? { everOk: [], firstOkAt: null } : {};
    await saveStore(tx, { ...row, ...unproven, credentialVersion: version });
  });
}
