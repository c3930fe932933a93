import { expect, test } from 'vitest';

import { BLUE_BIRD, CANADA, EXAMPLE, exampleStage, STUDIO_KITE, US } from '../example.testkit.ts';
import type { Stage } from '../stage.ts';
import type { Seller } from '../state/amazon.ts';
import { findMwsGrant } from '../state/mwsGrants.ts';
import type { Developer, MwsGrant } from '../world/schema.ts';
import { askMws, DEVELOPER, refusalIn } from './example.testkit.ts';
import type { MwsAsk } from './example.testkit.ts';

const NOT_VALID = 'AuthToken is not valid for SellerId and AWSAccountId';
const NOT_ELIGIBLE =
  'The seller does not have an eligible Amazon account to call Amazon MWS. For more information about eligible accounts, see the Amazon MWS documentation.';
const LIST = 'ListMarketplaceParticipations';

type Scene = { stage: Stage; seller: Seller; grant: MwsGrant; developer: Developer };

function scene(): Scene {
  const stage = exampleStage({
    developers: [
      ...(EXAMPLE.developers ?? []),
      { region: 'fe', developerName: 'JP', developerId: '3', accessKeyId: 'AKIAFE', secretKey: 'fe-secret' },
    ],
    sellers: [
      ...(EXAMPLE.sellers ?? []),
      { sellerId: 'A4JAPAN', region: 'fe', storeName: 'J', sites: [{ marketplaceId: 'A1VC38T7YXB528' }] },
    ],
    mwsGrants: [
      ...(EXAMPLE.mwsGrants ?? []),
      { sellerId: 'A4JAPAN', developerId: '3', authToken: 'amzn.mws.fe', authorizedAt: '2026-01-02T00:00:00Z' },
    ],
  });
  const seller = stage.amazon.sellers.get(BLUE_BIRD);
  const grant = findMwsGrant(stage.amazon, BLUE_BIRD, DEVELOPER);
  const developer = stage.amazon.developers[0];
  if (!seller || !grant || !developer) throw new Error('the example world lost an entry');
  return { stage, seller, grant, developer };
}

type Case = [name: string, change: (scene: Scene) => unknown, ask: MwsAsk, refusal: [number, string, string]];

const unchanged = (): void => undefined;
const JAPAN = { SellerId: 'A4JAPAN', MWSAuthToken: 'amzn.mws.fe', AWSAccessKeyId: 'AKIAFE' };
const REPORTS = '/Reports/2009-01-01';

test.each<Case>([
  [
    'a permission whose year is over',
    ({ grant }) => (grant.authorizedAt = '2025-11-23T12:00:00Z'),
    {},
    [401, 'AccessDenied', 'Access denied'],
  ],
  ['a permission taken back', ({ grant }) => (grant.enabled = false), {}, [401, 'AccessDenied', NOT_VALID]],
  [
    'a permission renewed a moment ago',
    ({ grant }) => (grant.worksFrom = '2026-11-23T12:00:01Z'),
    {},
    [401, 'AccessDenied', 'Access denied'],
  ],
  [
    "another seller's token",
    unchanged,
    { parameters: { MWSAuthToken: 'amzn.mws.fe' } },
    [401, 'AccessDenied', NOT_VALID],
  ],
  [
    'a token pasted with a space',
    ({ grant }) => grant,
    { parameters: { MWSAuthToken: 'amzn.mws.00000000-0000-4000-a000-000000000001 ' } },
    [401, 'AccessDenied', NOT_VALID],
  ],
  ['a seller nobody knows', unchanged, { parameters: { SellerId: 'A9NOBODY' } }, [401, 'AccessDenied', NOT_VALID]],
  [
    'a seller who never authorized the developer',
    ({ stage }) => (stage.amazon.mwsGrants = []),
    {},
    [401, 'AccessDenied', NOT_VALID],
  ],
  [
    'a European seller at the American host',
    unchanged,
    { parameters: { SellerId: STUDIO_KITE } },
    [401, 'AccessDenied', 'Access denied'],
  ],
  [
    'a Japanese seller at the Australian host',
    unchanged,
    { host: 'mws.amazonservices.com.au', secretKey: 'fe-secret', parameters: JAPAN },
    [401, 'AccessDenied', 'Access denied'],
  ],
  [
    'no token',
    unchanged,
    { parameters: { MWSAuthToken: undefined } },
    [401, 'AccessDenied', 'Missing required MWSAuthToken for Seller.'],
  ],
  [
    'no seller',
    unchanged,
    { parameters: { SellerId: undefined } },
    [400, 'InvalidParameterValue', 'Missing required parameter SellerId.'],
  ],
  [
    'no timestamp',
    unchanged,
    { parameters: { Timestamp: undefined } },
    [400, 'InvalidParameterValue', 'Missing required parameter Timestamp.'],
  ],
  [
    'a timestamp that is none',
    unchanged,
    { parameters: { Timestamp: 'now' } },
    [400, 'InvalidParameterValue', 'Invalid value for parameter Timestamp.'],
  ],
  [
    'the first signature version',
    unchanged,
    { parameters: { SignatureVersion: '1' } },
    [400, 'InvalidParameterValue', 'Invalid value for parameter SignatureVersion.'],
  ],
  [
    'a digest that MWS does not know',
    unchanged,
    { parameters: { SignatureMethod: 'RSA' } },
    [400, 'InvalidParameterValue', 'Invalid value for parameter SignatureMethod.'],
  ],
  [
    'a seller id that can be none',
    unchanged,
    { parameters: { SellerId: 'blue bird' } },
    [400, 'InvalidParameterValue', 'Invalid seller id'],
  ],
  ['a deactivated account', ({ seller }) => (seller.status = 'DEACTIVATED'), {}, [401, 'AccessDenied', NOT_ELIGIBLE]],
  ['a closed account', ({ seller }) => (seller.status = 'CLOSED'), {}, [401, 'AccessDenied', NOT_ELIGIBLE]],
  ['an individual plan', ({ seller }) => (seller.plan = 'INDIVIDUAL'), {}, [401, 'AccessDenied', NOT_ELIGIBLE]],
  [
    'a section closed to the developer',
    ({ developer }) => (developer.closed = ['Sellers']),
    {},
    [401, 'AccessDenied', `Access to Sellers.${LIST} is denied`],
  ],
  [
    'an operation closed for the seller',
    ({ grant }) => (grant.closed = [`Sellers.${LIST}`]),
    {},
    [401, 'AccessDenied', `Access to Sellers.${LIST} is denied`],
  ],
  [
    'a key that was deleted',
    ({ developer }) => (developer.accessKeyId = 'AKIANEW'),
    {},
    [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ],
  [
    "a key at another region's host",
    unchanged,
    { host: 'mws-eu.amazonservices.com' },
    [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ],
  [
    'a marketplace that does not exist',
    unchanged,
    { path: REPORTS, parameters: { 'MarketplaceIdList.Id.1': 'A0' } },
    [400, 'InvalidParameterValue', "No marketplace found for unobfuscated ID='A0'."],
  ],
  [
    'a marketplace where the seller takes no part',
    ({ seller }) => (seller.sites = [{ marketplaceId: US, participating: true, suspendedListings: false }]),
    { path: REPORTS, parameters: { 'MarketplaceIdList.Id.1': CANADA } },
    [401, 'AccessDenied', `Seller ${BLUE_BIRD} does not have access to the given marketplace`],
  ],
  [
    'an operation of another section',
    unchanged,
    { path: '/Products/2011-10-01' },
    [404, 'InvalidAddress', `Operation ${LIST} is not available for section Products/2011-10-01`],
  ],
  [
    'a section that does not exist',
    unchanged,
    { path: '/Shops/2011-10-01' },
    [
      404,
      'InvalidAddress',
      'Resource /Shops/2011-10-01 is not found on this server. API Section is missing or you have provided an invalid operation name.',
    ],
  ],
  [
    'no action',
    unchanged,
    { parameters: { Action: undefined } },
    [400, 'InvalidParameterValue', 'Missing required parameter Action.'],
  ],
])('a call with %s is refused', async (...[, change, ask, refusal]) => {
  const made = scene();
  change(made);
  expect(refusalIn(await askMws(made.stage, LIST, ask))).toEqual(refusal);
});

test('a marketplace where Amazon prevents the seller from acting is named', async () => {
  const { stage, seller } = scene();
  seller.sites = [{ marketplaceId: US, participating: true, suspendedListings: false, restricted: true }];
  const parameters = { 'MarketplaceIdList.Id.1': US };
  const [status, , message] = refusalIn(await askMws(stage, 'GetReportList', { path: REPORTS, parameters }));
  expect([status, message]).toEqual([400, expect.stringContaining(`in the following marketplaces: ${US}.`)]);
});

test('a world can say it in other words', async () => {
  const { stage, grant } = scene();
  grant.authorizedAt = '2025-11-01T00:00:00Z';
  stage.amazon.texts['mws.expired'] = NOT_VALID;
  expect(refusalIn(await askMws(stage, LIST))).toEqual([401, 'AccessDenied', NOT_VALID]);
});

test('the year is over to the second, and renewing lets the same token in again', async () => {
  const { stage, grant } = scene();
  stage.clock.set(Date.parse('2027-01-01T23:59:59Z'));
  expect((await askMws(stage, LIST)).status).toBe(200);
  stage.clock.set(Date.parse('2027-01-02T00:00:00Z'));
  expect((await askMws(stage, LIST)).status).toBe(401);
  grant.authorizedAt = '2027-01-02T00:00:00Z';
  expect((await askMws(stage, LIST)).status).toBe(200);
});

test.each([
  ['mws.amazonservices.com', 'na'],
  ['mws.amazonservices.ca', 'na'],
  ['mws.amazonservices.com.mx', 'na'],
  ['mws-eu.amazonservices.com', 'eu'],
  ['mws.amazonservices.ae', 'eu'],
  ['mws.amazonservices.in', 'eu'],
  ['mws.amazonservices.jp', 'fe'],
  ['mws.amazonservices.com.au', 'fe'],
  ['mws-fe.amazonservices.com', 'fe'],
  ['mws.amazonservices.com.cn', 'cn'],
  ['mai.amazon.cn', 'cn'],
])("%s answers the developers of region %s and nobody else's", async (host, region) => {
  const regions = ['na', 'eu', 'fe', 'cn'] as const;
  const developers = regions.map((one) => ({
    region: one,
    developerName: one,
    developerId: one,
    accessKeyId: `AKIA${one}`,
    secretKey: 'secret',
  }));
  const stage = exampleStage({ developers, mwsGrants: [] });
  const answers = await Promise.all(
    regions.map((one) => askMws(stage, 'GetServiceStatus', { host, parameters: { AWSAccessKeyId: `AKIA${one}` } })),
  );
  expect(answers.map(({ status }) => status)).toEqual(regions.map((one) => (one === region ? 200 : 403)));
});
