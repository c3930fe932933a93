import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { AmazonApp } from '../../core/access.ts';
import { Secret } from '../../core/secret.ts';
import type { Callback, Connector } from '../connector.ts';
import { describeConnector } from '../contract.testsuite.ts';
import type { ConnectorWorld, Weather, WorldStore } from '../contract.testsuite.ts';
import { createOutbound } from '../outbound.ts';
import { createRegistry } from '../registry.ts';

/** The emulator runs as a program of its own: nothing of it is imported, so both sides cannot share one mistake. */
const EMULATOR = fileURLToPath(new URL('../../../../emulator/src/main.ts', import.meta.url));
const NOW = Date.UTC(2026, 10, 23, 12);
const PASSWORD = 'open-sesame';

const app: AmazonApp = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.contract',
  name: 'Storekeeper',
  clientId: 'amzn1.application-oa2-client.contract',
  clientSecret: new Secret('amzn1.oa2-cs.v1.contract'),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: 'http://127.0.0.1:9/connect/amazon/callback',
  loginUri: 'http://127.0.0.1:9/connect/amazon/login',
  draft: false,
  control: null,
};
const otherApp: AmazonApp = {
  ...app,
  applicationId: 'amzn1.sellerapps.app.other',
  clientId: 'amzn1.application-oa2-client.other',
  clientSecret: new Secret('amzn1.oa2-cs.v1.other'),
};

const wrong = new Secret('amzn1.oa2-cs.v1.wrong');

const US = 'ATVPDKIKX0DER';
const token = (name: string): string => `Atzr|IwEBI${name}${'0'.repeat(30)}`;
const store = (sellerId: string, name: string): WorldStore => ({
  site: 'amazon.com',
  sellerId,
  grantToken: new Secret(token(name)),
});

type Given = { status?: string; site?: object; grant?: object };

/** One American seller and its grant; the e-mail of its primary user is its seller ID. */
function shop(sellerId: string, name: string, { status, site, grant }: Given = {}) {
  return {
    seller: {
      sellerId,
      region: 'na',
      storeName: name,
      ...(status === undefined ? {} : { status }),
      users: [{ email: `${sellerId}@stores.test`, password: PASSWORD, primary: true }],
      sites: [{ marketplaceId: US, ...site }],
    },
    grant: {
      sellerId,
      applicationId: app.applicationId,
      authorizedAt: '2026-06-01T00:00:00Z',
      refreshTokens: [token(name)],
      ...grant,
    },
  };
}

const SHOPS = [
  shop('A1HEALTHYSTORE', 'healthy'),
  shop('A1DISABLEDSTORE', 'disabled', { grant: { enabled: false } }),
  shop('A1EXPIREDSTORE', 'expired', { grant: { authorizedAt: '2025-11-01T00:00:00Z' } }),
  shop('A1HALFOPENSTORE', 'halfopen', { grant: { halfOpen: true } }),
  shop('A1DEACTIVATED', 'deactivated', { status: 'DEACTIVATED' }),
  shop('A1WITHOUTROLE', 'withoutrole', { grant: { roles: ['insights'] } }),
  shop('A1INACTIVESTORE', 'inactive', { site: { participating: false } }),
];

const healthyId = 'A1HEALTHYSTORE';
const partner = { partnerId: healthyId, accountType: 'Standard Orders', marketplaceId: US };
const WORLD = {
  now: new Date(NOW).toISOString(),
  throttle: false,
  apps: [app, otherApp].map((one) => ({
    applicationId: one.applicationId,
    name: one.name,
    clientId: one.clientId,
    clientSecrets: [{ secret: one.clientSecret.reveal() }],
    redirectUris: [one.redirectUri],
    loginUri: one.loginUri,
  })),
  sellers: SHOPS.map((one) => one.seller),
  grants: SHOPS.map((one) => one.grant),
  payouts: [
    {
      sellerId: healthyId,
      id: '11888387941',
      partnerMetadata: partner,
      currentStatus: 'PAID',
      statusHistory: [{ status: 'PAID', lastUpdatedDate: '2026-11-12T12:00:00Z' }],
      type: 'SCHEDULED',
      amount: { currencyCode: 'USD', currencyAmount: 1250.75 },
      creationDate: '2026-11-11T00:00:00Z',
      period: { startDate: '2026-10-28T00:00:00Z', endDate: '2026-11-11T00:00:00Z' },
    },
  ],
  transactions: [
    {
      sellerId: healthyId,
      sellingPartnerMetadata: { sellingPartnerId: healthyId, accountType: 'Standard Orders', marketplaceId: US },
      transactionType: 'Shipment',
      transactionId: 't1',
      transactionStatus: 'RELEASED',
      postedDate: '2026-11-22T03:35:13Z',
      totalAmount: { currencyCode: 'USD', currencyAmount: 10 },
    },
  ],
};

async function startEmulator(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'storekeeper-contract-'));
  const file = join(dir, 'world.json');
  await writeFile(file, JSON.stringify(WORLD));
  const child = fork(EMULATOR, ['--port', '0', '--proxy-port', '0', '--ca-dir', dir, '--world', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await readyUrl(child);
  return {
    url,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
      await rm(dir, { recursive: true });
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
  });
}

function connectorAt(hostsUrl: string): { connector: Connector; close: () => Promise<void> } {
  const outbound = createOutbound({ hostsUrl, userAgent: 'Storekeeper/contract (Language=TypeScript)' });
  return { connector: createRegistry({ outbound }).connector('amazon'), close: () => outbound.close() };
}

/** What a seller's browser does: sign in, open our consent address, tick, confirm, follow the redirect to us. */
async function consent(connector: Connector, who: WorldStore): Promise<Callback> {
  const site = connector.sites.find((one) => one.marketplaceId === US);
  if (!site) throw new Error('no site');
  const page = connector.consentUrl({ app, site, state: 'contract-state' });
  const host = page.slice(0, page.indexOf('/apps/'));
  const form = { email: `${who.sellerId}@stores.test`, password: PASSWORD };
  const signedIn = await post(`${host}/ap/signin`, form);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .join('; ');
  const html = await (await fetch(page, { headers: { cookie } })).text();
  const fields = Object.fromEntries(new URL(page).searchParams);
  const csrf = /name="csrf"\s+value="([^"]+)"/.exec(html)?.[1] ?? '';
  const answer = await post(page, { ...fields, csrf, terms: 'agreed', action: 'confirm' }, { cookie });
  const location = answer.headers.get('location') ?? 'about:blank';
  return connector.readCallback(Object.fromEntries(new URL(location).searchParams));
}

function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
}

async function strike(url: string, weather: Weather, at: 'data' | 'token'): Promise<() => Promise<void>> {
  const match = at === 'token' ? { operation: 'token' } : { host: 'sellingpartnerapi-na.amazon.com' };
  const response = await fetch(`${url}/_/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ match, answer: { kind: weather } }),
  });
  if (response.status !== 201) throw new Error(`no fault: ${await response.text()}`);
  return async () => {
    await fetch(`${url}/_/faults`, { method: 'DELETE' });
  };
}

async function open(): Promise<ConnectorWorld> {
  const emulator = await startEmulator();
  const here = connectorAt(`${emulator.url}/{host}`);
  // The discard port of TCP: nobody listens there.
  const nowhere = connectorAt('http://127.0.0.1:9/{host}');
  const standing = 'getMarketplaceParticipations';
  return {
    connector: here.connector,
    stranded: nowhere.connector,
    app,
    appFor: () => app,
    appSecrets: [app.clientSecret],
    context: { now: () => NOW, deadlineMs: 10_000 },
    healthy: store(healthyId, 'healthy'),
    inactive: store('A1INACTIVESTORE', 'inactive'),
    refusedApps: [{ what: 'a wrong secret', app: { ...app, clientSecret: wrong }, answer: 'app_refused' }],
    provenApps: [
      {
        what: 'a rotated secret, by the one before it',
        app: { ...app, clientSecret: wrong, previousClientSecret: app.clientSecret },
      },
    ],
    refused: [
      { what: 'switched off', store: store('A1DISABLEDSTORE', 'disabled'), answer: 'grant_refused' },
      { what: 'past its year', store: store('A1EXPIREDSTORE', 'expired'), answer: 'grant_refused' },
      { what: 'never heard of', store: store('A1NOBODYSTORE', 'nobody'), answer: 'token_unknown' },
      { what: 'of another app', app: otherApp, store: store(healthyId, 'healthy'), answer: 'wrong_app' },
    ],
    nonsense: { token: new Secret('Atza|nonsense'), answer: 'token_stale' },
    incident: 'refusal_for_all',
    barred: [
      { what: 'half-open', store: store('A1HALFOPENSTORE', 'halfopen'), call: standing, answer: 'denied' },
      { what: 'deactivated', store: store('A1DEACTIVATED', 'deactivated'), call: standing, answer: 'denied' },
      { what: 'a role short', store: store('A1WITHOUTROLE', 'withoutrole'), call: 'listPayouts', answer: 'denied' },
      { what: 'its other data', store: store('A1WITHOUTROLE', 'withoutrole'), call: standing, answer: 'ok' },
      {
        what: 'at another region’s host',
        store: { ...store(healthyId, 'healthy'), site: 'amazon.de' },
        call: standing,
        answer: 'denied',
      },
    ],
    consent: (who) => consent(here.connector, who),
    strike: (weather, at) => strike(emulator.url, weather, at),
    async close() {
      await Promise.all([here.close(), nowhere.close()]);
      await emulator.stop();
    },
  };
}

describeConnector('Amazon', open);
