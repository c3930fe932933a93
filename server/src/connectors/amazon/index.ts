/** Amazon by its Selling Partner API: the port filled in. */
import type { AmazonApp, App } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import { confirmUrl, readLogin } from '../amazon-arrival.ts';
import { AMAZON_SITES } from '../amazon-sites.ts';
import type { CallContext, Connector, GrantAnswer } from '../connector.ts';
import type { Outbound } from '../outbound.ts';
import { askSelf } from '../reach.ts';
import { AMAZON_DATA_CALLS, askData, askToken, askWithoutSeller } from './calls.ts';
import { consentUrl, readCallback } from './consent.ts';
import { checkCredentials } from './credentials.ts';
import { guide } from './guide.ts';
import { createNotices } from './notices.ts';

export function createAmazonConnector(outbound: Outbound): Connector {
  const { mapUrl } = outbound;
  return {
    marketplace: 'amazon',
    label: 'Amazon',
    sites: AMAZON_SITES,
    dataCalls: AMAZON_DATA_CALLS.map(({ call, capability, tellsIdentity, tellsStanding, everyLook, inTurn }) => ({
      call,
      capability,
      tellsIdentity,
      tellsStanding,
      everyLook,
      inTurn,
    })),

    tokenField: 'refresh_token',
    retired: null,
    grant: {
      kind: 'exchange',
      exchangeCode: ({ app, code }, context) =>
        askToken(outbound, { app: ours(app), grant: { type: 'authorization_code', code }, rung: 'grant' }, context),
      refresh: ({ app, grantToken }, context) =>
        askToken(
          outbound,
          { app: ours(app), grant: { type: 'refresh_token', refreshToken: grantToken }, rung: 'grant' },
          context,
        ),
    },

    checkCredentials,
    consentUrl: (request) => consentUrl({ ...request, app: ours(request.app) }, mapUrl),
    readCallback,
    readLogin,
    confirmUrl: (arrival, { app, state }) => confirmUrl(arrival, { redirectUri: ours(app).redirectUri, state }, mapUrl),
    guide: (request) => guide({ ...request, app: ours(request.app) }, mapUrl),

    notices: createNotices(outbound, ours),

    askSelf: (context) => askSelf(outbound, context),
    async askApp({ app }, context) {
      return (await appToken(outbound, ours(app), context)).finding;
    },
    async askWithoutSeller({ app, site }, context) {
      const { finding, access } = await appToken(outbound, ours(app), context);
      if (!access) return { ...finding, rung: 'control', region: site.region };
      return askWithoutSeller(outbound, { region: site.region, access }, context);
    },
    ask: ({ call, site, access }, context) => askData(outbound, { call, region: site.region, access }, context),
  };
}

function appToken(outbound: Outbound, app: AmazonApp, context: CallContext): Promise<GrantAnswer> {
  return askToken(outbound, { app, grant: { type: 'client_credentials' }, rung: 'app' }, context);
}

/** The verbs hand every connector the app of its own marketplace. */
function ours(app: App): AmazonApp {
  if (app.marketplace === 'amazon') return app;
  throw new Fault('internal', { detail: `The Selling Partner API was given an app of ${app.marketplace}.` });
}
