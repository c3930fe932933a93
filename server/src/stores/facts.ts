/** Between rows and the judge: what the judge must know of a store, and what it learnt. */
import type { JudgeInput, StoreFacts } from '../core/judgement.ts';
import type { Capability, Observation, SiteStanding } from '../core/observation.ts';
import type { Weather } from '../core/weather.ts';
import type { StoreRow } from '../db/stores.ts';
import type { Shop } from './shop.ts';

export type JudgeMaterial = {
  row: StoreRow;
  observations: readonly Observation[];
  weather: Weather;
  deniedElsewhere: Capability[];
  /** What the marketplace told of the account by itself. */
  told?: StoreFacts['told'];
  /** Data named a seller that another store of the account has. */
  duplicate?: boolean;
  now: number;
};

export function judgeInput(shop: Pick<Shop, 'connector'>, material: JudgeMaterial): JudgeInput {
  const { row, observations, weather, now } = material;
  const connector = shop.connector(row.marketplace);
  const chosen = connector.sites.find((site) => site.site === row.site);
  const store: StoreFacts = {
    phase: row.phase,
    label: connector.label,
    sellerId: row.sellerId,
    ...claimsOf(material),
    credentialVersion: row.credentialVersion,
    authorizedAt: row.authorizedAt,
    authorizedBy: row.authorizedBy,
    firstOkAt: row.firstOkAt,
    lastOkAt: row.lastOkAt,
    everOk: row.everOk,
    rowsSeen: row.rowsSeen,
    sites: sitesSeen(observations) ?? row.sites,
    alarm: row.alarm,
    repair: row.repair,
    deniedElsewhere: material.deniedElsewhere,
    told: material.told ?? null,
    lost: row.lost,
    regionCorrected: chosen !== undefined && chosen.region !== row.region,
  };
  return { store, observations, weather, now };
}

/** Left out where there is nothing to say, so that most logged looks stay as small as they were. */
function claimsOf({ row: { sellerId, claimedSellerId, supersededAt }, duplicate }: JudgeMaterial) {
  return {
    ...(sellerId === null && claimedSellerId !== null ? { claimedSellerId } : {}),
    ...(duplicate === true ? { duplicate } : {}),
    ...(supersededAt === null ? {} : { supersededAt }),
  };
}

/** The newest list of sites that the marketplace itself gave. */
export function sitesSeen(observations: readonly Observation[]): SiteStanding[] | null {
  return observations.findLast((o) => o.answer === 'ok' && o.facts.sites !== undefined)?.facts.sites ?? null;
}

/** The seller that the store's own data named last. What a neighbour or a cross-check answered names nobody here. */
export function sellerSeen(observations: readonly Observation[]): string | null {
  return observations.findLast((o) => isGoodData(o) && o.facts.sellerId !== undefined)?.facts.sellerId ?? null;
}

export function isGoodData({ rung, answer }: Observation): boolean {
  return (rung === 'identity' || rung === 'capability') && answer === 'ok';
}

/** Capabilities that answered, added to those that ever did. */
export function everOkAfter(before: readonly Capability[], observations: readonly Observation[]): Capability[] {
  const ok = observations.filter((o) => o.answer === 'ok' && o.capability !== null && o.rung !== 'control');
  return [...new Set([...before, ...ok.flatMap((o) => (o.capability ? [o.capability] : []))])];
}

/** Kinds of data that gave rows, added to those that ever did. */
export function rowsSeenAfter(before: readonly Capability[], observations: readonly Observation[]): Capability[] {
  const full = observations.filter((o) => o.answer === 'ok' && o.rung !== 'control' && o.facts.rows === 'some');
  return [...new Set([...before, ...full.flatMap((o) => (o.capability ? [o.capability] : []))])];
}
