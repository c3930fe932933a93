/** MWS from door to door: the HTTP shell on a database, the emulated Amazon with its developers, one movable clock. */
import { expect } from 'vitest';
import { createEmulator } from '../../emulator/src/app.ts';
import { openHttpBrowser, type Shown, type TestBrowser } from '../../emulator/src/seller-central/browser.testsuite.ts';
import type { MwsApp } from '../../server/src/core/access.ts';
import { Secret } from '../../server/src/core/secret.ts';
import type { TestDatabase } from '../../server/src/db/testing.ts';
import { claimDueStores } from '../../server/src/db/stores.ts';
import type { ConnectSession } from '../../server/src/http/contract/connect.ts';
import type { Problem, StoreBody } from '../../server/src/http/contract/store.ts';
import { finishDueSessions } from '../../server/src/stores/finish.ts';
import { LOOK_LEASE_MS, lookAtClaimed } from '../../server/src/stores/probe.ts';
import { openWeb, PUBLIC_URL, SAME_ORIGIN, theApp, type Signed, type TestWeb } from './web.ts';
import { checkWorld } from './worlds.ts';

export const NOW = '2026-11-23T12:00:00Z';
const DAY = 86_400_000;

/** One developer for each region, and two for the Far East: there every country has its own. */
export const DEVELOPERS = {
  na: { region: 'na', developerName: 'StorekeeperINC', developerId: '0009-0000-0001', countries: null },
  eu: { region: 'eu', developerName: 'StorekeeperEU', developerId: '3033-0000-0002', countries: null },
  jp: { region: 'fe', developerName: 'StorekeeperJP', developerId: '5473-0000-0003', countries: ['JP'] },
  au: { region: 'fe', developerName: 'StorekeeperAU', developerId: '3856-0000-0004', countries: ['AU'] },
} as const;
export type Where = keyof typeof DEVELOPERS;

export const SITE = { na: 'amazon.com', eu: 'amazon.de', jp: 'amazon.co.jp', au: 'amazon.com.au' } as const;
const MARKETPLACES = {
  na: ['ATVPDKIKX0DER'],
  eu: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
  jp: ['A1VC38T7YXB528'],
  au: ['A39IBJ37TRP1C6'],
} as const;

export const sellerOf = (n: number) => `A${String(n).padStart(4, '0')}PAIRSELLER`;
export const pairToken = (n: number) => `amzn.mws.00000000-0000-4000-a000-${String(n).padStart(12, '0')}`;
const keyOf = (where: Where) => ({
  accessKeyId: `AKIATESTKEY${where.toUpperCase()}`,
  secretKey: `secret-key-of-${where}`,
});

export type Wish = {
  /** Where each seller lives; number n is its place in the list. */
  sellers: readonly Where[];
  grantedDaysAgo?: number;
  /** The application stands for the developers too: its consent brings an MWS token. */
  hybrid?: boolean;
  /** Fields of every developer: what Amazon does with its permissions. */
  developer?: Record<string, unknown>;
  /** Sellers who allowed the Selling Partner API application as well. */
  allowed?: readonly number[];
};

function worldOf({ sellers, grantedDaysAgo = 100, hybrid = false, developer = {}, allowed = [] }: Wish): unknown {
  const authorizedAt = new Date(Date.parse(NOW) - grantedDaysAgo * DAY).toISOString();
  const { applicationId, name, clientId, clientSecret, redirectUri } = theApp;
  return {
    now: NOW,
    apps: [
      {
        applicationId,
        name,
        clientId,
        clientSecrets: [{ secret: clientSecret.reveal() }],
        redirectUris: [redirectUri],
        loginUri: theApp.loginUri,
      },
    ],
    developers: Object.entries(DEVELOPERS).map(([where, { region, developerName, developerId }]) => ({
      region,
      developerName,
      developerId,
      ...keyOf(where as Where),
      // A region has one developer behind an application.
      ...(hybrid && where !== 'au' ? { applicationId } : {}),
      ...developer,
    })),
    sellers: sellers.map((where, n) => ({
      sellerId: sellerOf(n),
      region: DEVELOPERS[where].region,
      storeName: `Store ${n}`,
      users: [{ email: `owner${n}@store.test`, password: 'demo-owner', primary: true }],
      sites: MARKETPLACES[where].map((marketplaceId) => ({ marketplaceId })),
    })),
    mwsGrants: sellers.map((where, n) => ({
      sellerId: sellerOf(n),
      developerId: DEVELOPERS[where].developerId,
      authToken: pairToken(n),
      authorizedAt,
    })),
    grants: allowed.map((n) => ({
      sellerId: sellerOf(n),
      applicationId,
      authorizedAt,
      refreshTokens: [refreshToken(n)],
    })),
  };
}

export const refreshToken = (n: number) =>
  `Atzr|IwEBIFakeRefreshTokenOfPairSeller${String(n).padStart(4, '0')}abcdefghijklmnopqrstuvwxyz`;

function ours(where: Where, hybrid: boolean): MwsApp {
  const { region, developerName, developerId, countries } = DEVELOPERS[where];
  const { accessKeyId, secretKey } = keyOf(where);
  const { applicationId, redirectUri, draft } = theApp;
  return {
    marketplace: 'amazon-mws',
    applicationId: developerId,
    name: developerName,
    region,
    countries,
    accessKeyId,
    secretKey: new Secret(secretKey),
    hybrid: hybrid && where !== 'au' ? { applicationId, redirectUri, draft } : null,
    control: null,
  };
}

export type Answer<T> = { status: number; body: T };

export type MwsMarket = TestWeb & {
  who: Signed;
  emulatorUrl: string;
  control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  advance: (duration: string) => Promise<void>;
  /** As a program with the account's key. */
  api: <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => Promise<Answer<T>>;
  /** As the person in the browser. */
  page: <T>(method: 'GET' | 'POST', url: string, payload?: object) => Promise<Answer<T>>;
  connect: (n: number, more?: { where?: Where; credentials?: object }) => Promise<Answer<StoreBody & Problem>>;
  connected: (n: number, more?: { where?: Where; credentials?: object }) => Promise<StoreBody>;
  probe: (store: StoreBody) => Promise<StoreBody>;
  /** Two looks, two minutes apart: what the guard needs. */
  twice: (store: StoreBody) => Promise<StoreBody>;
  read: (store: StoreBody) => Promise<StoreBody>;
  /** What the watch does in one round, with stores and with sessions that are due. */
  watch: () => Promise<void>;
  /** What the seller does at *Manage your apps*; the token that is good then. */
  atAmazon: (n: number, action: string, where?: Where) => Promise<string | undefined>;
  events: (store: StoreBody) => Promise<string[]>;
  /** Requests that the emulated Amazon served since it was last asked. */
  served: () => Promise<{ operation: string | null; host: string; status: number }[]>;
  stop: () => Promise<void>;
};

export async function openMws(database: TestDatabase, wish: Wish): Promise<MwsMarket> {
  const emulator = createEmulator({ world: checkWorld(worldOf(wish)) });
  await emulator.start();
  const { url } = emulator;
  const time = { offset: Date.parse(NOW) - Date.now() };
  const apps = [theApp, ...(['na', 'eu', 'jp', 'au'] as const).map((where) => ours(where, wish.hybrid ?? false))];
  const now = () => Date.now() + time.offset;
  const web = await openWeb(database, { hostsUrl: `${url}/{host}`, apps, now });
  const who = await web.signUp('Ada');
  const authorization = `Bearer ${await web.apiKey(who.accountId)}`;
  const control = controlOf(url);
  const send =
    (headers: Record<string, string>): MwsMarket['api'] =>
    async <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => {
      const answer = await web.app.inject({ method, url: path, headers, ...(payload ? { payload } : {}) });
      return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json<T>()) as T };
    };
  const api = send({ authorization });
  const advance = async (duration: string) => {
    await control('POST', '/_/clock', { advance: duration });
    const clock = (await control('GET', '/_/clock')) as { now: string };
    time.offset = Date.parse(clock.now) - Date.now();
  };
  const probe = async ({ id }: StoreBody) => {
    const { body, status } = await api<{ store: StoreBody }>('POST', `/v1/stores/${id}/probe`);
    expect(status).toBe(200);
    return body.store;
  };
  const connect: MwsMarket['connect'] = (n, { where = whereOf(wish, n), credentials = {} } = {}) =>
    api('POST', '/v1/stores', {
      marketplace: 'amazon-mws',
      site: SITE[where],
      name: `Store ${n}`,
      credentials: { seller_id: sellerOf(n), mws_auth_token: pairToken(n), ...credentials },
    });
  let logEnd = 0;
  return {
    ...web,
    who,
    emulatorUrl: url,
    control,
    advance,
    api,
    page: send({ cookie: who.cookie, ...SAME_ORIGIN }),
    connect,
    async connected(n, more) {
      const { status, body } = await connect(n, more);
      expect(status, JSON.stringify(body)).toBe(201);
      return body;
    },
    probe,
    async twice(store) {
      await probe(store);
      await advance('PT2M');
      return probe(store);
    },
    read: async ({ id }) => (await api<StoreBody>('GET', `/v1/stores/${id}`)).body,
    async watch() {
      const { shop } = web;
      const claim = { now: shop.now(), owner: shop.owner, limit: 50, leaseMs: LOOK_LEASE_MS };
      for (const row of await claimDueStores(database.db, claim)) await lookAtClaimed(shop, row);
      await finishDueSessions(shop, 50);
    },
    async atAmazon(n, action, where = whereOf(wish, n)) {
      const path = `/_/grants/${sellerOf(n)}/${DEVELOPERS[where].developerId}`;
      return ((await control('POST', path, { action })) as { authToken?: string }).authToken;
    },
    async events({ id }) {
      const { body } = await api<{ data: { type: string }[] }>('GET', `/v1/events?store=${id}&limit=100`);
      return body.data.map(({ type }) => type);
    },
    async served() {
      const log = (await control('GET', `/_/log?since=${logEnd}`)) as { data: never[]; next: number };
      logEnd = log.next;
      return log.data;
    },
    async stop() {
      await web.close();
      await emulator.stop();
    },
  };
}

const whereOf = ({ sellers }: Wish, n: number): Where => sellers[n] ?? 'na';

function controlOf(url: string): MwsMarket['control'] {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
}

/** A seller's trip: from the session's page to Amazon's consent, signed in as `n`, and back to our redirect URI. */
export async function consent(market: MwsMarket, session: ConnectSession, n: number): Promise<ConnectSession> {
  const left = await leave(market, session);
  const browser = openHttpBrowser(market.emulatorUrl);
  const back = await confirm(browser, await browser.open(left.location), n);
  expect(back.url.startsWith(`${PUBLIC_URL}/connect/amazon/callback`), back.html).toBe(true);
  await market.app.inject({ url: back.url.slice(PUBLIC_URL.length), headers: { cookie: left.cookie } });
  return settled(market, session);
}

/** Until the checks that follow a consent have come to an end. */
export async function settled(market: MwsMarket, { id }: ConnectSession): Promise<ConnectSession> {
  for (let tries = 0; tries < 400; tries += 1) {
    const { body } = await market.api<ConnectSession>('GET', `/v1/connect_sessions/${id}`);
    if (body.status !== 'verifying' && body.status !== 'at_marketplace') return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the session did not come to an end');
}

/** POST of *Continue*: where it leads, and the cookies that bind this browser. */
export async function leave(
  { app }: MwsMarket,
  { url }: ConnectSession,
): Promise<{ location: string; cookie: string }> {
  const path = url.slice(PUBLIC_URL.length);
  const first = await app.inject({ url: path });
  const cookie = first.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await app.inject({ method: 'POST', url: `${path}/continue`, headers: { cookie } });
  expect(answer.statusCode, answer.body).toBe(303);
  return { location: String(answer.headers.location), cookie };
}

async function confirm(browser: TestBrowser, opened: Shown, n: number): Promise<Shown> {
  const owner = { email: `owner${n}@store.test`, password: 'demo-owner' };
  const page = await browser.press(opened, 'Sign in', owner);
  return browser.press(page, 'Confirm', { terms: 'agreed' });
}
