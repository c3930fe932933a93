/** What a drill is aimed at: one store, or all stores of a region. Pure; the address holds it. */
import type { RunningDrill as RunningDrillSchema } from '../../../server/src/http/contract/app.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import type { z } from 'zod';
import { REGION_WORDS, REGIONS } from '../words/places.ts';

export type RunningDrill = z.infer<typeof RunningDrillSchema>;
export type Region = StoreBody['region'];
export type Target = { kind: 'store'; store: StoreBody } | { kind: 'region'; region: Region };

const ALL = 'all-';

export function targetKey(target: Target): string {
  return target.kind === 'store' ? target.store.id : `${ALL}${target.region}`;
}

export function targetName(target: Target): string {
  return target.kind === 'store' ? target.store.name : `all of ${REGION_WORDS[target.region]}`;
}

export function regionOf(target: Target): Region {
  return target.kind === 'store' ? target.store.region : target.region;
}

/** The target in the address; without one the first store that works, else the first of all. */
export function readTarget(key: string | undefined, stores: readonly StoreBody[]): Target | null {
  const region = REGIONS.find((entry) => key === `${ALL}${entry}`);
  if (region !== undefined) return { kind: 'region', region };
  const store =
    stores.find((entry) => entry.id === key) ?? stores.find((entry) => entry.verdict === 'connected') ?? stores[0];
  return store === undefined ? null : { kind: 'store', store };
}

/** Regions in which there are stores, with their count. */
export function regionsIn(stores: readonly StoreBody[]): { region: Region; count: number }[] {
  return REGIONS.map((region) => ({ region, count: stores.filter((store) => store.region === region).length })).filter(
    ({ count }) => count > 0,
  );
}

/** True when a running drill touches the target. */
export function touches(drill: RunningDrill, target: Target): boolean {
  if (drill.store_id !== null) return target.kind === 'store' && drill.store_id === target.store.id;
  return drill.region === null || drill.region === regionOf(target);
}
