import { expect, test } from 'vitest';

import { EXAMPLE, exampleWorld } from '../example.testkit.ts';
import { amazonFromWorld, worldFromAmazon } from '../state/fromWorld.ts';
import { createIssuer } from '../state/issue.ts';
import { defaultWorld } from './default.ts';
import { loadWorld } from './load.ts';
import type { Complaint } from './load.ts';

const clone = () => structuredClone(EXAMPLE);
type Draft = ReturnType<typeof clone>;

function complaintsAbout(change: (world: Draft) => unknown): Complaint[] {
  const draft = clone();
  change(draft);
  const loaded = loadWorld(draft);
  return 'complaints' in loaded ? loaded.complaints : [];
}

const [seller] = EXAMPLE.sellers ?? [];
const [grant] = EXAMPLE.grants ?? [];
const [app] = EXAMPLE.apps ?? [];
const [mwsGrant] = EXAMPLE.mwsGrants ?? [];
const [developer] = EXAMPLE.developers ?? [];

test.each<[string, (world: Draft) => unknown, string]>([
  ['a region that is none', (world) => Object.assign(world.sellers?.[0] ?? {}, { region: 'xx' }), '/sellers/0/region'],
  ['a field that is none', (world) => Object.assign(world.apps?.[0] ?? {}, { drafft: true }), '/apps/0/drafft'],
  ['a top field that is none', (world) => Object.assign(world, { shops: [] }), '/shops'],
  ['a time without a zone', (world) => Object.assign(world, { now: '2026-11-23T12:00:00' }), '/now'],
  ['a number for a name', (world) => Object.assign(world.sellers?.[1] ?? {}, { storeName: 7 }), '/sellers/1/storeName'],
  ['a seller twice', (world) => world.sellers?.push(structuredClone(seller ?? never())), '/sellers/2/sellerId'],
  ['an app twice', (world) => world.apps?.push(structuredClone(app ?? never())), '/apps/2/applicationId'],
  [
    'a grant of nobody',
    (world) => world.grants?.push({ ...(grant ?? never()), sellerId: 'NOBODY', refreshTokens: [] }),
    '/grants/1/sellerId',
  ],
  [
    'a grant for no app',
    (world) => world.grants?.push({ ...(grant ?? never()), applicationId: 'none', refreshTokens: [] }),
    '/grants/1/applicationId',
  ],
  [
    'a grant for no developer',
    (world) => world.mwsGrants?.push({ ...(mwsGrant ?? never()), developerId: '9' }),
    '/mwsGrants/1/developerId',
  ],
  [
    'an MWS permission for a developer of another region',
    (world) => world.mwsGrants?.push({ ...(mwsGrant ?? never()), sellerId: 'A3STUDIOKITENL' }),
    '/mwsGrants/1/developerId',
  ],
  ['an MWS permission twice', (world) => world.mwsGrants?.push({ ...(mwsGrant ?? never()) }), '/mwsGrants/1'],
  [
    'an MWS key twice',
    (world) => world.developers?.push({ ...(developer ?? never()), developerId: '2' }),
    '/developers/1/accessKeyId',
  ],
  [
    'a developer of no app',
    (world) => Object.assign(world.developers?.[0] ?? {}, { applicationId: 'none' }),
    '/developers/0/applicationId',
  ],
  [
    'a refresh token twice',
    (world) => world.grants?.push({ ...(grant ?? never()), sellerId: 'A3STUDIOKITENL' }),
    '/grants/1/refreshTokens',
  ],
  [
    'a site of another region',
    (world) => world.sellers?.[0]?.sites?.push({ marketplaceId: 'A1PA6795UKMFR9' }),
    '/sellers/0/sites/2/marketplaceId',
  ],
  [
    'a site that does not exist',
    (world) => world.sellers?.[0]?.sites?.push({ marketplaceId: 'A0' }),
    '/sellers/0/sites/2/marketplaceId',
  ],
  [
    'a payout of nobody',
    (world) => Object.assign(world, { payouts: [{ ...PAYOUT, sellerId: 'NOBODY' }] }),
    '/payouts/0/sellerId',
  ],
  [
    'a payout status that is none',
    (world) => Object.assign(world, { payouts: [{ ...PAYOUT, currentStatus: 'LOST' }] }),
    '/payouts/0/currentStatus',
  ],
])('a world with %s is refused by its place', (_name, change, pointer) => {
  expect(complaintsAbout(change).map((one) => one.pointer)).toContain(pointer);
});

const PAYOUT = {
  sellerId: 'A3FHEXAMPLEYWS',
  id: '1',
  partnerMetadata: { partnerId: 'A3FHEXAMPLEYWS', accountType: 'STANDARD_ORDERS', marketplaceId: 'ATVPDKIKX0DER' },
  currentStatus: 'PAID',
  statusHistory: [],
};

function never(): never {
  throw new Error('the example world lost an entry');
}

test('every mistake of a world file is told at once', () => {
  const loaded = loadWorld({ now: 'yesterday', sellers: [{ sellerId: '', region: 'moon', storeName: 'x' }] });
  const pointers = 'complaints' in loaded ? loaded.complaints.map((one) => one.pointer) : [];
  expect(pointers).toEqual(['/now', '/sellers/0/sellerId', '/sellers/0/region']);
});

test('a complaint about a refresh token does not repeat the token', () => {
  const told = complaintsAbout((world) => world.grants?.push({ ...(grant ?? never()), sellerId: 'A3STUDIOKITENL' }));
  expect(JSON.stringify(told)).not.toContain('Atzr');
});

test.each([[null], [[]], ['world'], [7]])('%j is no world', (document) => {
  expect(loadWorld(document)).toMatchObject({ complaints: [{ pointer: '/' }] });
});

test('a world read back can be put in again and is the same', () => {
  const amazon = amazonFromWorld(exampleWorld(), createIssuer('x'), { now: 0, machine: 0 });
  const written: unknown = JSON.parse(JSON.stringify(worldFromAmazon(amazon, Date.parse('2026-11-23T12:00:00Z'))));
  const loaded = loadWorld(written);
  expect(loaded).toEqual({ world: written });
});

test('the built-in world is a good world, and the same money whenever it is made', () => {
  const at = Date.parse('2026-11-23T12:00:00Z');
  const world = defaultWorld(at);
  expect(loadWorld(JSON.parse(JSON.stringify(world)))).toHaveProperty('world');
  expect(world.sellers).toHaveLength(12);
  expect(world.grants).toHaveLength(9);
  expect(world.mwsGrants).toHaveLength(8);
  const again = defaultWorld(at + 20 * 86_400_000);
  const shared = again.payouts.filter((one) => world.payouts.some((before) => before.id === one.id));
  expect(shared.length).toBeGreaterThan(500);
  for (const payout of shared) expect(world.payouts).toContainEqual(payout);
});

test('every payout of the built-in world is the sum of its transactions', () => {
  const { payouts, transactions, settlements } = defaultWorld(Date.parse('2026-11-23T12:00:00Z'));
  for (const payout of payouts.slice(0, 100)) {
    const of = transactions.filter(
      (one) =>
        one.sellerId === payout.sellerId &&
        one.sellingPartnerMetadata?.marketplaceId === payout.partnerMetadata.marketplaceId &&
        (one.postedDate ?? '') >= String(payout.period?.startDate) &&
        (one.postedDate ?? '') < String(payout.period?.endDate),
    );
    const cents = of.reduce((sum, one) => sum + Math.round((one.totalAmount?.currencyAmount ?? 0) * 100), 0);
    expect(cents).toBe(Math.round((payout.amount?.currencyAmount ?? 0) * 100));
    expect(of).toHaveLength(5);
    const settlement = settlements.find((one) => one.settlementId === payout.id);
    expect(settlement?.lines.map(({ amount }) => amount)).toEqual(of.map((one) => one.totalAmount?.currencyAmount));
  }
});

test('the world file of the documentation is a good one', () => {
  const document = {
    now: '2026-11-23T12:00:00Z',
    apps: [
      {
        applicationId: 'amzn1.sellerapps.app.x',
        name: 'Storekeeper',
        clientId: 'amzn1.application-oa2-client.x',
        clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.x', expiresAt: '2027-03-01T00:00:00Z' }],
        redirectUris: ['http://127.0.0.1:4280/connect/amazon/callback'],
        loginUri: 'http://127.0.0.1:4280/connect/amazon/login',
        draft: false,
        roles: ['finance', 'insights'],
        revivesOldToken: false,
      },
    ],
    developers: [
      {
        region: 'na',
        developerName: 'StorekeeperINC',
        developerId: '0000-1111-2222',
        accessKeyId: 'AKIAEXAMPLE',
        secretKey: '…',
      },
    ],
    sellers: [
      {
        sellerId: 'A3FHEXAMPLEYWS',
        region: 'na',
        storeName: 'Blue Bird',
        status: 'NORMAL',
        plan: 'PROFESSIONAL',
        users: [{ email: 'owner@bluebird.test', password: '…', primary: true }],
        sites: [{ marketplaceId: 'ATVPDKIKX0DER', participating: true, suspendedListings: false }],
      },
    ],
    grants: [
      {
        sellerId: 'A3FHEXAMPLEYWS',
        applicationId: 'amzn1.sellerapps.app.x',
        authorizedAt: '2026-01-02T00:00:00Z',
        enabled: true,
        roles: ['finance', 'insights'],
        refreshTokens: ['Atzr|…'],
      },
    ],
    mwsGrants: [
      {
        sellerId: 'A3FHEXAMPLEYWS',
        developerId: '0000-1111-2222',
        authToken: 'amzn.mws.…',
        authorizedAt: '2026-01-02T00:00:00Z',
        enabled: true,
      },
    ],
    payouts: [],
    transactions: [],
    settlements: [
      {
        sellerId: 'A3FHEXAMPLEYWS',
        settlementId: '6016502941',
        start: '2026-11-01T00:00:00Z',
        end: '2026-11-15T00:00:00Z',
        depositDate: '2026-11-17T00:00:00Z',
        currency: 'USD',
        accountType: 'STANDARD_ORDERS',
        lines: [
          {
            transactionType: 'Order',
            orderId: '111-1111111-1111111',
            amountType: 'ItemPrice',
            amountDescription: 'Principal',
            amount: '19.99',
            postedDate: '2026-11-02T00:00:00Z',
            sku: 'S-1',
            quantity: 1,
          },
        ],
      },
    ],
  };
  expect(loadWorld(document)).toHaveProperty('world');
});
