import { describe, expect, it } from 'vitest';
import { exampleStore } from '../store-manager/example-store.ts';
import { readAllPages, withChanges, without, type StoreList } from './all-stores.ts';

const list = (...stores: StoreList['stores']): StoreList => ({ stores, complete: true });

describe('a live change', () => {
  it('replaces its store in place', () => {
    const changed = exampleStore({ id: 'b', version: 2, name: 'New name' });
    const after = withChanges(list(exampleStore({ id: 'a' }), exampleStore({ id: 'b' })), [changed]);
    expect(after.stores.map((store) => store.id)).toEqual(['a', 'b']);
    expect(after.stores[1]).toBe(changed);
  });

  it('that is older than what is shown is dropped', () => {
    const shown = exampleStore({ version: 5 });
    expect(withChanges(list(shown), [exampleStore({ version: 4 })]).stores[0]).toBe(shown);
    const fresh = exampleStore({ as_of: '2026-11-23T12:05:00Z' });
    expect(withChanges(list(fresh), [exampleStore({ as_of: '2026-11-23T12:00:00Z' })]).stores[0]).toBe(fresh);
  });

  it('of a store not seen before adds it', () => {
    expect(withChanges(list(exampleStore()), [exampleStore({ id: 'new' })]).stores).toHaveLength(2);
  });

  it('that removes a store takes it out', () => {
    expect(without(list(exampleStore({ id: 'a' }), exampleStore({ id: 'b' })), 'a').stores.map((s) => s.id)).toEqual([
      'b',
    ]);
  });
});

describe('reading a long list', () => {
  it('shows the first pages while later ones travel, and no store twice', async () => {
    const pages = [
      { data: [exampleStore({ id: 'a' }), exampleStore({ id: 'b' })], next_cursor: '1' },
      { data: [exampleStore({ id: 'b' }), exampleStore({ id: 'c' })], next_cursor: null },
    ];
    const seen: StoreList[] = [];
    const whole = await readAllPages(
      async (cursor) => pages[Number(cursor ?? 0)] ?? { data: [], next_cursor: null },
      (soFar) => seen.push(soFar),
    );
    expect(seen.map((part) => [part.stores.length, part.complete])).toEqual([[2, false]]);
    expect(whole.stores.map((store) => store.id)).toEqual(['a', 'b', 'c']);
    expect(whole.complete).toBe(true);
  });
});
