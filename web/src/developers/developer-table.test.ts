import { describe, expect, it } from 'vitest';
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';
import { byDeveloper, judgeId, servesWords } from './developer-table.ts';

const entry = (site: string, region: DeveloperIdBody['region'], at: number): DeveloperIdBody => ({
  marketplace: 'amazon-mws',
  site,
  country: 'US',
  region,
  developer_name: `Storekeeper${at}`,
  developer_id: `0000-1111-000${at}`,
  automatic: true,
});

const LIST = [
  entry('amazon.co.jp', 'fe', 3),
  entry('amazon.com', 'na', 1),
  entry('amazon.ca', 'na', 1),
  entry('amazon.de', 'eu', 2),
  entry('amazon.com.au', 'fe', 4),
];

describe('the table of developer IDs', () => {
  it('names every developer once, with all its sites', () => {
    const all = byDeveloper(LIST);
    expect(all.map(({ developer_id, sites }) => [developer_id, sites])).toEqual([
      ['0000-1111-0001', ['amazon.com', 'amazon.ca']],
      ['0000-1111-0002', ['amazon.de']],
      ['0000-1111-0003', ['amazon.co.jp']],
      ['0000-1111-0004', ['amazon.com.au']],
    ]);
  });

  it('names the sites where a region has several developers', () => {
    const all = byDeveloper(LIST);
    expect(all.map((developer) => servesWords(developer, all))).toEqual([
      'North America',
      'Europe',
      'Far East, amazon.co.jp',
      'Far East, amazon.com.au',
    ]);
  });
});

describe('a developer ID that somebody chose', () => {
  const judge = (typed: string) => judgeId(typed, { list: LIST, site: 'amazon.com' });

  it('is right with or without hyphens', () => {
    expect(judge('0000-1111-0001')?.kind).toBe('right');
    expect(judge(' 000011110001 ')?.kind).toBe('right');
  });

  it('is told apart when it is another region’s, and the right one is named', () => {
    const told = judge('0000-1111-0002');
    expect(told?.kind).toBe('other_region');
    expect(told?.text).toContain('our ID for Europe');
    expect(told?.text).toContain('0000-1111-0001');
  });

  it('may be nobody’s we know, or no ID at all', () => {
    expect(judge('9999-1111-0002')?.kind).toBe('not_ours');
    expect(judge('0000-1111')?.text).toContain('this has 8');
    expect(judge('StorekeeperNA')?.kind).toBe('malformed');
    expect(judge('')).toBeNull();
  });
});
