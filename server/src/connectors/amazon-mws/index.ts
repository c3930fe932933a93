/** Amazon by its Marketplace Web Service, which the Selling Partner API replaced: the port filled in. */
import type { App, MwsApp } from '../../core/access.ts';
import { Fault } from '../../core/fault.ts';
import { confirmUrl, readLogin } from '../amazon-arrival.ts';
import type { Connector } from '../connector.ts';
import type { Outbound } from '../outbound.ts';
import { askSelf } from '../reach.ts';
import { askData, askServiceStatus, MWS_DATA_CALLS } from './calls.ts';
import type { Line } from './calls.ts';
import { consentUrl, hybridOf, readCallback } from './consent.ts';
import { checkCredentials } from './credentials.ts';
import { guide } from './guide.ts';
import { MWS_SITES } from './regions.ts';

/** `clock` is the machine's and stands in every signature; the product's own clock may be moved for a demo, this may not. */
export function createAmazonMwsConnector(outbound: Outbound, clock: () => number = Date.now): Connector {
  const { mapUrl } = outbound;
  const line: Line = { outbound, clock };
  return {
    marketplace: 'amazon-mws',
    label: 'Amazon',
    sites: MWS_SITES,
    dataCalls: MWS_DATA_CALLS.map(({ call, capability, tellsIdentity, tellsStanding, everyLook, inTurn }) => ({
      call,
      capability,
      tellsIdentity,
      tellsStanding,
      everyLook,
      inTurn,
    })),

    tokenField: 'mws_auth_token',
    // "MWS will no longer be available after March 31, 2024" (SP-API documentation, MWS removal dates).
    retired: { on: '2024-04-01', movesTo: 'amazon' },

    // The auth token opens the calls itself; that it still does is learnt from them. It has no end of its own.
    grant: {
      kind: 'direct',
      access: (grantToken, now) => ({ token: grantToken, mintedAt: now, expiresAt: Number.MAX_SAFE_INTEGER }),
    },

    checkCredentials,
    consentUrl: (request) => consentUrl({ ...request, app: ours(request.app) }, mapUrl),
    readCallback,
    readLogin,
    confirmUrl: (arrival, { app, state }) =>
      confirmUrl(arrival, { redirectUri: hybridOf(ours(app)).redirectUri, state }, mapUrl),
    guide: (request) => guide({ ...request, app: ours(request.app) }, mapUrl),

    askSelf: (context) => askSelf(outbound, context),
    askApp: ({ app, site }, context) => askServiceStatus(line, { app: ours(app), site, rung: 'app' }, context),
    askWithoutSeller: ({ app, site }, context) =>
      askServiceStatus(line, { app: ours(app), site, rung: 'control' }, context),
    ask: (request, context) => askData(line, { ...request, app: ours(request.app) }, context),
  };
}

/** The verbs hand every connector the app of its own marketplace. */
function ours(app: App): MwsApp {
  if (app.marketplace === 'amazon-mws') return app;
  throw new Fault('internal', { detail: `MWS was given an app of ${app.marketplace}.` });
}
