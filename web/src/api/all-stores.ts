/** The list of stores as the browser holds it: pages joined, live changes folded in. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export type StoreList = { stores: readonly StoreBody[]; complete: boolean };
export type StorePage = { data: StoreBody[]; next_cursor: string | null };

/** True when `next` says something newer than `known`: a slow answer must not undo a quick one. */
export function isNewer(known: StoreBody, next: StoreBody): boolean {
  if (next.version !== known.version) return next.version > known.version;
  return (next.as_of ?? '') >= (known.as_of ?? '');
}

/** Folds changed stores into the list: replaced in place, new ones at the end, older versions dropped. */
export function withChanges(list: StoreList, changes: readonly StoreBody[]): StoreList {
  if (changes.length === 0) return list;
  const byId = new Map(changes.map((store) => [store.id, store]));
  const stores = list.stores.map((store) => {
    const next = byId.get(store.id);
    byId.delete(store.id);
    return next !== undefined && isNewer(store, next) ? next : store;
  });
  return { ...list, stores: [...stores, ...byId.values()] };
}

export function without(list: StoreList, id: string): StoreList {
  return { ...list, stores: list.stores.filter((store) => store.id !== id) };
}

/** Reads every page; `onPage` is given the list so far, so that the first rows stand while later ones travel. */
export async function readAllPages(
  readPage: (cursor: string | null) => Promise<StorePage>,
  onPage: (soFar: StoreList) => void,
): Promise<StoreList> {
  const stores: StoreBody[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: StorePage = await readPage(cursor);
    for (const store of page.data) {
      if (seen.has(store.id)) continue;
      seen.add(store.id);
      stores.push(store);
    }
    cursor = page.next_cursor;
    if (cursor !== null) onPage({ stores: [...stores], complete: false });
  } while (cursor !== null);
  return { stores, complete: true };
}
