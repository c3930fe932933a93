/** Rows stay where they were when the page was opened: a store that is renewed does not move away from under the pointer. Pure. */
import type { RenewalPlace } from '../../../server/src/http/contract/renewals.ts';

/** Ids in the order in which they were first seen; new ones come last. The same list when nothing is new. */
export function withNewOnes(known: readonly string[], places: readonly RenewalPlace[]): readonly string[] {
  const seen = new Set(known);
  const more = places.flatMap(({ stores }) => stores.map(({ id }) => id)).filter((id) => !seen.has(id));
  return more.length === 0 ? known : [...known, ...more];
}

/** Places and their stores in the order of `ids`. */
export function inOrder(places: readonly RenewalPlace[], ids: readonly string[]): RenewalPlace[] {
  const rank = new Map(ids.map((id, place) => [id, place]));
  const of = (id: string | undefined): number => rank.get(id ?? '') ?? ids.length;
  return places
    .map((place) => ({ ...place, stores: place.stores.toSorted((a, b) => of(a.id) - of(b.id)) }))
    .toSorted((a, b) => of(a.stores[0]?.id) - of(b.stores[0]?.id));
}
