import { describe, expect, it } from 'vitest';
import { keptSite, offered, wayAt, type CatalogueSite, type Marketplace } from './ways.ts';

const site = (name: string, different: Partial<CatalogueSite> = {}): CatalogueSite => ({
  site: name,
  marketplace_id: name,
  name,
  country: 'US',
  currency: 'USD',
  region: 'na',
  app_name: 'Storekeeper',
  automatic: true,
  ...different,
});

const marketplace = (name: Marketplace['marketplace'], different: Partial<Marketplace> = {}): Marketplace => ({
  marketplace: name,
  label: name,
  retired_on: null,
  app_name: 'Storekeeper',
  credential_fields: [],
  sites: [site('amazon.com'), site('amazon.de')],
  ...different,
});

const MWS = marketplace('amazon-mws', { sites: [site('amazon.com', { app_name: null }), site('amazon.de')] });
const names = (list: Marketplace[]) => list.map((one) => one.marketplace);

describe('the ways into Amazon', () => {
  it('begin with the Selling Partner API; MWS comes after it', () => {
    expect(names(offered({ marketplaces: [MWS, marketplace('amazon')] }))).toEqual(['amazon', 'amazon-mws']);
  });

  it('are offered only where whoever runs Storekeeper has set one up', () => {
    const without = { ...MWS, app_name: null };
    expect(names(offered({ marketplaces: [marketplace('amazon'), without] }))).toEqual(['amazon']);
    const none = { marketplaces: [marketplace('amazon', { app_name: null }), without] };
    expect(names(offered(none))).toEqual(['amazon']);
  });

  it('keep the chosen site where they serve it', () => {
    expect(keptSite(MWS, 'amazon.de')).toBe('amazon.de');
    expect(keptSite(MWS, 'amazon.com')).toBe('amazon.de');
  });

  it('go by hand where Amazon has no consent page for us', () => {
    expect(wayAt(site('amazon.de', { automatic: false }), 'consent')).toBe('by_hand');
    expect(wayAt(site('amazon.de'), 'consent')).toBe('consent');
  });
});
