/** Which rows stand in which table, in which order, under which filters. Pure; all of it lives in the address. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { REGION_WORDS, REGIONS } from '../words/places.ts';
import { GROUPS, groupOf, type Group } from './standing.ts';

export const SORTS = ['name', 'status', 'sites', 'as_of', 'since'] as const;
export type Sort = (typeof SORTS)[number];

export type Filters = {
  q?: string;
  status?: Group;
  region?: StoreBody['region'];
  sort?: Sort;
  dir?: 'desc';
};

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((entry) => entry === value);
}

/** Reads the address. Anything unknown is left out: an old link must still open the page. */
export function readFilters(search: Record<string, unknown>): Filters {
  const q = typeof search['q'] === 'string' || typeof search['q'] === 'number' ? String(search['q']) : '';
  const status = oneOf(GROUPS, search['status']);
  const region = oneOf(REGIONS, search['region']);
  const sort = oneOf(SORTS, search['sort']);
  return {
    ...(q.trim() === '' ? {} : { q }),
    ...(status === undefined ? {} : { status }),
    ...(region === undefined ? {} : { region }),
    ...(sort === undefined ? {} : { sort }),
    ...(sort !== undefined && search['dir'] === 'desc' ? { dir: 'desc' as const } : {}),
  };
}

export function hasFilters(filters: Filters): boolean {
  return filters.q !== undefined || filters.status !== undefined || filters.region !== undefined;
}

/** Clicking a heading: ascending, descending, back to the page's own order. */
export function nextSort(filters: Filters, sort: Sort): Pick<Filters, 'sort' | 'dir'> {
  if (filters.sort !== sort) return { sort };
  return filters.dir === 'desc' ? {} : { sort, dir: 'desc' };
}

/** Lower case, without accents: "Müller" is found by "muller". */
export function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function haystack(store: StoreBody): string {
  const sites = store.sites.map((site) => site.site).join(' ');
  return folded(`${store.name} ${store.seller_id ?? store.claimed_seller_id ?? ''} ${store.site} ${sites}`);
}

export function matches(store: StoreBody, filters: Filters): boolean {
  if (filters.region !== undefined && store.region !== filters.region) return false;
  const group = groupOf(store);
  if (filters.status === undefined ? group === 'put_away' : group !== filters.status) return false;
  if (filters.q === undefined) return true;
  const hay = haystack(store);
  return folded(filters.q)
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

const byName = (a: StoreBody, b: StoreBody): number => a.name.localeCompare(b.name) || a.id.localeCompare(b.id);

/** Without a date stands last. */
const byDate = (a: string | null | undefined, b: string | null | undefined): number => {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
};

/** Pending: by deadline, then by how long it waits; stores still to be finished come last. */
export function byUrgencyPending(a: StoreBody, b: StoreBody): number {
  const last = Number(a.verdict === 'setup') - Number(b.verdict === 'setup');
  return last || byDate(a.deadline?.at, b.deadline?.at) || byDate(a.since, b.since) || byName(a, b);
}

/** Stores: what is worth a look first, then what is not the seller's fault, then the calm rest by name. */
export function byUrgency(a: StoreBody, b: StoreBody): number {
  const rank = GROUPS.indexOf(groupOf(a)) - GROUPS.indexOf(groupOf(b));
  if (rank !== 0) return rank;
  const worth = groupOf(a) === 'worth_a_look' ? byDate(a.deadline?.at, b.deadline?.at) : 0;
  return worth || byName(a, b);
}

const COMPARE = {
  name: byName,
  status: (a, b) => byUrgency(a, b),
  sites: (a, b) =>
    REGION_WORDS[a.region].localeCompare(REGION_WORDS[b.region]) || a.site.localeCompare(b.site) || byName(a, b),
  as_of: (a, b) => byDate(a.as_of, b.as_of) || byName(a, b),
  since: (a, b) => byDate(a.since, b.since) || byName(a, b),
} as const satisfies Record<Sort, (a: StoreBody, b: StoreBody) => number>;

/** Rows that are being touched, by id: each keeps the place of the store it was, whatever the live one says. */
export type Held = ReadonlyMap<string, StoreBody>;

export const NOTHING_HELD: Held = new Map();

export type Tables = { pending: StoreBody[]; stores: StoreBody[] };

/**
 * Both tables. A held row is placed by the store it was when the pointer or the focus reached it, and shows the live one,
 * so that nothing moves under a finger.
 */
export function arrange(all: readonly StoreBody[], filters: Filters, held: Held = NOTHING_HELD): Tables {
  const placedAs = (store: StoreBody): StoreBody => held.get(store.id) ?? store;
  const pending: StoreBody[] = [];
  const stores: StoreBody[] = [];
  for (const store of all) {
    const placed = placedAs(store);
    if (!matches(placed, filters)) continue;
    (placed.pending ? pending : stores).push(store);
  }
  const turn = filters.dir === 'desc' ? -1 : 1;
  const chosen = filters.sort === undefined ? null : COMPARE[filters.sort];
  const sorter = (own: (a: StoreBody, b: StoreBody) => number) => {
    const compare = chosen ?? own;
    return (a: StoreBody, b: StoreBody): number => turn * compare(placedAs(a), placedAs(b));
  };
  return { pending: pending.sort(sorter(byUrgencyPending)), stores: stores.sort(sorter(byUrgency)) };
}

/** The store whose name is nearest to what was typed, when it is near at all (bigram overlap). */
export function nearest(all: readonly StoreBody[], q: string): StoreBody | null {
  const wanted = bigrams(q);
  let best: { store: StoreBody; score: number } | null = null;
  for (const store of all) {
    const score = overlap(wanted, bigrams(store.name));
    if (score > 0.35 && (best === null || score > best.score)) best = { store, score };
  }
  return best?.store ?? null;
}

function bigrams(text: string): Set<string> {
  const letters = folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
  const pairs = new Set<string>();
  for (let i = 0; i + 1 < letters.length; i += 1) pairs.add(letters.slice(i, i + 2));
  return pairs;
}

/** Share of the shorter text's pairs that the other has too. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const smaller = Math.min(a.size, b.size);
  if (smaller < 2) return 0;
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared += 1;
  return shared / smaller;
}
