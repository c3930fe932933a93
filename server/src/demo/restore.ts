/** A world that was lost (its file deleted, another emulator on the port) gets back the permissions that our stores hold. */
import { Secret } from '../core/secret.ts';
import { readCredential } from '../db/credentials.ts';
import type { Shop } from '../stores/shop.ts';
import type { Control, World, WorldGrant, WorldMwsGrant } from './control.ts';

type Holding = {
  marketplace: string;
  sellerId: string;
  applicationId: string;
  authorizedAt: number | null;
  token: Secret;
};

/** Nothing happens while the emulator knows every token that we hold, dead ones included. */
export async function restoreLostGrants({ shop }: { shop: Shop }, control: Control): Promise<void> {
  const [held, world] = await Promise.all([holdings(shop), control.world()]);
  const lost = held.filter((one) => !isKnown(world, one));
  if (lost.length === 0) return;
  shop.log.warn({ grants: lost.length }, 'the emulated marketplace forgot permissions; they are given back');
  await control.replaceWorld({
    ...world,
    grants: lost.filter((one) => !isMws(one)).reduce((grants, one) => give(grants, one, shop.now()), world.grants),
    mwsGrants: lost.filter(isMws).reduce((grants, one) => giveMws(grants, one, shop.now()), world.mwsGrants),
  });
}

async function holdings(shop: Shop): Promise<Holding[]> {
  const rows = await shop.db.db
    .selectFrom('store')
    .select(['id', 'marketplace', 'seller_id', 'claimed_seller_id', 'application_id', 'authorized_at'])
    .where('phase', '=', 'live')
    .execute();
  const held = rows.map(async (row): Promise<Holding[]> => {
    const sealed = { db: shop.db.db, vault: shop.vault };
    const credential = await readCredential(sealed, { storeId: row.id, state: 'current' });
    const sellerId = row.seller_id ?? row.claimed_seller_id;
    if (credential === null || sellerId === null) return [];
    const { application_id: applicationId, authorized_at: authorizedAt } = row;
    return [{ marketplace: row.marketplace, sellerId, applicationId, authorizedAt, token: credential.grantToken }];
  });
  return (await Promise.all(held)).flat();
}

/** A token that the emulator knows under any seller is not lost: a wrong pair stays the wrong pair that it was. */
function isKnown(world: World, held: Holding): boolean {
  const text = held.token.reveal();
  // MWS remembers no token that it replaced, so a seller it knows for this developer counts as known.
  if (isMws(held)) return world.mwsGrants.some((grant) => grant.authToken === text || isOf(grant, held));
  return world.grants.some((grant) => grant.refreshTokens.includes(text) || grant.retiredTokens.includes(text));
}

function give(grants: readonly WorldGrant[], lost: Holding, now: number): WorldGrant[] {
  const isIts = (grant: WorldGrant) => grant.sellerId === lost.sellerId && grant.applicationId === lost.applicationId;
  const token = lost.token.reveal();
  if (grants.some(isIts)) {
    return grants.map((grant) => (isIts(grant) ? { ...grant, refreshTokens: [...grant.refreshTokens, token] } : grant));
  }
  const authorizedAt = new Date(lost.authorizedAt ?? now).toISOString();
  const { sellerId, applicationId } = lost;
  return [
    ...grants,
    { sellerId, applicationId, authorizedAt, enabled: true, refreshTokens: [token], retiredTokens: [] },
  ];
}

function isMws({ marketplace }: Holding): boolean {
  return marketplace === 'amazon-mws';
}

function isOf(grant: WorldMwsGrant, held: Holding): boolean {
  return grant.sellerId === held.sellerId && grant.developerId === held.applicationId;
}

function giveMws(grants: readonly WorldMwsGrant[], lost: Holding, now: number): WorldMwsGrant[] {
  const authorizedAt = new Date(lost.authorizedAt ?? now).toISOString();
  const { sellerId, applicationId: developerId } = lost;
  return [...grants, { sellerId, developerId, authToken: lost.token.reveal(), authorizedAt, enabled: true }];
}
