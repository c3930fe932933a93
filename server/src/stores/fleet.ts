/** The operator's view over all accounts: which stores have left a retired marketplace, and which are still there. */
import { eventsByDay, storesAt } from '../db/fleet.ts';
import type { Fleet } from '../http/contract/app.ts';
import { instant } from './present.ts';
import type { Shop } from './shop.ts';

type Left = Omit<Fleet['mws']['stores'][number], 'account'> & { accountId: string };
const MOST = 500;

export async function readFleet(shop: Shop): Promise<Omit<Fleet['mws'], 'stores'> & { stores: Left[] }> {
  const { db } = shop.db;
  const left = await storesAt(db, { marketplace: 'amazon-mws', limit: MOST });
  const days = await eventsByDay(db, 'store.moved');
  const moved = days.reduce((sum, { count }) => sum + count, 0);
  return {
    total: left.count + moved,
    moved,
    left: left.count,
    stores: left.rows.map(({ id, name, site, verdict, since, accountId }) => ({
      id,
      name,
      site,
      verdict,
      since: instant(since),
      accountId,
    })),
    by_day: days.map(({ day, count }) => ({ day: instant(day).slice(0, 10), moved: count })),
  };
}
