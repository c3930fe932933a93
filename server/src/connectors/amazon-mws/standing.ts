/**
 * Which sites a store takes part in and who it is (`ListMarketplaceParticipations`), and how the service itself stands
 * (`GetServiceStatus`): both of the section Sellers 2011-07-01.
 */
import type { LearntFacts, SiteStanding } from '../../core/observation.ts';
import { redact } from '../redact.ts';
import { notAsSent, resultOf } from './payouts.ts';
import type { Reading } from './payouts.ts';
import { mwsSite } from './regions.ts';
import { list, textAt } from './xml.ts';
import type { XmlElement } from './xml.ts';

const PARTICIPATIONS = 'ListMarketplaceParticipations';

/**
 * A shop that is listed and has no participation is one where the store does not sell. What is no shop of ours ("IBA")
 * is left out; without a shop that we know the answer tells nothing: an empty list must not read as "takes part nowhere".
 */
export function readParticipations(root: XmlElement): Reading {
  const result = resultOf(root, PARTICIPATIONS);
  if (!result) return notAsSent(PARTICIPATIONS);
  const participations = list(result, ['ListParticipations'], 'Participation');
  const suspended = new Map<string, boolean>();
  for (const one of participations) {
    const marketplaceId = textAt(one, 'MarketplaceId');
    const listings = textAt(one, 'HasSellerSuspendedListings');
    if (marketplaceId === null || (listings !== 'Yes' && listings !== 'No')) return notAsSent(PARTICIPATIONS);
    suspended.set(marketplaceId, listings === 'Yes');
  }
  const listed = list(result, ['ListMarketplaces'], 'Marketplace').map((one) => textAt(one, 'MarketplaceId') ?? '');
  const sites = [...new Set([...listed, ...suspended.keys()])].flatMap((id) => standingAt(id, suspended.get(id)));
  return { facts: { ...identity(participations), ...(sites.length === 0 ? {} : { sites }) } };
}

function standingAt(marketplaceId: string, suspended: boolean | undefined): SiteStanding[] {
  const site = mwsSite(marketplaceId);
  if (!site) return [];
  return [
    {
      site: site.site,
      marketplaceId,
      // MWS names the shop ("Amazon.com"), never the store.
      storeName: null,
      participating: suspended !== undefined,
      listingsSuspended: suspended ?? false,
    },
  ];
}

/** One seller named throughout is the identity; none, or two, tell nothing. */
function identity(participations: readonly XmlElement[]): { sellerId?: string } {
  const [first, ...others] = new Set(participations.map((one) => textAt(one, 'SellerId') ?? ''));
  return first && others.length === 0 ? { sellerId: first } : {};
}

/** GREEN_I ("information") stands in older documents and in real answers, not in the last documents. */
const SERVICE: ReadonlyMap<string, NonNullable<LearntFacts['service']>> = new Map([
  ['GREEN', 'green'],
  ['GREEN_I', 'info'],
  ['YELLOW', 'yellow'],
  ['RED', 'red'],
]);

/** The service's health by its own word; what it says beside it, and a word nobody knows, are kept as the message. */
export function readServiceStatus(root: XmlElement): Reading {
  const result = resultOf(root, 'GetServiceStatus');
  const status = result ? textAt(result, 'Status') : null;
  if (!result || status === null) return notAsSent('GetServiceStatus');
  const service = SERVICE.get(status);
  const said = list(result, ['Messages'], 'Message').map((one) => textAt(one, 'Text') ?? '');
  const message = redact([...(service === undefined ? [`Status ${status}.`] : []), ...said].join(' '));
  return { facts: service === undefined ? {} : { service }, message };
}
