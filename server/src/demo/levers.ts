/** How each fault is made at the emulated marketplace, and how it is undone. */
import { Fault } from '../core/fault.ts';
import { Secret } from '../core/secret.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Shop } from '../stores/shop.ts';
import type { Control, FaultOrder } from './control.ts';
import { backdate, liveStores, swapToken, tokenOf, type Target } from './target.ts';

export type Break = { shop: Shop; control: Control; target: Target };
export type Undo = () => Promise<void>;

const YEAR_MS = 366 * 86_400_000;

export async function inject(
  { control, target }: Break,
  kind: string,
  more: Pick<FaultOrder, 'until'> = {},
): Promise<Undo> {
  const match = { host: `sellingpartnerapi-${target.region}.amazon.com` };
  const id = await control.addFault({ match, answer: { kind }, ...more });
  return () => control.removeFault(id);
}

type Deeds = { does: Record<string, unknown>; undoes: Record<string, unknown> };

export async function onGrant({ shop, control, target }: Break, { does, undoes }: Deeds): Promise<Undo> {
  const which = grantOf(target);
  await control.actOnGrant(which, does);
  return async () => {
    const { authToken } = await control.actOnGrant(which, undoes);
    // MWS gives a new token after a Disable: the seller would bring it here by hand.
    const { store } = target;
    if (authToken !== undefined && store !== null) await swapToken(shop, { store, token: new Secret(authToken) });
  };
}

function grantOf({ store }: Target): { sellerId: string; applicationId: string } {
  const sellerId = store?.sellerId ?? store?.claimedSellerId ?? null;
  if (store === null || sellerId === null) throw new Fault('not-found');
  return { sellerId, applicationId: store.applicationId };
}

export async function passYear(scene: Break): Promise<Undo> {
  const { shop, control, target } = scene;
  const which = grantOf(target);
  const { store } = target;
  await control.actOnGrant(which, { action: 'expire' });
  if (store !== null) await backdate(shop, { storeId: store.id, authorizedAt: shop.now() - YEAR_MS });
  return async () => {
    await control.actOnGrant(which, { action: 'renew' });
    if (store !== null) await backdate(shop, { storeId: store.id, authorizedAt: shop.now() });
  };
}

export async function swapPair(scene: Break): Promise<Undo> {
  const { shop, target } = scene;
  const { store } = target;
  const own = store === null ? null : await tokenOf(shop, store.id);
  const foreign = store === null ? null : await foreignToken(scene, store);
  if (store === null || own === null || foreign === null) {
    throw new Fault('not-found', { detail: 'This drill needs a second store in the same region.' });
  }
  await swapToken(shop, { store, token: foreign });
  return () => swapToken(shop, { store, token: own });
}

/** A token that works, so that only whose it is can give it away. */
async function foreignToken({ shop, control, target }: Break, store: StoreRow): Promise<Secret | null> {
  const around = await liveStores(shop, { accountId: target.accountId, region: target.region });
  const others = around.filter((row) => row.id !== store.id && row.marketplace === store.marketplace);
  const other = others.find((row) => row.alarm === null && row.failingSince === null);
  if (other !== undefined) return tokenOf(shop, other.id);
  const { mwsGrants } = await control.world();
  const pair = mwsGrants.find(
    (one) =>
      one.developerId === store.applicationId &&
      one.sellerId !== (store.sellerId ?? store.claimedSellerId) &&
      one.enabled,
  );
  return pair === undefined ? null : new Secret(pair.authToken);
}

export async function leaveSites({ control, target }: Break): Promise<Undo> {
  const { sellerId } = grantOf(target);
  const seller = (await control.world()).sellers.find((one) => one.sellerId === sellerId);
  const sites = seller?.sites ?? [];
  await control.patchSeller(sellerId, {
    sites: sites.map(({ marketplaceId }) => ({ marketplaceId, participating: false })),
  });
  return () =>
    control.patchSeller(sellerId, {
      sites: sites.map(({ marketplaceId, participating }) => ({ marketplaceId, participating })),
    });
}

export async function onStatus({ control, target }: Break, status: 'DEACTIVATED' | 'CLOSED'): Promise<Undo> {
  const { sellerId } = grantOf(target);
  await control.patchSeller(sellerId, { status });
  return () => control.patchSeller(sellerId, { status: 'NORMAL' });
}

export async function goOnVacation({ control, target }: Break): Promise<Undo> {
  const { sellerId } = grantOf(target);
  await control.patchSeller(sellerId, { vacation: true });
  return () => control.patchSeller(sellerId, { vacation: false });
}

export async function expireSecret({ shop, control }: Break): Promise<Undo> {
  const ours = shop.apps().find((one) => one.marketplace === 'amazon')?.applicationId;
  const app = (await control.world()).apps.find((one) => one.applicationId === ours);
  if (app === undefined) throw new Fault('app-not-configured');
  const { applicationId, clientSecrets } = app;
  const expiresAt = new Date(shop.now() - 60_000).toISOString();
  await control.patchApp(applicationId, { clientSecrets: clientSecrets.map(({ secret }) => ({ secret, expiresAt })) });
  // Tokens that were minted before live out their hour; the drill shows what comes after it.
  shop.tokens.clear();
  return () => control.patchApp(applicationId, { clientSecrets });
}

/** The hosts at which MWS serves a region: a fault there is for all its sellers. */
const MWS_HOSTS = {
  na: ['mws.amazonservices.com'],
  eu: ['mws-eu.amazonservices.com', 'mws.amazonservices.ae', 'mws.amazonservices.in'],
  fe: ['mws.amazonservices.jp', 'mws.amazonservices.com.au', 'mws-fe.amazonservices.com'],
} as const;

/** One of MWS's own refusals, for everybody in the region. */
export async function refuseAtMws({ control, target }: Break, mws: string): Promise<Undo> {
  return withFaults(
    control,
    MWS_HOSTS[target.region].map((host) => ({ match: { host }, answer: { mws } })),
  );
}

/** The same for one seller and one operation. */
export async function refuseOperation(
  { control, target }: Break,
  { operation, mws }: { operation: string; mws: string },
): Promise<Undo> {
  const { sellerId } = grantOf(target);
  return withFaults(control, [{ match: { sellerId, operation }, answer: { mws } }]);
}

async function withFaults(control: Control, orders: readonly FaultOrder[]): Promise<Undo> {
  const ids: string[] = [];
  for (const order of orders) ids.push(await control.addFault(order));
  return async () => {
    for (const id of ids) await control.removeFault(id);
  };
}

const SECTIONS = ['Sellers', 'Finances', 'Reports'];

/** Amazon says itself that its service is down, and refuses everybody meanwhile. */
export async function turnRed(scene: Break): Promise<Undo> {
  const { control, target } = scene;
  const say = async (status: 'RED' | 'GREEN') => {
    for (const host of MWS_HOSTS[target.region]) {
      for (const section of SECTIONS) await control.setService({ host, section, status });
    }
  };
  await say('RED');
  const answerAgain = await refuseAtMws(scene, 'access_denied');
  return async () => {
    await answerAgain();
    await say('GREEN');
  };
}

/** Another key or secret at Amazon than the one we sign with. */
export async function changeKey(
  { control, target }: Break,
  change: { accessKeyId: string } | { secretKey: string },
): Promise<Undo> {
  const before = (await control.world()).developers.filter(({ region }) => region === target.region);
  const [developer] = before;
  if (developer === undefined) throw new Fault('app-not-configured');
  const { developerId, accessKeyId, secretKey } = developer;
  await control.patchDeveloper(developerId, change);
  return () => control.patchDeveloper(developerId, { accessKeyId, secretKey });
}
