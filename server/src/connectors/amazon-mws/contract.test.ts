import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { MwsApp } from '../../core/access.ts';
import type { Region } from '../../core/observation.ts';
import { Secret } from '../../core/secret.ts';
import type { Callback, Connector } from '../connector.ts';
import { describeConnector } from '../contract.testsuite.ts';
import type { ConnectorWorld, Weather, WorldStore } from '../contract.testsuite.ts';
import { createOutbound } from '../outbound.ts';
import { createRegistry } from '../registry.ts';

/**
 * The marketplace at the other end: bodies as they were recorded, given by literal rules. It shares nothing with the
 * connector but the recordings; that the signatures are right is checked here by a second hand.
 */
const NOW = Date.UTC(2026, 10, 23, 12);
const US = 'ATVPDKIKX0DER';

function developer(region: Region): MwsApp {
  return {
    marketplace: 'amazon-mws',
    applicationId: '0000-1111-2222',
    name: `Storekeeper${region.toUpperCase()}`,
    region,
    countries: null,
    accessKeyId: `AKIA${region.toUpperCase()}EXAMPLE`,
    secretKey: new Secret(`mws-secret-of-${region}`),
    hybrid: { applicationId: 'amzn1.sellerapps.app.hybrid', redirectUri: 'http://127.0.0.1:9/callback', draft: false },
    control: null,
  };
}

const app = developer('na');
const developers = [app, developer('eu'), developer('fe')];

const token = (digit: string): string => `amzn.mws.${digit.repeat(8)}-f563-7709-4bae-87aea0000000`;
const store = (sellerId: string, digit: string): WorldStore => ({
  site: 'amazon.com',
  sellerId,
  grantToken: new Secret(token(digit)),
});

const healthy = store('A1HEALTHYSTORE', '1');
const inactive = store('A1INACTIVESTORE', '2');

const WRONG_PAIR = 'AuthToken is not valid for SellerId and AWSAccountId';
const NOT_ELIGIBLE =
  'The seller does not have an eligible Amazon account to call Amazon MWS. For more information about eligible accounts, see the Amazon MWS documentation.';

type Wire = { status: number; body: string; type?: string };

function refusal(status: number, code: string, message: string): Wire {
  const body = `<?xml version="1.0"?>\n<ErrorResponse xmlns="https://mws.amazonservices.com/Sellers/2011-07-01">\n  <Error>\n    <Type>Sender</Type>\n    <Code>${code}</Code>\n    <Message>${message}</Message>\n  </Error>\n  <RequestID>c1ba3e52-4a4b-4d3c-b5bf-1f5c9e3d2c11</RequestID>\n</ErrorResponse>\n`;
  return { status, body };
}

function good(action: string, result: string): Wire {
  // The answers of Finances come without a prolog.
  const prolog = action === 'ListFinancialEventGroups' ? '' : '<?xml version="1.0"?>\n';
  const body = `${prolog}<${action}Response xmlns="https://mws.amazonservices.com/Sellers/2011-07-01">\n  <${action}Result>${result}</${action}Result>\n  <ResponseMetadata>\n    <RequestId>c1ba3e52-4a4b-4d3c-b5bf-1f5c9e3d2c11</RequestId>\n  </ResponseMetadata>\n</${action}Response>\n`;
  return { status: 200, body };
}

/** Stores that are refused as a whole, by their seller ID. */
const REFUSALS: Readonly<Record<string, string>> = {
  A1EXPIREDSTORE: 'Access denied',
  A1REVOKEDSTORE: WRONG_PAIR,
  A1INELIGIBLE: NOT_ELIGIBLE,
};

function answer(host: string, path: string, form: URLSearchParams): Wire {
  const key = developers.find((one) => one.accessKeyId === form.get('AWSAccessKeyId'));
  if (!key)
    return refusal(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  if (form.get('Signature') !== resigned(key.secretKey, { host, path, form }))
    return refusal(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided.',
    );
  if (Math.abs(Date.parse(form.get('Timestamp') ?? '') - Date.now()) > 900_000)
    return refusal(400, 'RequestExpired', 'Request signature is too far in the past and has expired.');
  const action = form.get('Action') ?? '';
  if (action === 'GetServiceStatus')
    return good(action, '<Status>GREEN</Status><Timestamp>2026-11-23T12:00:00.000Z</Timestamp>');
  return pairRefusal(host, form) ?? data(action, form.get('SellerId') ?? '');
}

function pairRefusal(host: string, form: URLSearchParams): Wire | null {
  const sellerId = form.get('SellerId') ?? '';
  const refused = REFUSALS[sellerId];
  if (refused !== undefined) return refusal(401, 'AccessDenied', refused);
  // An American store at another region's host.
  if (host !== 'mws.amazonservices.com') return refusal(401, 'AccessDenied', 'Access denied');
  const pairs = [healthy, inactive, store('A1WITHOUTROLE', '3')];
  const known = pairs.some((one) => one.sellerId === sellerId && one.grantToken.reveal() === form.get('MWSAuthToken'));
  return known ? null : refusal(401, 'AccessDenied', WRONG_PAIR);
}

function data(action: string, sellerId: string): Wire {
  const sells = sellerId !== inactive.sellerId;
  switch (action) {
    case 'ListMarketplaceParticipations':
      return good(action, participations(sells ? sellerId : null));
    case 'ListFinancialEventGroups':
      if (sellerId === 'A1WITHOUTROLE')
        return refusal(401, 'AccessDenied', 'Access to Finances.ListFinancialEventGroups is denied');
      return good(action, '<FinancialEventGroupList/>');
    case 'GetReportList':
      return good(action, '<NextToken/><HasNext>false</HasNext>');
    default:
      return refusal(404, 'InvalidAddress', `Operation ${action} is not available`);
  }
}

function participations(sellerId: string | null): string {
  const one = (marketplaceId: string) =>
    `<Participation><MarketplaceId>${marketplaceId}</MarketplaceId><SellerId>${sellerId}</SellerId><HasSellerSuspendedListings>No</HasSellerSuspendedListings></Participation>`;
  const taken = sellerId === null ? '' : one(US) + one('A6W85IYQ5WB1C');
  return `<ListParticipations>${taken}</ListParticipations><ListMarketplaces><Marketplace><MarketplaceId>${US}</MarketplaceId><Name>Amazon.com</Name></Marketplace></ListMarketplaces>`;
}

/** Signature Version 2 over what came, in the words of the documents: every byte that is not plain is encoded. */
function resigned(secretKey: Secret, asked: { host: string; path: string; form: URLSearchParams }): string {
  const encode = (text: string) =>
    [...Buffer.from(text)]
      .map((byte) => String.fromCharCode(byte))
      .map((sign) =>
        /[\w.~-]/.test(sign) ? sign : `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      )
      .join('');
  const pairs = [...asked.form].filter(([name]) => name !== 'Signature').map((pair) => pair.map(encode).join('='));
  const words = ['POST', asked.host, asked.path, pairs.sort().join('&')].join('\n');
  return createHmac('sha256', secretKey.reveal()).update(words).digest('base64');
}

const WEATHER: Readonly<Record<Exclude<Weather, 'truncate' | 'drop_response'>, Wire>> = {
  outage: refusal(500, 'InternalError', 'We encountered an internal error. Please contact the MWS team.'),
  throttle: refusal(503, 'RequestThrottled', 'Request is throttled'),
  html_503: { status: 503, type: 'text/html', body: '<html><body><h1>503 Service Unavailable</h1></body></html>' },
  unknown_answer: refusal(409, 'Tuesday', 'Come back on Tuesday.'),
  auth_incident: refusal(401, 'AccessDenied', 'Access denied'),
};

function reply(response: ServerResponse, wire: Wire, weather: Weather | null): void {
  if (weather === 'drop_response') {
    response.destroy();
    return;
  }
  const struck = weather === null || weather === 'truncate' ? wire : WEATHER[weather];
  const body = weather === 'truncate' ? struck.body.slice(0, struck.body.length / 2) : struck.body;
  response.writeHead(struck.status, { 'content-type': struck.type ?? 'text/xml', connection: 'close' }).end(body);
}

type Market = { url: string; strike: (weather: Weather | null) => void; close: () => Promise<void> };

async function startMarket(): Promise<Market> {
  let weather: Weather | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, host = '', ...rest] = (request.url ?? '').split('/');
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    reply(response, answer(host, `/${rest.join('/')}`, form), host.includes('mws') ? weather : null);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike(next) {
      weather = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function connectorAt(hostsUrl: string): { connector: Connector; close: () => Promise<void> } {
  const outbound = createOutbound({ hostsUrl, userAgent: 'Storekeeper/contract (Language=TypeScript)' });
  return { connector: createRegistry({ outbound }).connector('amazon-mws'), close: () => outbound.close() };
}

/** What the consent page of a hybrid application sends back to the address it was given. */
function consent(connector: Connector, who: WorldStore): Callback {
  const site = connector.sites.find((one) => one.site === who.site);
  if (!site) throw new Error('no site');
  const asked = new URL(connector.consentUrl({ app, site, state: 'contract-state' })).searchParams;
  const back = new URL(asked.get('redirect_uri') ?? '');
  back.searchParams.set('state', asked.get('state') ?? '');
  back.searchParams.set('selling_partner_id', who.sellerId);
  back.searchParams.set('mws_auth_token', who.grantToken.reveal());
  back.searchParams.set('spapi_oauth_code', 'ANdNAVhyhqirUelHGEHA');
  return connector.readCallback(Object.fromEntries(back.searchParams));
}

async function open(): Promise<ConnectorWorld> {
  const market = await startMarket();
  const here = connectorAt(`${market.url}/{host}`);
  // The discard port of TCP: nobody listens there.
  const nowhere = connectorAt('http://127.0.0.1:9/{host}');
  const standing = 'ListMarketplaceParticipations';
  const money = 'ListFinancialEventGroups';
  return {
    connector: here.connector,
    stranded: nowhere.connector,
    app,
    appFor: (site) => developer(site.region),
    appSecrets: developers.map((one) => one.secretKey),
    context: { now: () => NOW, deadlineMs: 10_000 },
    healthy,
    inactive,
    refusedApps: [
      { what: 'a deleted key', app: { ...app, accessKeyId: 'AKIADELETED' }, answer: 'app_key_unknown' },
      { what: 'a wrong secret', app: { ...app, secretKey: new Secret('mws-wrong') }, answer: 'app_secret_wrong' },
    ],
    provenApps: [],
    refused: [
      { what: 'past its year', store: store('A1EXPIREDSTORE', '4'), answer: 'access_denied' },
      { what: 'switched off', store: store('A1REVOKEDSTORE', '5'), answer: 'pair_refused' },
      { what: 'another’s token', store: { ...healthy, grantToken: new Secret(token('6')) }, answer: 'pair_refused' },
      { what: 'not eligible', store: store('A1INELIGIBLE', '7'), answer: 'not_eligible' },
    ],
    barred: [
      { what: 'a role short', store: store('A1WITHOUTROLE', '3'), call: money, answer: 'section_denied' },
      { what: 'its other data', store: store('A1WITHOUTROLE', '3'), call: standing, answer: 'ok' },
      {
        what: 'at another region’s host',
        store: { ...healthy, site: 'amazon.de' },
        call: standing,
        answer: 'access_denied',
      },
    ],
    nonsense: { token: new Secret('amzn.mws.nonsense'), answer: 'pair_refused' },
    incident: 'access_denied',
    consent: (who) => Promise.resolve(consent(here.connector, who)),
    strike(weather) {
      market.strike(weather);
      return Promise.resolve(() => Promise.resolve(market.strike(null)));
    },
    async close() {
      await Promise.all([here.close(), nowhere.close()]);
      await market.close();
    },
  };
}

describeConnector('Amazon MWS', open);
