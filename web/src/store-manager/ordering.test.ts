import { describe, expect, it } from 'vitest';
import { brokenStore, exampleStore } from './example-store.ts';
import { arrange, nearest, nextSort, readFilters } from './ordering.ts';

const names = (stores: readonly { name: string }[]): string[] => stores.map((store) => store.name);

describe('Stores pending connection', () => {
  it('are ordered by deadline, then by how long they wait, and unfinished ones come last', () => {
    const all = [
      brokenStore({ id: 'a', name: 'Unfinished', verdict: 'setup', since: '2026-01-01T00:00:00Z' }),
      brokenStore({ id: 'b', name: 'Waits short', since: '2026-11-22T00:00:00Z' }),
      brokenStore({ id: 'c', name: 'Waits long', since: '2026-11-19T00:00:00Z' }),
      brokenStore({ id: 'd', name: 'Has a deadline', deadline: { at: '2027-02-17T00:00:00Z', kind: 'recovery' } }),
    ];
    expect(names(arrange(all, {}).pending)).toEqual(['Has a deadline', 'Waits long', 'Waits short', 'Unfinished']);
  });
});

describe('Stores', () => {
  it('show what is worth a look first, then what is not the seller’s fault, then the rest by name', () => {
    const all = [
      exampleStore({ id: 'a', name: 'Zebra' }),
      exampleStore({ id: 'b', name: 'Apple' }),
      exampleStore({ id: 'c', name: 'Held', verdict: 'held', owner: 'marketplace' }),
      exampleStore({
        id: 'd',
        name: 'Later',
        verdict: 'expiring',
        deadline: { at: '2026-12-20T00:00:00Z', kind: 'estimated' },
      }),
      exampleStore({
        id: 'e',
        name: 'Sooner',
        verdict: 'expiring',
        deadline: { at: '2026-12-09T00:00:00Z', kind: 'estimated' },
      }),
    ];
    expect(names(arrange(all, {}).stores)).toEqual(['Sooner', 'Later', 'Held', 'Apple', 'Zebra']);
  });

  it('hide paused and disconnected ones until they are asked for', () => {
    const all = [exampleStore(), exampleStore({ id: 'p', name: 'Paused', verdict: 'paused' })];
    expect(names(arrange(all, {}).stores)).toEqual(['Blue Bird']);
    expect(names(arrange(all, { status: 'put_away' }).stores)).toEqual(['Paused']);
  });

  it('are found by name, seller ID or site, without regard to accents and case', () => {
    const all = [
      exampleStore({ id: 'a', name: 'Café Müller' }),
      exampleStore({ id: 'b', name: 'Other', seller_id: 'A9XYZ', site: 'amazon.de', region: 'eu' }),
    ];
    expect(names(arrange(all, { q: 'cafe muller' }).stores)).toEqual(['Café Müller']);
    expect(names(arrange(all, { q: 'a9xyz' }).stores)).toEqual(['Other']);
    expect(names(arrange(all, { q: 'amazon.de' }).stores)).toEqual(['Other']);
    expect(names(arrange(all, { region: 'eu' }).stores)).toEqual(['Other']);
  });

  it('sort both ways by a heading, and unknown times stand last going up', () => {
    const all = [
      exampleStore({ id: 'a', name: 'Never', as_of: null }),
      exampleStore({ id: 'b', name: 'Old', as_of: '2026-11-20T00:00:00Z' }),
      exampleStore({ id: 'c', name: 'New', as_of: '2026-11-23T00:00:00Z' }),
    ];
    expect(names(arrange(all, { sort: 'as_of' }).stores)).toEqual(['Old', 'New', 'Never']);
    expect(names(arrange(all, { sort: 'as_of', dir: 'desc' }).stores)).toEqual(['Never', 'New', 'Old']);
  });
});

describe('a row under the pointer', () => {
  it('keeps its place when its store turns green, and shows the new state there', () => {
    const before = brokenStore({ id: 'a' });
    const after = exampleStore({ id: 'a', version: 2 });
    const held = arrange([after], {}, new Map([['a', before]]));
    expect(held.pending).toEqual([after]);
    expect(held.stores).toEqual([]);
    expect(arrange([after], {}).stores).toEqual([after]);
  });
});

describe('the address', () => {
  it('carries search, filters and sorting', () => {
    expect(readFilters({ q: 'blue', status: 'needs_you', region: 'eu', sort: 'name', dir: 'desc' })).toEqual({
      q: 'blue',
      status: 'needs_you',
      region: 'eu',
      sort: 'name',
      dir: 'desc',
    });
  });

  it('opens the page even when it holds nonsense', () => {
    expect(readFilters({ q: '  ', status: 'sad', region: 7, sort: 'money', dir: 'desc' })).toEqual({});
    expect(readFilters({ q: 42 })).toEqual({ q: '42' });
  });

  it('turns a heading from up to down to the page’s own order', () => {
    expect(nextSort({}, 'name')).toEqual({ sort: 'name' });
    expect(nextSort({ sort: 'name' }, 'name')).toEqual({ sort: 'name', dir: 'desc' });
    expect(nextSort({ sort: 'name', dir: 'desc' }, 'name')).toEqual({});
    expect(nextSort({ sort: 'sites', dir: 'desc' }, 'name')).toEqual({ sort: 'name' });
  });
});

describe('a search without a match', () => {
  it('offers the nearest name, and none when nothing is near', () => {
    const all = [exampleStore({ name: 'Harbour Toys' }), exampleStore({ id: 'b', name: 'Pine & Co' })];
    expect(nearest(all, 'harbor')?.name).toBe('Harbour Toys');
    expect(nearest(all, 'qqqq')).toBeNull();
  });
});
