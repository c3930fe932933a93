/**
 * What is tried when new credentials are refused at the chosen site: the other places they may belong to, and whether the
 * token opens another store of the same account. So it is said which half is wrong whenever that can be known.
 */
import type { Site } from '../connectors/connector.ts';
import type { AccessToken, App } from '../core/access.ts';
import { isDenial, isPairRefusal, type Observation } from '../core/observation.ts';
import { newId } from '../db/ids.ts';
import { siblingSellers } from '../db/stores.ts';
import { findApp, type Shop } from './shop.ts';
import { callContext } from './subject.ts';
import type { Candidate } from './verify.ts';

/** Another place to try: its site stands for it, its app serves it. */
export type OtherPlace = { site: Site; app: App };

/** So many other stores of the account lend their seller ID to a token nobody knows. */
const SIBLINGS = 3;

/** Nothing of this place was answered, and not because of the weather: perhaps the store lives in another. */
export function refusedEverywhereHere(observations: readonly Observation[]): boolean {
  const grant = observations.find((o) => o.rung === 'grant');
  const data = observations.filter((o) => o.rung === 'identity' || o.rung === 'capability');
  if (data.length === 0 || (grant && grant.answer !== 'ok')) return false;
  return data.every((o) => isDenial(o.answer) || isPairRefusal(o.answer));
}

/** One site for every other region, and where a region has several developers for each of them. */
export function otherPlaces(shop: Shop, { row, app, connector }: Candidate): OtherPlace[] {
  const key = (region: string, id: string) => `${region}:${id}`;
  const seen = new Set([key(row.region, app.applicationId)]);
  const places: OtherPlace[] = [];
  for (const site of connector.sites) {
    const serving = findApp(shop, { marketplace: row.marketplace, region: site.region, site: site.site });
    if (!serving || seen.has(key(site.region, serving.applicationId))) continue;
    seen.add(key(site.region, serving.applicationId));
    places.push({ site, app: serving });
  }
  return places;
}

/** One question with the pair at another place: a rung of its own, so that it is never taken for the store's own data. */
export async function askPairAt(shop: Shop, candidate: Candidate, place: OtherPlace): Promise<Observation | null> {
  if (candidate.sellerId === null) return null;
  return askPair(shop, { candidate, place, sellerId: candidate.sellerId });
}

/** One cheap question at another place, with the access token that is there. */
export async function isAnsweredAt(
  shop: Shop,
  { connector, sellerId }: Candidate,
  { place, access }: { place: OtherPlace; access: AccessToken | null },
): Promise<boolean> {
  const call = connector.dataCalls.find((one) => one.capability === 'finances')?.call;
  if (!access || call === undefined) return false;
  const { answer } = await connector.ask({ ...place, call, sellerId, access }, callContext(shop));
  return answer === 'ok';
}

/** Does the token open another store of this account? Only where seller ID and token are separate things. */
export async function askSiblings(shop: Shop, candidate: Candidate): Promise<Observation[]> {
  const { row, app, connector } = candidate;
  if (connector.grant.kind !== 'direct') return [];
  const site = connector.sites.find((one) => one.site === row.site);
  if (!site) return [];
  const { accountId, marketplace, region } = row;
  const sellers = await siblingSellers(shop.db.db, { accountId, marketplace, region, limit: SIBLINGS });
  for (const sellerId of sellers.filter((one) => one !== candidate.sellerId)) {
    const seen = await askPair(shop, { candidate, place: { site, app }, sellerId });
    // That it opens none of the others proves nothing.
    if (seen?.answer === 'ok') return [seen];
  }
  return [];
}

type PairQuestion = { candidate: Candidate; place: OtherPlace; sellerId: string };

async function askPair(shop: Shop, { candidate, place, sellerId }: PairQuestion): Promise<Observation | null> {
  const { connector, grantToken, version, source } = candidate;
  const call = connector.dataCalls.find((one) => one.tellsIdentity && one.tellsStanding)?.call;
  if (connector.grant.kind !== 'direct' || call === undefined) return null;
  const access = connector.grant.access(grantToken, shop.now());
  const finding = await connector.ask({ ...place, call, sellerId, access }, callContext(shop));
  return {
    ...finding,
    rung: 'pair',
    id: newId('ob'),
    at: shop.now(),
    source,
    credentialVersion: version,
    freshToken: true,
    facts: finding.answer === 'ok' ? { ...finding.facts, sellerId } : finding.facts,
  };
}
