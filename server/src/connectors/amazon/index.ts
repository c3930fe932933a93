/** Amazon by its Selling Partner API: the port filled in. */
import type { Connector } from '../connector.ts';
import type { Outbound } from '../outbound.ts';
import { AMAZON_DATA_CALLS, askData, askSelf, askToken, askWithoutSeller } from './calls.ts';
import { confirmUrl, consentUrl, readCallback, readLogin } from './consent.ts';
import { checkCredentials } from './credentials.ts';
import { guide } from './guide.ts';
import { SITES } from './regions.ts';

export function createAmazonConnector(outbound: Outbound): Connector {
  const { mapUrl } = outbound;
  return {
    marketplace: 'amazon',
    label: 'Amazon',
    sites: SITES,
    dataCalls: AMAZON_DATA_CALLS.map(({ call, capability, tellsIdentity, tellsStanding }) => ({
      call,
      capability,
      tellsIdentity,
      tellsStanding,
    })),

    checkCredentials,
    consentUrl: (request) => consentUrl(request, mapUrl),
    readCallback,
    readLogin,
    confirmUrl: (arrival, back) => confirmUrl(arrival, back, mapUrl),
    guide: (request) => guide(request, mapUrl),

    askSelf: (context) => askSelf(outbound, context),
    async askApp(app, context) {
      const question = { app, grant: { type: 'client_credentials' }, rung: 'app' } as const;
      const { finding, access } = await askToken(outbound, question, context);
      return { finding, access };
    },
    askWithoutSeller: (request, context) => askWithoutSeller(outbound, request, context),
    exchangeCode: ({ app, code }, context) =>
      askToken(outbound, { app, grant: { type: 'authorization_code', code }, rung: 'grant' }, context),
    refresh: ({ app, refreshToken }, context) =>
      askToken(outbound, { app, grant: { type: 'refresh_token', refreshToken }, rung: 'grant' }, context),
    ask: (request, context) => askData(outbound, request, context),
  };
}
