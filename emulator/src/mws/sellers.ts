import { marketplaceById } from '../marketplaces.ts';
import { findMwsGrant } from '../state/mwsGrants.ts';
import type { Call, Operation } from './call.ts';
import { atHost, continued, cutPage } from './call.ts';
import { fields } from './xml.ts';
import type { Element } from './xml.ts';

const LIST = 'ListMarketplaceParticipations';
/** Not documented; no recorded seller had more sites than fit one answer. */
const PAGE_SIZE = 10;
/** Both calls together: fifteen at once, one more a minute ("ListMarketplaceParticipations", MWS documentation). */
const PLAN = { pool: `Sellers.${LIST}`, burst: 15, restoreSeconds: 60 };

/** A shop that the account has; where the seller does not take part, only the shop is listed. */
type Shop = { id: string; participates: boolean; suspended: boolean; marketplace: Element };

function participations(call: Call, from: number): Element[] {
  const { sellerId } = call.seller;
  const page = cutPage(call, { action: LIST, size: PAGE_SIZE, from, list: all(call) });
  return fields({
    NextToken: page.nextToken,
    ListParticipations: page.entries.filter(takesPart).map(({ id, suspended }): Element => [
      'Participation',
      [
        ['MarketplaceId', id],
        ['SellerId', sellerId],
        ['HasSellerSuspendedListings', suspended ? 'Yes' : 'No'],
      ],
    ]),
    ListMarketplaces: page.entries.map(({ marketplace }) => marketplace),
  });
}

function takesPart({ participates }: Shop): boolean {
  return participates;
}

/** The account's shops at this host. No recording shows a seller who left one; that it stays listed is an assumption. */
function all(call: Call): Shop[] {
  const sites = call.seller.sites.filter((site) => atHost(call)(site.marketplaceId));
  const stores = sites.flatMap(({ marketplaceId, participating, suspendedListings }): Shop[] => {
    const found = marketplaceById(marketplaceId);
    if (!found) return [];
    const { id, countryCode, domain, name, currency, language } = found;
    return [
      {
        id,
        participates: participating,
        suspended: suspendedListings,
        marketplace: marketplace({ id, countryCode, domain, name, currency, language }),
      },
    ];
  });
  return call.seller.loginWithAmazon ? [...stores, LOGIN_WITH_AMAZON] : stores;
}

type Site = { id: string; countryCode: string; domain: string; name: string; currency: string; language: string };

function marketplace({ id, countryCode, domain, name, currency, language }: Site): Element {
  return [
    'Marketplace',
    [
      ['MarketplaceId', id],
      ['DefaultCountryCode', countryCode],
      ['DomainName', domain],
      ['Name', name],
      ['DefaultCurrencyCode', currency],
      ['DefaultLanguageCode', language],
    ],
  ];
}

/** A "marketplace" that is no shop, as recorded: sellers who use Login with Amazon on a page of their own take part in it. */
const IBA: Site = {
  id: 'A6W85IYQ5WB1C',
  countryCode: 'US',
  domain: 'iba.login.amazon.com',
  name: 'IBA',
  currency: 'USD',
  language: 'en_US',
};
const LOGIN_WITH_AMAZON: Shop = { id: IBA.id, participates: true, suspended: false, marketplace: marketplace(IBA) };

/** Gave a developer the token of a seller it knew by id alone, until Amazon withdrew it in 2015. */
function authToken({ amazon, seller, developer }: Call): Element[] {
  const grant = findMwsGrant(amazon, seller.sellerId, developer.developerId);
  return fields({ SellerId: seller.sellerId, MWSAuthToken: grant?.authToken });
}

export const SELLERS: Record<string, Operation> = {
  [LIST]: { plan: PLAN, answer: (call) => participations(call, 0) },
  [`${LIST}ByNextToken`]: {
    plan: PLAN,
    answer(next) {
      const { call, from } = continued(next, LIST);
      return participations(call, from);
    },
  },
  GetAuthToken: { plan: { burst: 15, restoreSeconds: 60 }, answer: authToken },
};
