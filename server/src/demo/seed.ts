/**
 * Seeds the account `demo`: every store that has a permission in the emulated world, with the past that it would have.
 * Sellers that the application was never allowed by, and an MWS developer was, are its stores on MWS.
 * Nothing is judged here: real looks are made, one of them with the clock of some minutes ago, so that the store whose year
 * is over stands as *Reconnect store* on the first page, with its evidence, by the same rules as any other.
 */
import { Secret } from '../core/secret.ts';
import { estimatedExpiry, type Marketplace } from '../core/access.ts';
import { USUAL_SETTINGS } from '../core/message-settings.ts';
import { promoteCandidate, putCandidate } from '../db/credentials.ts';
import { saveMessageSettings } from '../db/message-settings.ts';
import { findByClaim, findBySeller, insertStore, readStore, type StoreRow } from '../db/stores.ts';
import { createAccount, findAccount } from '../people/accounts.ts';
import { findByEmail, makePerson } from '../people/persons.ts';
import type { People } from '../people/room.ts';
import { Crowd } from '../stores/crowd.ts';
import { newStoreRow, siteOf } from '../stores/open-store.ts';
import { lookOnce } from '../stores/probe.ts';
import { appOf, type Shop } from '../stores/shop.ts';
import type { Control, World, WorldSeller } from './control.ts';
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
  for (const held of inOrder(permissionsIn(world), shop.now())) {
    const seller = world.sellers.find((one) => one.sellerId === held.sellerId);
    if (seller !== undefined) rows.push(await seedStore(shop, { accountId, held, seller }));
  }
  await mailAtAnyHour(shop, accountId);
  await lookTwice(shop, rows);
  await noteSeeded(shop);
}

/** Whoever tries a fire drill at night wants to read its mail now, and many drills make many mails. */
async function mailAtAnyHour(shop: Shop, accountId: string): Promise<void> {
  const settings = { ...USUAL_SETTINGS, quietFrom: '00:00', quietTo: '00:00', weeklyCap: 50, digestToldAt: null };
  await shop.db.transaction((tx) => saveMessageSettings(tx, { accountId, settings, now: shop.now() }));
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
  const id = (await findByEmail(people, person.email))?.id ?? (await makePerson(people, person));
  const account = await findAccount(people, DEMO_ACCOUNT).catch(() => null);
  return account?.id ?? (await createAccount(people, { name: DEMO_ACCOUNT, ownerId: id })).id;
}

/** What we would hold of a seller: which marketplace it opens, the token, and since when. */
type Held = { marketplace: Marketplace; sellerId: string; token: string; authorizedAt: string };

function permissionsIn(world: World): Held[] {
  const allowed = world.grants.map(({ sellerId, refreshTokens, authorizedAt }): Held => {
    return { marketplace: 'amazon', sellerId, token: refreshTokens.at(-1) ?? '', authorizedAt };
  });
  const sellers = new Set(allowed.map(({ sellerId }) => sellerId));
  const onMws = world.mwsGrants.filter(({ sellerId, enabled }) => enabled && !sellers.has(sellerId));
  const pairs = onMws.map(({ sellerId, authToken, authorizedAt }): Held => {
    return { marketplace: 'amazon-mws', sellerId, token: authToken, authorizedAt };
  });
  return [...allowed, ...pairs];
}

/** Healthy stores first: they are the witnesses against whom a refusal is judged. */
function inOrder(held: Held[], now: number): Held[] {
  const isOver = ({ authorizedAt }: Held) => (estimatedExpiry(Date.parse(authorizedAt)) ?? Infinity) <= now;
  return held.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)));
}

type Seeding = { accountId: string; held: Held; seller: WorldSeller };

async function seedStore(shop: Shop, { accountId, held, seller }: Seeding): Promise<StoreRow> {
  const who = { marketplace: held.marketplace, region: seller.region, sellerId: seller.sellerId, accountId } as const;
  const [known] = [...(await findBySeller(shop.db.db, who)), ...(await findByClaim(shop.db.db, who))];
  if (known !== undefined) return known;
  const row = storeOf(shop, { accountId, held, seller });
  const token = new Secret(held.token);
  await shop.db.transaction(async (tx) => {
    await insertStore(tx, row);
    await putCandidate({ db: tx, vault: shop.vault }, { accountId, storeId: row.id, version: 1, token });
    await promoteCandidate(tx, { storeId: row.id, version: 1 });
  });
  return row;
}

function storeOf(shop: Shop, { accountId, held, seller }: Seeding): StoreRow {
  const { marketplace } = held;
  const { sites, dataCalls } = shop.connector(marketplace);
  const home = sites.find((site) => site.marketplaceId === seller.sites[0]?.marketplaceId);
  const fields = { marketplace, site: home?.site ?? 'amazon.com', name: seller.storeName } as const;
  const site = siteOf(shop, fields);
  const email = seller.users.find((user) => user.primary)?.email ?? null;
  const authorizedAt = Date.parse(held.authorizedAt);
  const now = shop.now();
  const lastOkAt = Math.min(now - HOUR, (estimatedExpiry(authorizedAt) ?? now) - HOUR);
  const fresh = newStoreRow(shop, {
    accountId,
    fields,
    site,
    app: appOf(shop, { marketplace, ...site }),
    email,
    phase: 'verifying',
  });
  return {
    ...fresh,
    receivingAccount: `${fresh.currency ?? ''} account ···${seller.sellerId.slice(-4)}`.trim(),
    sellerId: seller.sellerId,
    sellerProvenAt: now,
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
    everOk: dataCalls.filter(({ everyLook }) => everyLook).map(({ capability }) => capability),
  };
}

/** One look at every store as it was some minutes ago, and another now at those that were in trouble then. */
async function lookTwice(shop: Shop, rows: StoreRow[]): Promise<void> {
  const ago = () => shop.now() - EARLIER_MS;
  const earlier: Shop = { ...shop, now: ago, crowd: new Crowd({ db: shop.db, now: ago }), tokens: new Map() };
  for (const row of rows) await lookOnce(earlier, row, { mode: 'full' });
  for (const row of rows) {
    const after = await readStore(shop.db.db, { id: row.id });
    if (after !== null && after.failingSince !== null) await lookOnce(shop, after, { mode: 'full' });
  }
}
