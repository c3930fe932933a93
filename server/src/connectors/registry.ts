/** The one list of marketplaces. A marketplace is added by its folder and one line here. */
import { createAmazonConnector } from './amazon/index.ts';
import { createAmazonMwsConnector } from './amazon-mws/index.ts';
import type { Connector } from './connector.ts';
import type { Outbound } from './outbound.ts';

export type Registry = { connector: (marketplace: Connector['marketplace']) => Connector };

export function createRegistry({ outbound }: { outbound: Outbound }): Registry {
  const connectors: Readonly<Record<Connector['marketplace'], Connector>> = {
    amazon: createAmazonConnector(outbound),
    'amazon-mws': createAmazonMwsConnector(outbound),
  };
  return { connector: (marketplace) => connectors[marketplace] };
}
