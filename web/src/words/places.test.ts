import { describe, expect, it } from 'vitest';
import { exampleStore } from '../store-manager/example-store.ts';
import { longPlaceLine, placeLine, sitesInShort } from './places.ts';

const site = (name: string, participating = true) => ({
  site: name,
  marketplace_id: name,
  name,
  participating,
  listings_suspended: false,
});

describe('the sites of a store', () => {
  it('shorten to their endings after the first', () => {
    const store = exampleStore({ sites: [site('amazon.com'), site('amazon.ca'), site('amazon.com.mx')] });
    expect(sitesInShort(store)).toBe('amazon.com, .ca, .com.mx');
    expect(longPlaceLine(store)).toBe('Amazon North America · amazon.com, .ca, .com.mx');
    expect(placeLine(store)).toBe('Amazon North America · 3 sites');
  });

  it('are counted when there are many, and the ones not selling are left out', () => {
    const sites = ['amazon.de', 'amazon.fr', 'amazon.it', 'amazon.es'].map((name) => site(name));
    const store = exampleStore({ region: 'eu', site: 'amazon.de', sites: [...sites, site('amazon.nl', false)] });
    expect(sitesInShort(store)).toBe('4 sites');
  });

  it('are its own site alone while Amazon has told none', () => {
    expect(placeLine(exampleStore())).toBe('Amazon North America · amazon.com');
  });
});
