import { expect, test } from 'vitest';

import { BLUE_BIRD, EXAMPLE, exampleStage } from '../example.testkit.ts';
import { MARKETPLACES } from '../marketplaces.ts';
import { askMws, refusalIn, texts, TOKEN } from './example.testkit.ts';

const LIST = 'ListMarketplaceParticipations';

test('a store in one country and on Login with Amazon is told byte for byte as it was recorded', async () => {
  const seller = {
    sellerId: 'A1EXAMPLESHOP',
    region: 'na' as const,
    storeName: 'X',
    sites: [{ marketplaceId: 'A2EUQ1WTGCTBG2' }],
    loginWithAmazon: true,
  };
  const [grant] = EXAMPLE.mwsGrants ?? [];
  if (!grant) throw new Error('the example world lost its grant');
  const stage = exampleStage({ sellers: [seller], grants: [], mwsGrants: [{ ...grant, sellerId: 'A1EXAMPLESHOP' }] });
  const heard = await askMws(stage, LIST, { parameters: { SellerId: 'A1EXAMPLESHOP' } });
  expect(heard.status).toBe(200);
  // The recorded Content-Length; the seller ids, masked on tape, had thirteen letters.
  expect(Buffer.byteLength(heard.body)).toBe(1540);
  expect(texts(heard, 'Name')).toEqual(['Amazon.ca', 'IBA']);
  expect(texts(heard, 'DomainName')).toEqual(['www.amazon.ca', 'iba.login.amazon.com']);
});

test('suspended listings are told, a site that the seller has left is listed without a participation', async () => {
  const stage = exampleStage();
  const seller = stage.amazon.sellers.get(BLUE_BIRD);
  if (!seller) throw new Error('the example world lost its seller');
  const site = { participating: true, suspendedListings: false };
  seller.sites = [
    { ...site, marketplaceId: 'ATVPDKIKX0DER', suspendedListings: true },
    { ...site, marketplaceId: 'A2EUQ1WTGCTBG2' },
    { ...site, marketplaceId: 'A1AM78C64UM0Y8', participating: false },
  ];
  const heard = await askMws(stage, LIST);
  expect(texts(heard, 'HasSellerSuspendedListings')).toEqual(['Yes', 'No']);
  expect(texts(heard, 'DefaultCountryCode')).toEqual(['US', 'CA', 'MX']);
  seller.sites = [{ ...site, marketplaceId: 'ATVPDKIKX0DER', participating: false }];
  const left = await askMws(stage, LIST);
  expect(left.body).toContain('    <ListParticipations/>\n    <ListMarketplaces>\n');
  expect(texts(left, 'DefaultCountryCode')).toEqual(['US']);
});

test('more than ten sites come in two pages, the second by its token alone', async () => {
  const sites = MARKETPLACES.filter(
    ({ region, id }) => region === 'eu' && !['A2VIGQ35RCS4UG', 'A21TJRUUN4KGV'].includes(id),
  );
  const stage = exampleStage({
    developers: [
      { region: 'eu', developerName: 'EU', developerId: 'e', accessKeyId: 'AKIAEXAMPLE', secretKey: 'secret' },
    ],
    sellers: [
      { sellerId: 'A5MANY', region: 'eu', storeName: 'Many', sites: sites.map(({ id }) => ({ marketplaceId: id })) },
    ],
    grants: [],
    mwsGrants: [{ sellerId: 'A5MANY', developerId: 'e', authToken: TOKEN, authorizedAt: '2026-01-02T00:00:00Z' }],
  });
  const ask = (action: string, NextToken?: string) =>
    askMws(stage, action, { host: 'mws-eu.amazonservices.com', parameters: { SellerId: 'A5MANY', NextToken } });
  const first = await ask(LIST);
  const [token = ''] = texts(first, 'NextToken');
  const second = await ask(`${LIST}ByNextToken`, token);
  expect(second.body).toContain(`<${LIST}ByNextTokenResponse xmlns`);
  const countries = [first, second].flatMap((page) => texts(page, 'DefaultCountryCode'));
  expect(texts(first, 'DefaultCountryCode')).toHaveLength(10);
  expect(countries).toEqual(sites.map(({ countryCode }) => countryCode));
  expect(texts(second, 'NextToken')).toEqual([]);
  expect(refusalIn(await ask(`${LIST}ByNextToken`, `${token.slice(0, -1)}x`))).toEqual([
    400,
    'InvalidParameterValue',
    'Token is not valid',
  ]);
});

test('a next page without its token is a validation error', async () => {
  expect(refusalIn(await askMws(exampleStage(), `${LIST}ByNextToken`))).toEqual([
    400,
    'ValidationError',
    "1 validation error detected: Value null at 'nextToken' failed to satisfy constraint: Member must not be null",
  ]);
});

test.each([
  ['GREEN', 'GREEN', []],
  ['GREEN_I', 'GREEN_I', ['The service is operating normally. Additional information is provided.']],
  ['YELLOW', 'YELLOW', [expect.stringContaining('degraded')]],
  ['RED', 'RED', [expect.stringContaining('unavailable')]],
] as const)('a service that is %s says so, with a message unless it is plain green', async (status, said, messages) => {
  const stage = exampleStage();
  stage.amazon.services.set('mws.amazonservices.com Sellers', {
    host: 'mws.amazonservices.com',
    section: 'Sellers',
    status,
  });
  const heard = await askMws(stage, 'GetServiceStatus');
  expect(texts(heard, 'Status')).toEqual([said]);
  expect(texts(heard, 'Text')).toEqual(messages);
  expect(texts(await askMws(stage, 'GetServiceStatus', { path: '/Finances/2015-05-01' }), 'Status')).toEqual(['GREEN']);
});

test('a status is told to a developer whose seller has taken the permission back', async () => {
  const stage = exampleStage({ mwsGrants: [] });
  const parameters = { MWSAuthToken: undefined, SellerId: undefined };
  expect((await askMws(stage, 'GetServiceStatus', { parameters })).status).toBe(200);
  expect((await askMws(stage, LIST)).status).toBe(401);
});

test('GetAuthToken tells the token of a seller who authorized, and of no other', async () => {
  const stage = exampleStage();
  const heard = await askMws(stage, 'GetAuthToken', { parameters: { MWSAuthToken: undefined } });
  expect(heard.body).toContain(
    `<GetAuthTokenResult>\n    <SellerId>${BLUE_BIRD}</SellerId>\n    <MWSAuthToken>${TOKEN}</MWSAuthToken>\n  </GetAuthTokenResult>`,
  );
  stage.amazon.mwsGrants = [];
  const [status, code] = refusalIn(await askMws(stage, 'GetAuthToken', { parameters: { MWSAuthToken: undefined } }));
  expect([status, code]).toEqual([401, 'AccessDenied']);
});
