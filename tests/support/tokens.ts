/** What a database holds of a store's tokens, and what the emulated marketplace takes. */
import { readCredential } from '../../server/src/db/credentials.ts';
import type { OpenTest } from '../../server/src/db/testing.ts';
import { openMarket, type Market } from './market.ts';
import { NOW } from './matrix.ts';
import { fleet, sellerId } from './worlds.ts';

export type Rotation = 'none' | 'keeps_old' | 'replaces' | 'detects_reuse';

const toStop: Market[] = [];

export async function stopMarkets(): Promise<void> {
  for (const market of toStop.splice(0)) await market.stop();
}

type Fleet = { size: number; ungranted?: number[]; rotation?: Rotation };

export async function openTokenMarket(open: OpenTest, { size, ungranted = [], rotation }: Fleet): Promise<Market> {
  const sellers = Array.from({ length: size }, () => ({ region: 'eu' as const }));
  const world = fleet({ now: NOW, sellers, ungranted, throttle: false });
  const market = await openMarket({ database: await open({ onDisk: true }), world });
  toStop.push(market);
  if (rotation) await rotate(market, rotation);
  return market;
}

export function rotate(market: Market, refreshTokenRotation: Rotation): Promise<unknown> {
  return market.control('PATCH', '/_/apps/amzn1.sellerapps.app.x', { refreshTokenRotation });
}

/** The tokens of a seller that the marketplace takes, the last one issued last. */
export async function liveTokens(market: Market, n: number): Promise<string[]> {
  const { grants } = (await market.control('GET', '/_/world')) as {
    grants: { sellerId: string; enabled: boolean; refreshTokens: string[] }[];
  };
  const grant = grants.find((one) => one.sellerId === sellerId(n));
  return grant?.enabled ? grant.refreshTokens : [];
}

export async function keptToken({ shop: { db, vault } }: Market, storeId: string): Promise<string | null> {
  const kept = await readCredential({ db: db.db, vault }, { storeId, state: 'current' });
  return kept?.grantToken.reveal() ?? null;
}
