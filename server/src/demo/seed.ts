/**
 * Seeds the account `demo`: every store that has a permission in the emulated world, with the past that it would have.
 * Nothing is judged here: real looks are made, one of them with the clock of some minutes ago, so that the store whose year
 * is over stands as *Reconnect store* on the first page, with its evidence, by the same rules as any other.
 */
import { CAPABILITIES } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import { estimatedExpiry } from '../core/access.ts';
import { promoteCandidate, putCandidate } from '../db/credentials.ts';
import { findBySeller, insertStore, readStore, type StoreRow } from '../db/stores.ts';
import { createAccount, findAccount } from '../people/accounts.ts';
import type { People } from '../people/room.ts';
import { Crowd } from '../stores/crowd.ts';
import { newStoreRow, siteOf } from '../stores/open-store.ts';
import { lookOnce } from '../stores/probe.ts';
import { appOf, type Shop } from '../stores/shop.ts';
import type { Control, World, WorldGrant, WorldSeller } from './control.ts';
import type { DemoRooms } from './demo.ts';

export const DEMO_ACCOUNT = 'demo';
const SEEDED = 'demo_seeded';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The first looks were made this long ago: long enough that a second refusal counts. */
const EARLIER_MS = 12 * MINUTE;

type Person = { name: string; email: string; password: string };

/** Does its work once; a seeding that was interrupted goes on where it was. */
export async function seedDemo({ shop, people }: DemoRooms, from: { control: Control; person: Person }): Promise<void> {
  if (await isSeeded(shop)) return;
  const accountId = await demoAccount(people, from.person);
  const world = await from.control.world();
  const rows: StoreRow[] = [];
  for (const grant of inOrder(world, shop.now())) {
    const seller = world.sellers.find((one) => one.sellerId === grant.sellerId);
    if (seller !== undefined) rows.push(await seedStore(shop, { accountId, grant, seller }));
  }
  await lookTwice(shop, rows);
  await noteSeeded(shop);
}

async function isSeeded(shop: Shop): Promise<boolean> {
  const row = await shop.db.db.selectFrom('meta').select('value').where('name', '=', SEEDED).executeTakeFirst();
  return row !== undefined;
}

async function noteSeeded(shop: Shop): Promise<void> {
  await shop.db.db
    .insertInto('meta')
    .values({ name: SEEDED, value: new Date(shop.now()).toISOString() })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
}

async function demoAccount(people: People, person: Person): Promise<string> {
  const { api } = await people.auth();
  const known = await people.db.selectFrom('person').select('id').where('email', '=', person.email).executeTakeFirst();
  const id = known?.id ?? (await api.signUpEmail({ body: person })).user.id;
  const account = await findAccount(people, DEMO_ACCOUNT).catch(() => null);
  if (account !== null) return account.id;
  // Signing up made an account named after the person; the demo's has a name of its own.
  const own = await people.db
    .selectFrom('membership')
    .select('organization_id')
    .where('user_id', '=', id)
    .executeTakeFirst();
  if (own === undefined) return (await createAccount(people, { name: DEMO_ACCOUNT, ownerId: id })).id;
  await people.db.updateTable('accounts').set({ name: DEMO_ACCOUNT }).where('id', '=', own.organization_id).execute();
  return own.organization_id;
}

/** Healthy stores first: they are the witnesses against whom a refusal is judged. */
function inOrder(world: World, now: number): WorldGrant[] {
  const isOver = (grant: WorldGrant) => (estimatedExpiry(Date.parse(grant.authorizedAt)) ?? Infinity) <= now;
  return world.grants.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)));
}

type Seeding = { accountId: string; grant: WorldGrant; seller: WorldSeller };

async function seedStore(shop: Shop, { accountId, grant, seller }: Seeding): Promise<StoreRow> {
  const who = { marketplace: 'amazon', region: seller.region, sellerId: seller.sellerId, accountId } as const;
  const [known] = await findBySeller(shop.db.db, who);
  if (known !== undefined) return known;
  const row = storeOf(shop, { accountId, grant, seller });
  const token = new Secret(grant.refreshTokens.at(-1) ?? '');
  await shop.db.transaction(async (tx) => {
    await insertStore(tx, row);
    await putCandidate({ db: tx, vault: shop.vault }, { accountId, storeId: row.id, version: 1, token });
    await promoteCandidate(tx, { storeId: row.id, version: 1 });
  });
  return row;
}

function storeOf(shop: Shop, { accountId, grant, seller }: Seeding): StoreRow {
  const connector = shop.connector('amazon');
  const home = connector.sites.find((site) => site.marketplaceId === seller.sites[0]?.marketplaceId);
  const fields = { marketplace: 'amazon', site: home?.site ?? 'amazon.com', name: seller.storeName } as const;
  const site = siteOf(shop, fields);
  const email = seller.users.find((user) => user.primary)?.email ?? null;
  const authorizedAt = Date.parse(grant.authorizedAt);
  const now = shop.now();
  const lastOkAt = Math.min(now - HOUR, (estimatedExpiry(authorizedAt) ?? now) - HOUR);
  const fresh = newStoreRow(shop, {
    accountId,
    fields,
    site,
    app: appOf(shop, { marketplace: 'amazon', ...site }),
    email,
    phase: 'verifying',
  });
  return {
    ...fresh,
    receivingAccount: `${fresh.currency ?? ''} account ···${seller.sellerId.slice(-4)}`.trim(),
    sellerId: seller.sellerId,
    phase: 'live',
    verdict: 'connected',
    judgement: { ...fresh.judgement, verdict: 'connected' } as StoreRow['judgement'],
    credentialVersion: 1,
    authorizedAt,
    authorizedBy: 'consent',
    since: authorizedAt,
    createdAt: authorizedAt,
    firstOkAt: authorizedAt,
    lastOkAt,
    lastLookAt: lastOkAt,
    everOk: CAPABILITIES.filter((capability) => capability !== 'notifications' && capability !== 'reports'),
  };
}

/** One look at every store as it was some minutes ago, and another now at those that were in trouble then. */
async function lookTwice(shop: Shop, rows: StoreRow[]): Promise<void> {
  const ago = () => shop.now() - EARLIER_MS;
  const earlier: Shop = { ...shop, now: ago, crowd: new Crowd({ db: shop.db, now: ago }), tokens: new Map() };
  for (const row of rows) await lookOnce(earlier, row, 'full');
  for (const row of rows) {
    const after = await readStore(shop.db.db, { id: row.id });
    if (after !== null && after.failingSince !== null) await lookOnce(shop, after, 'full');
  }
}
