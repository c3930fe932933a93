/**
 * Moving a store to the marketplace that replaced its own: the same seller, the same row with its id, name and history; new
 * credentials, another app, another crowd. Nothing changes before the new credentials are proven (rules R3 and R4).
 */
import { Fault } from '../core/fault.ts';
import type { Marketplace } from '../core/access.ts';
import type { StoreRow } from '../db/stores.ts';
import { movedAlready, twinOf } from './duplicate.ts';
import { appOf, type Shop } from './shop.ts';

type Moving = { row: StoreRow; to: Marketplace };

/** Throws a fault that says why this store cannot go there, and what can be done instead. */
export async function refuseMove(shop: Shop, { row, to }: Moving): Promise<void> {
  const { retired } = shop.connector(row.marketplace);
  if (row.marketplace === to)
    throw cannotMove(`"${row.name}" is connected the new way already. Nothing has to be moved.`);
  if (retired?.movesTo !== to) throw cannotMove(`"${row.name}" cannot be moved there.`);
  if (row.phase === 'paused') throw cannotMove(`"${row.name}" is paused. Resume it first, then move it.`);
  if (row.phase !== 'live' || row.sellerId === null) {
    throw cannotMove(`"${row.name}" was never connected. Remove it here and connect it the new way at once.`);
  }
  appOf(shop, { marketplace: to, region: row.region, site: row.site });
  const twin = await twinOf(shop, { ...row, marketplace: to, sellerId: row.sellerId });
  if (twin) throw movedAlready(row, twin);
}

function cannotMove(detail: string): Fault {
  return new Fault('not-allowed', { detail });
}

/** The row as it will stand at the new marketplace, for asking there; nothing of it is saved before it is proven. */
export function asMoved(shop: Shop, { row, to }: Moving): StoreRow {
  if (row.marketplace === to) return row;
  const app = appOf(shop, { marketplace: to, region: row.region, site: row.site });
  return { ...row, marketplace: to, applicationId: app.applicationId };
}
