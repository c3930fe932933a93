import { createHmac } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import type { MwsApp } from '../../core/access.ts';
import type { LearntFacts } from '../../core/observation.ts';
import { Secret } from '../../core/secret.ts';
import type { Site } from '../connector.ts';
import type { Outbound, OutboundRequest, OutboundResult } from '../outbound.ts';
import { createAmazonMwsConnector } from './index.ts';
import { MWS_SITES } from './regions.ts';

/** The product's clock, moved for a demo, and the machine's. */
const NOW = Date.UTC(2027, 1, 1, 12);
const MACHINE = Date.UTC(2026, 10, 23, 12, 0, 0, 7);
const context = { now: () => NOW, deadlineMs: 5000 };
const TOKEN = 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000';
const SELLER = 'A3FHEXAMPLEYWS';
const KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const app: MwsApp = {
  marketplace: 'amazon-mws',
  applicationId: '0009-9351-6334',
  name: 'StorekeeperINC',
  region: 'na',
  countries: null,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: new Secret(KEY),
  hybrid: null,
  control: null,
};

function site(name: string): Site {
  const found = MWS_SITES.find((one) => one.site === name);
  if (!found) throw new Error(`no site ${name}`);
  return found;
}

/** An MWS that gives these answers in turn and remembers what it was asked. */
function mws(...answers: (OutboundResult | [status: number, body: string])[]) {
  const asked: OutboundRequest[] = [];
  const outbound: Outbound = {
    mapUrl: (url) => url,
    close: () => Promise.resolve(),
    send(request) {
      asked.push(request);
      const next = answers[asked.length - 1] ?? [500, 'asked too often'];
      if (!Array.isArray(next)) return Promise.resolve(next);
      const [status, body] = next;
      return Promise.resolve({ kind: 'answer', status, headers: {}, body, ms: 7, date: null });
    },
  };
  const connector = createAmazonMwsConnector(outbound, () => MACHINE);
  if (connector.grant.kind !== 'direct') throw new Error('MWS exchanges nothing');
  const access = connector.grant.access(new Secret(TOKEN), NOW);
  const data = (call: string, name = 'amazon.com') => ({ app, call, site: site(name), sellerId: SELLER, access });
  return { asked, connector, access, data, form: (index = 0) => formOf(asked[index]) };
}

function formOf(request: OutboundRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body));
}

const SELLERS = 'https://mws.amazonservices.com/Sellers/2011-07-01';

function good(
  action: string,
  result: string,
  { prolog = '<?xml version="1.0"?>\n', namespace = SELLERS } = {},
): string {
  return `${prolog}<${action}Response xmlns="${namespace}">\n  <${action}Result>${result}</${action}Result>\n  <ResponseMetadata>\n    <RequestId>c1ba3e52-4a4b-4d3c-b5bf-1f5c9e3d2c11</RequestId>\n  </ResponseMetadata>\n</${action}Response>\n`;
}

const participation = (marketplaceId: string, suspended = 'No', sellerId = SELLER) =>
  `<Participation><MarketplaceId>${marketplaceId}</MarketplaceId><SellerId>${sellerId}</SellerId><HasSellerSuspendedListings>${suspended}</HasSellerSuspendedListings></Participation>`;
const marketplace = (marketplaceId: string) =>
  `<Marketplace><MarketplaceId>${marketplaceId}</MarketplaceId><DefaultCountryCode>US</DefaultCountryCode><DomainName>www.amazon.com</DomainName><Name>Amazon.com</Name><DefaultCurrencyCode>USD</DefaultCurrencyCode><DefaultLanguageCode>en_US</DefaultLanguageCode></Marketplace>`;
const participations = (taken: string[], listed: string[]): string =>
  good(
    'ListMarketplaceParticipations',
    `<ListParticipations>${taken.join('')}</ListParticipations><ListMarketplaces>${listed.map(marketplace).join('')}</ListMarketplaces>`,
  );

describe('what is asked', () => {
  test('each data call is a signed form for the pair, the smallest question of its section', async () => {
    const { asked, form, connector, data } = mws([401, ''], [401, ''], [401, '']);
    for (const { call } of connector.dataCalls) await connector.ask(data(call), context);
    expect(asked.map((one) => one.url)).toEqual([
      'https://mws.amazonservices.com/Sellers/2011-07-01',
      'https://mws.amazonservices.com/Finances/2015-05-01',
      'https://mws.amazonservices.com/Reports/2009-01-01',
    ]);
    const always = {
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      MWSAuthToken: TOKEN,
      SellerId: SELLER,
      SignatureMethod: 'HmacSHA256',
      SignatureVersion: '2',
      Timestamp: '2026-11-23T12:00:00.007Z',
      Signature: expect.any(String),
    };
    expect(form(0)).toEqual({ ...always, Action: 'ListMarketplaceParticipations', Version: '2011-07-01' });
    expect(form(1)).toEqual({
      ...always,
      Action: 'ListFinancialEventGroups',
      Version: '2015-05-01',
      FinancialEventGroupStartedAfter: '2026-12-21T12:00:00.000Z',
      MaxResultsPerPage: '1',
    });
    expect(form(2)).toEqual({
      ...always,
      Action: 'GetReportList',
      Version: '2009-01-01',
      'ReportTypeList.Type.1': '_GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2_',
      MaxCount: '1',
    });
    for (const one of asked) {
      expect(one).toMatchObject({ method: 'POST', deadlineMs: 5000 });
      expect(one.headers?.['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
      expect(one.url + JSON.stringify(one.headers)).not.toContain('amzn.mws');
    }
  });

  test('the signature is that of the documents, for the real host', async () => {
    const { asked, connector, data } = mws([401, '']);
    await connector.ask(data('ListMarketplaceParticipations', 'amazon.com'), context);
    const [signed = '', encoded = ''] = (asked[0]?.body ?? '').split('&Signature=');
    const words = `POST\nmws.amazonservices.com\n/Sellers/2011-07-01\n${signed}`;
    expect(decodeURIComponent(encoded)).toBe(createHmac('sha256', KEY).update(words).digest('base64'));
    const names = signed.split('&').map((pair) => pair.split('=')[0]);
    expect(names).toEqual([...names].sort());
  });

  test.each([
    ['amazon.ca', 'mws.amazonservices.com'],
    ['amazon.com.mx', 'mws.amazonservices.com'],
    ['amazon.com.br', 'mws.amazonservices.com'],
    ['amazon.co.uk', 'mws-eu.amazonservices.com'],
    ['amazon.sa', 'mws-eu.amazonservices.com'],
    ['amazon.eg', 'mws-eu.amazonservices.com'],
    ['amazon.ae', 'mws.amazonservices.ae'],
    ['amazon.in', 'mws.amazonservices.in'],
    ['amazon.co.jp', 'mws.amazonservices.jp'],
    ['amazon.com.au', 'mws.amazonservices.com.au'],
    ['amazon.sg', 'mws-fe.amazonservices.com'],
  ])('a store of %s is reached at %s', async (name, host) => {
    const { asked, connector, data } = mws([401, '']);
    const { region } = await connector.ask(data('GetReportList', name), context);
    expect(new URL(asked[0]?.url ?? '').host).toBe(host);
    expect(region).toBe(site(name).region);
  });

  test('shops that MWS never served are not there', () => {
    expect(MWS_SITES).toHaveLength(20);
    expect(MWS_SITES.filter((one) => ['BE', 'IE', 'ZA'].includes(one.country))).toEqual([]);
  });

  test('the token opens the calls itself and has no end of its own', () => {
    const { access } = mws();
    expect(access).toMatchObject({ mintedAt: NOW, expiresAt: Number.MAX_SAFE_INTEGER });
    expect(access.token.reveal()).toBe(TOKEN);
  });

  test('a call that MWS does not have, or a store without its seller, is our mistake', async () => {
    const { asked, connector, data } = mws();
    await expect(connector.ask(data('ListSecrets'), context)).rejects.toThrow('ListSecrets');
    await expect(connector.ask({ ...data('GetReportList'), sellerId: null }, context)).rejects.toThrow('seller ID');
    expect(asked).toEqual([]);
  });
});

describe('what good answers tell', () => {
  const us = 'ATVPDKIKX0DER';
  const ca = 'A2EUQ1WTGCTBG2';
  const standing = (marketplaceId: string, participating: boolean, listingsSuspended = false) => ({
    site: marketplaceId === us ? 'amazon.com' : 'amazon.ca',
    marketplaceId,
    storeName: null,
    participating,
    listingsSuspended,
  });
  const GROUP =
    '<FinancialEventGroupList><FinancialEventGroup><FinancialEventGroupId>g1</FinancialEventGroupId><ProcessingStatus>Open</ProcessingStatus><OriginalTotal><CurrencyAmount>-29.99</CurrencyAmount><CurrencyCode>USD</CurrencyCode></OriginalTotal></FinancialEventGroup></FinancialEventGroupList>';

  test.each<[string, string, string, LearntFacts]>([
    [
      'who it is and where it sells',
      'ListMarketplaceParticipations',
      participations([participation(us), participation(ca, 'Yes')], [us, ca]),
      { sellerId: SELLER, sites: [standing(us, true), standing(ca, true, true)] },
    ],
    [
      'no shop, no site: IBA is left out',
      'ListMarketplaceParticipations',
      participations([participation('A6W85IYQ5WB1C'), participation(us)], ['A6W85IYQ5WB1C', us]),
      { sellerId: SELLER, sites: [standing(us, true)] },
    ],
    [
      'a shop where it could sell and does not',
      'ListMarketplaceParticipations',
      participations([participation(us)], [us, ca]),
      { sellerId: SELLER, sites: [standing(us, true), standing(ca, false)] },
    ],
    [
      'that it sells nowhere',
      'ListMarketplaceParticipations',
      participations([], [us]),
      { sites: [standing(us, false)] },
    ],
    [
      'a shop by its participation alone',
      'ListMarketplaceParticipations',
      participations([participation(us)], []),
      { sellerId: SELLER, sites: [standing(us, true)] },
    ],
    ['nothing in an empty list', 'ListMarketplaceParticipations', participations([], []), {}],
    [
      'nothing of whose it is when two are named',
      'ListMarketplaceParticipations',
      participations([participation(us), participation(ca, 'No', 'A1OTHERSELLER')], []),
      { sites: [standing(us, true), standing(ca, true)] },
    ],
    [
      'that Finances is open, without a prolog',
      'ListFinancialEventGroups',
      good('ListFinancialEventGroups', GROUP, { prolog: '' }),
      {},
    ],
    [
      'that Finances is open and empty',
      'ListFinancialEventGroups',
      good('ListFinancialEventGroups', '', { prolog: '' }),
      {},
    ],
    ['that Reports is open', 'GetReportList', good('GetReportList', '<NextToken/><HasNext>false</HasNext>'), {}],
  ])('%s', async (...[, call, body, facts]) => {
    const { connector, data } = mws([200, body]);
    const finding = await connector.ask(data(call), context);
    expect(finding).toMatchObject({ call, answer: 'ok', status: 200, message: null, region: 'na', ms: 7 });
    expect(finding.facts).toEqual(facts);
  });

  test.each([
    ['another answer’s envelope', 'ListMarketplaceParticipations', good('GetReportList', '<HasNext>false</HasNext>')],
    ['an error in a good status', 'ListFinancialEventGroups', '<ErrorResponse><Error/></ErrorResponse>'],
    ['an envelope without a result', 'GetReportList', '<GetReportListResponse/>'],
    [
      'a participation without a marketplace',
      'ListMarketplaceParticipations',
      good('ListMarketplaceParticipations', '<ListParticipations><Participation/></ListParticipations>'),
    ],
    [
      'listings that are neither suspended nor not',
      'ListMarketplaceParticipations',
      participations([participation(us, 'Perhaps')], [us]),
    ],
    ['a cut body', 'ListMarketplaceParticipations', participations([participation(us)], [us]).slice(0, 300)],
  ])('%s cannot be read, and tells nothing', async (_what, call, body) => {
    const { connector, data } = mws([200, body]);
    const finding = await connector.ask(data(call), context);
    expect(finding).toMatchObject({ answer: 'garbled', status: 200, facts: {} });
    expect(finding.message).not.toContain(SELLER);
  });
});

describe('the service and our own side', () => {
  const status = (word: string, messages = '') =>
    good('GetServiceStatus', `<Status>${word}</Status><Timestamp>2020-06-12T09:12:00.000Z</Timestamp>${messages}`);
  const SAID =
    '<MessageId>173964729I</MessageId><Messages><Message><Locale>en_US</Locale><Text>We are experiencing high latency.</Text></Message></Messages>';

  test('the app is proven by its key alone: no seller, no token', async () => {
    const { asked, form, connector } = mws([200, status('GREEN')]);
    const finding = await connector.askApp({ app, site: site('amazon.de') }, context);
    expect(finding).toMatchObject({
      rung: 'app',
      call: 'GetServiceStatus',
      region: 'eu',
      capability: null,
      answer: 'ok',
      message: null,
      facts: { service: 'green' },
    });
    expect(asked[0]?.url).toBe('https://mws-eu.amazonservices.com/Sellers/2011-07-01');
    expect(Object.keys(form()).sort()).toEqual([
      'AWSAccessKeyId',
      'Action',
      'Signature',
      'SignatureMethod',
      'SignatureVersion',
      'Timestamp',
      'Version',
    ]);
  });

  test('the control asks another section, so that the quota of two is not spent twice', async () => {
    const { asked, connector } = mws([200, status('GREEN')]);
    expect(await connector.askWithoutSeller({ app, site: site('amazon.de') }, context)).toMatchObject({
      rung: 'control',
      region: 'eu',
      capability: null,
      answer: 'ok',
    });
    expect(asked[0]?.url).toBe('https://mws-eu.amazonservices.com/Finances/2015-05-01');
  });

  test.each<[string, LearntFacts['service'], string | null]>([
    [status('GREEN_I', SAID), 'info', 'We are experiencing high latency.'],
    [status('YELLOW', SAID), 'yellow', 'We are experiencing high latency.'],
    [status('RED'), 'red', null],
    [status('PURPLE', SAID), undefined, 'Status PURPLE. We are experiencing high latency.'],
  ])('the service’s own word is taken: %j', async (body, service, message) => {
    const { connector } = mws([200, body]);
    const finding = await connector.askApp({ app, site: site('amazon.com') }, context);
    expect(finding).toMatchObject({ answer: 'ok', message });
    expect(finding.facts.service).toBe(service);
  });

  test('a service status without a status cannot be read', async () => {
    const { connector } = mws([200, good('GetServiceStatus', '<Timestamp>x</Timestamp>')]);
    expect(await connector.askApp({ app, site: site('amazon.com') }, context)).toMatchObject({ answer: 'garbled' });
  });

  test('the marketplace’s clock is compared with the product’s own', async () => {
    const dated: OutboundResult = {
      kind: 'answer',
      status: 400,
      headers: {},
      body: '<ErrorResponse><Error><Code>RequestExpired</Code><Message>Request signature is too far in the past and has expired.</Message></Error></ErrorResponse>',
      ms: 4,
      date: NOW + 1_200_000,
    };
    const finding = await mws(dated).connector.askApp({ app, site: site('amazon.com') }, context);
    expect(finding).toMatchObject({ answer: 'clock_refused', code: 'RequestExpired' });
    expect(Math.abs((finding.facts.skewMs ?? 0) - 1_200_000)).toBeLessThanOrEqual(500);
  });

  test('our network is tested at hosts of other machinery than MWS', async () => {
    const silent: OutboundResult = { kind: 'no_answer', reason: 'dns', ms: 30 };
    const { asked, connector } = mws(silent, silent);
    expect(await connector.askSelf(context)).toMatchObject({ rung: 'self', answer: 'no_answer', code: 'dns', ms: 60 });
    for (const one of asked) expect(one.url).not.toContain('amazonservices');
  });
});
