/** The operator's developer IDs: which one a site needs, and what a typed one is. Pure. */
import type { DeveloperIdBody } from '../../../server/src/http/contract/connect.ts';
import { REGION_WORDS, REGIONS, siteList } from '../words/places.ts';

/** One developer with every site it serves. */
export type Developer = Pick<DeveloperIdBody, 'region' | 'developer_name' | 'developer_id' | 'automatic'> & {
  sites: string[];
};

export function developerFor(list: readonly DeveloperIdBody[], site: string): DeveloperIdBody | undefined {
  return list.find((entry) => entry.site === site);
}

/** Every developer once, in the order of the regions. */
export function byDeveloper(list: readonly DeveloperIdBody[]): Developer[] {
  const found = new Map<string, Developer>();
  for (const { region, developer_name, developer_id, automatic, site } of list) {
    const key = `${region}:${developer_id}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { region, developer_name, developer_id, automatic, sites: [site] });
    else {
      known.sites.push(site);
      known.automatic = known.automatic && automatic;
    }
  }
  return [...found.values()].sort((a, b) => REGIONS.indexOf(a.region) - REGIONS.indexOf(b.region));
}

/** `Europe`, or `Far East, amazon.co.jp` where a region has several developers. */
export function servesWords(developer: Developer, all: readonly Developer[]): string {
  const alone = all.filter((other) => other.region === developer.region).length === 1;
  const region = REGION_WORDS[developer.region];
  return alone ? region : `${region}, ${siteList(developer.sites)}`;
}

export type IdJudgement = { kind: 'right' | 'other_region' | 'not_ours' | 'malformed'; text: string };

/**
 * What somebody chose at Amazon, or was about to. Another region's ID is the mistake people make, and Amazon's own words
 * for it do not say so: either its page refuses the ID, or every call is refused afterwards.
 */
export function judgeId(
  typed: string,
  { list, site }: { list: readonly DeveloperIdBody[]; site: string },
): IdJudgement | null {
  const wanted = developerFor(list, site);
  const digits = typed.replaceAll(/[\s-]/g, '');
  if (digits === '' || wanted === undefined) return null;
  const needed = `A store on ${site} needs ${wanted.developer_id}, ${wanted.developer_name}.`;
  if (!/^\d{12}$/.test(digits)) return { kind: 'malformed', text: `${shapeFault(digits)} ${needed}` };
  if (digits === digitsOf(wanted)) {
    return { kind: 'right', text: `Right for ${site}. Beside it stands the name ${wanted.developer_name}.` };
  }
  const all = byDeveloper(list);
  const other = all.find((developer) => digitsOf(developer) === digits);
  if (other === undefined) return { kind: 'not_ours', text: `This is none of our developer IDs. ${needed}` };
  return {
    kind: 'other_region',
    text: `This is our ID for ${servesWords(other, all)}. ${needed} With the other one this store cannot be reached.`,
  };
}

function digitsOf({ developer_id }: Pick<DeveloperIdBody, 'developer_id'>): string {
  return developer_id.replaceAll('-', '');
}

function shapeFault(typed: string): string {
  if (/^\d+$/.test(typed)) return `A developer ID has twelve digits; this has ${typed.length}.`;
  return 'A developer ID is twelve digits, written 0000-1111-2222; this has other signs.';
}
