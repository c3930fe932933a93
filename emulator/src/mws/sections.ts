/** One section of MWS, an API with a version and a namespace of its own. */
export type Section = {
  name: string;
  version: string;
  /** Of the answers that the section itself gives. */
  namespace: string;
  /** Of what the gateway says in the section's name (its errors and GetServiceStatus), where the two differ. */
  gatewayNamespace?: string;
};

const AMAZON_SERVICES = 'https://mws.amazonservices.com';
const LEGACY = 'http://mws.amazonaws.com/doc/2009-01-01/';
const fulfillment = (name: string): string => `http://mws.amazonaws.com/${name}/2010-10-01/`;

/** Versions and namespaces as recorded (`peddler` and `ScaleLeap/amazon-mws-api-sdk`); EasyShip's is the documentation's. */
const SECTIONS: readonly Section[] = [
  { name: 'Sellers', version: '2011-07-01', namespace: `${AMAZON_SERVICES}/Sellers/2011-07-01` },
  {
    name: 'Finances',
    version: '2015-05-01',
    namespace: 'http://mws.amazonservices.com/Finances/2015-05-01',
    gatewayNamespace: 'http://mws.amazonservices.com/schema/Finances/2015-05-01',
  },
  { name: 'Reports', version: '2009-01-01', namespace: LEGACY },
  { name: 'Feeds', version: '2009-01-01', namespace: LEGACY },
  { name: 'Orders', version: '2013-09-01', namespace: `${AMAZON_SERVICES}/Orders/2013-09-01` },
  {
    name: 'Products',
    version: '2011-10-01',
    namespace: 'http://mws.amazonservices.com/schema/Products/2011-10-01',
  },
  {
    name: 'Subscriptions',
    version: '2013-07-01',
    namespace: 'http://mws.amazonservices.com/schema/Subscriptions/2013-07-01',
  },
  { name: 'FulfillmentInventory', version: '2010-10-01', namespace: fulfillment('FulfillmentInventory') },
  { name: 'FulfillmentInboundShipment', version: '2010-10-01', namespace: fulfillment('FulfillmentInboundShipment') },
  { name: 'FulfillmentOutboundShipment', version: '2010-10-01', namespace: fulfillment('FulfillmentOutboundShipment') },
  {
    name: 'MerchantFulfillment',
    version: '2015-06-01',
    namespace: `${AMAZON_SERVICES}/MerchantFulfillment/2015-06-01`,
  },
  { name: 'Recommendations', version: '2013-04-01', namespace: `${AMAZON_SERVICES}/Recommendations/2013-04-01` },
  { name: 'ShipmentInvoicing', version: '2018-09-01', namespace: `${AMAZON_SERVICES}/ShipmentInvoicing/2018-09-01` },
  { name: 'EasyShip', version: '2018-09-01', namespace: `${AMAZON_SERVICES}/EasyShip/2018-09-01` },
];

export const SECTION_NAMES = SECTIONS.map(({ name }) => name) as [string, ...string[]];

/** Actions that, sent to the bare path with version 2009-01-01, are meant for Feeds and not for Reports. */
const FEED_ACTION = /Feed/;

/**
 * The section a request is for: `/{Section}/{Version}`, or the bare `/` of the two oldest ones, where the version and the
 * action tell.
 */
export function sectionAt(path: string, { version, action }: { version: string; action: string }): Section | undefined {
  const [, name = '', given = '', more = ''] = path.split('/');
  if (more !== '') return undefined;
  if (name !== '') return SECTIONS.find((one) => one.name === name && one.version === given);
  if (version !== '2009-01-01') return undefined;
  return sectionNamed(FEED_ACTION.test(action) ? 'Feeds' : 'Reports');
}

export function sectionNamed(name: string): Section | undefined {
  return SECTIONS.find((one) => one.name === name);
}
