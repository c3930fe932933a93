import { describe, expect, test } from 'vitest';

import type { AccessToken, AmazonApp } from '../../core/access.ts';
import type { LearntFacts } from '../../core/observation.ts';
import { Secret } from '../../core/secret.ts';
import { AMAZON_SITES } from '../amazon-sites.ts';
import type { Site } from '../connector.ts';
import type { Outbound, OutboundRequest, OutboundResult } from '../outbound.ts';
import { AMAZON_DATA_CALLS } from './calls.ts';
import { createAmazonConnector } from './index.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const context = { now: () => NOW, deadlineMs: 5000 };
const access: AccessToken = { token: new Secret('Atza|access'), mintedAt: NOW, expiresAt: NOW + 3_600_000 };
const app: AmazonApp = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  name: 'Storekeeper',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: new Secret('amzn1.oa2-cs.v1.current'),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: 'https://store.example/connect/amazon/callback',
  loginUri: null,
  draft: false,
  control: null,
};

function site(name: string): Site {
  const found = AMAZON_SITES.find((one) => one.site === name);
  if (!found) throw new Error(`no site ${name}`);
  return found;
}

const data = (call: string, name = 'amazon.com') => ({ app, call, site: site(name), sellerId: null, access });

/** An Amazon that gives these answers in turn and remembers what it was asked. */
function amazon(...answers: (OutboundResult | [status: number, body: unknown])[]) {
  const asked: OutboundRequest[] = [];
  const outbound: Outbound = {
    mapUrl: (url) => url,
    close: () => Promise.resolve(),
    send(request) {
      asked.push(request);
      const next = answers[asked.length - 1] ?? [500, 'asked too often'];
      if (!Array.isArray(next)) return Promise.resolve(next);
      const [status, body] = next;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({ kind: 'answer', status, headers: {}, body: text, ms: 7, date: null });
    },
  };
  const connector = createAmazonConnector(outbound);
  if (connector.grant.kind !== 'exchange') throw new Error('Amazon exchanges its tokens');
  return { asked, connector, grant: connector.grant, form: (index = 0) => formOf(asked[index]) };
}

function formOf(request: OutboundRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body));
}

const TOKENS = { access_token: 'Atza|new', refresh_token: 'Atzr|stored', token_type: 'bearer', expires_in: 3600 };
const REFUSED = { error: 'invalid_client', error_description: 'Client authentication failed' };
const stored = new Secret('Atzr|stored');

describe('asking for tokens', () => {
  test('a refresh is asked as Login with Amazon documents it', async () => {
    const { asked, form, grant } = amazon([200, TOKENS]);
    await grant.refresh({ app, grantToken: stored }, context);
    expect(asked[0]).toMatchObject({ method: 'POST', url: 'https://api.amazon.com/auth/o2/token', deadlineMs: 5000 });
    expect(asked[0]?.headers?.['content-type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(form()).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'Atzr|stored',
      client_id: app.clientId,
      client_secret: 'amzn1.oa2-cs.v1.current',
    });
  });

  test('a refresh gives an access token for its hour, and nothing to store when the token is echoed', async () => {
    const answer = await amazon([200, TOKENS]).grant.refresh({ app, grantToken: stored }, context);
    expect(answer.finding).toMatchObject({ rung: 'grant', call: 'token', answer: 'ok', status: 200, ms: 7 });
    expect(answer.access).toMatchObject({ mintedAt: NOW, expiresAt: NOW + 3_600_000 });
    expect(answer.access?.token.reveal()).toBe('Atza|new');
    expect(answer.grantToken).toBeNull();
  });

  test('a different refresh token is handed on, so that it can be stored', async () => {
    const { grant } = amazon([200, { ...TOKENS, refresh_token: 'Atzr|rotated' }]);
    expect((await grant.refresh({ app, grantToken: stored }, context)).grantToken?.reveal()).toBe('Atzr|rotated');
  });

  test('a code is exchanged with the redirect URI it was sent to, and brings the token to keep', async () => {
    const { form, grant } = amazon([200, TOKENS]);
    const answer = await grant.exchangeCode({ app, code: new Secret('ANcode') }, context);
    expect(form()).toMatchObject({
      grant_type: 'authorization_code',
      code: 'ANcode',
      redirect_uri: 'https://store.example/connect/amazon/callback',
    });
    expect(answer.grantToken?.reveal()).toBe('Atzr|stored');
  });

  test('a code that brings no refresh token connects nothing', async () => {
    const { grant } = amazon([200, { access_token: 'Atza|new', token_type: 'bearer', expires_in: 3600 }]);
    const answer = await grant.exchangeCode({ app, code: new Secret('ANcode') }, context);
    expect(answer).toMatchObject({ finding: { answer: 'garbled' }, access: null, grantToken: null });
  });

  test('the app proves itself without any seller', async () => {
    const { form, connector } = amazon([200, { access_token: 'Atc|app', token_type: 'bearer', expires_in: 3600 }]);
    const finding = await connector.askApp({ app, site: site('amazon.de') }, context);
    expect(form()).toMatchObject({ grant_type: 'client_credentials', scope: 'sellingpartnerapi::notifications' });
    expect(finding).toMatchObject({ rung: 'app', call: 'token', answer: 'ok' });
  });

  test.each<[string, unknown, boolean]>([
    ['no token_type', { access_token: 'Atza|new', refresh_token: 'Atzr|stored', expires_in: 3600 }, true],
    ['its hour as text', { ...TOKENS, expires_in: '3600' }, true],
    ['no hour', { ...TOKENS, expires_in: undefined }, true],
    ['an id_token nobody asked for', { ...TOKENS, id_token: 'nonsense' }, true],
    ['an empty refresh token', { ...TOKENS, refresh_token: '' }, true],
    ['no access token', { ...TOKENS, access_token: undefined }, false],
    ['an access token that is no text', { ...TOKENS, access_token: 7 }, false],
    ['an access token with a line break', { ...TOKENS, access_token: 'Atza|a\r\nx: y' }, false],
    ['a list', [TOKENS], false],
    ['a page', '<html>200</html>', false],
  ])('an answer with %s is taken only if it can be used', async (_what, body, usable) => {
    const answer = await amazon([200, body]).grant.refresh({ app, grantToken: stored }, context);
    expect(answer.finding.answer).toBe(usable ? 'ok' : 'garbled');
    expect(answer.access !== null).toBe(usable);
    if (usable) expect(answer.access?.expiresAt).toBe(NOW + 3_600_000);
  });

  test('silence at the token endpoint is no refusal', async () => {
    const { grant } = amazon({ kind: 'no_answer', reason: 'timeout', ms: 5000 });
    expect(await grant.refresh({ app, grantToken: stored }, context)).toMatchObject({
      finding: { answer: 'no_answer', code: 'timeout', status: null, ms: 5000 },
      access: null,
      grantToken: null,
    });
  });
});

describe('two live secrets', () => {
  const rotating = { ...app, previousClientSecret: new Secret('amzn1.oa2-cs.v1.previous') };

  test('while a secret is rotated the previous one is tried before the app is called broken', async () => {
    const { form, grant } = amazon([401, REFUSED], [200, TOKENS]);
    const answer = await grant.refresh({ app: rotating, grantToken: stored }, context);
    expect([form(0)['client_secret'], form(1)['client_secret']]).toEqual([
      'amzn1.oa2-cs.v1.current',
      'amzn1.oa2-cs.v1.previous',
    ]);
    expect(answer.finding).toMatchObject({ answer: 'ok', ms: 14 });
    expect(answer.finding.message).toContain('other');
  });

  test('when both are refused the app is refused, after two calls and no more', async () => {
    const { asked, grant } = amazon([401, REFUSED], [401, REFUSED], [200, TOKENS]);
    expect((await grant.refresh({ app: rotating, grantToken: stored }, context)).finding.answer).toBe('app_refused');
    expect(asked).toHaveLength(2);
  });

  test('what the marketplace says about the seller with the previous secret counts', async () => {
    const words = 'The request has an invalid grant parameter : refresh_token. User may have revoked it.';
    const { grant } = amazon([401, REFUSED], [400, { error: 'invalid_grant', error_description: words }]);
    expect((await grant.refresh({ app: rotating, grantToken: stored }, context)).finding.answer).toBe('grant_refused');
  });

  test('when both are refused the reason given for the current one counts', async () => {
    const expired = { error: 'invalid_client', error_description: 'The LWA secret token you provided has expired.' };
    const { connector } = amazon([401, expired], [401, REFUSED]);
    expect(await connector.askApp({ app: rotating, site: site('amazon.com') }, context)).toMatchObject({
      answer: 'app_secret_expired',
      ms: 14,
    });
  });

  test('what is said about a seller is not asked again with the other secret', async () => {
    const { asked, grant } = amazon([400, { error: 'unauthorized_client' }], [200, TOKENS]);
    expect((await grant.refresh({ app: rotating, grantToken: stored }, context)).finding.answer).toBe('wrong_app');
    expect(asked).toHaveLength(1);
  });

  test('an app with one secret is asked once', async () => {
    const { asked, connector } = amazon([401, REFUSED], [200, TOKENS]);
    expect((await connector.askApp({ app, site: site('amazon.com') }, context)).answer).toBe('app_refused');
    expect(asked).toHaveLength(1);
  });
});

const payout = (status: string, partnerId = 'A3FHEXAMPLEYWS') => ({ partnerMetadata: { partnerId }, status });
const participation = (id: string, isParticipating: boolean, hasSuspendedListings = false) => ({
  marketplace: { id, name: 'Amazon', countryCode: 'US', domainName: 'www.amazon.com' },
  storeName: 'Blue Bird',
  participation: { isParticipating, hasSuspendedListings },
});

describe('what data calls tell', () => {
  test('each call goes to its region with the store’s token and the smallest question', async () => {
    const { asked, connector } = amazon(...AMAZON_DATA_CALLS.map((): [number, unknown] => [403, {}]));
    for (const { call } of connector.dataCalls) await connector.ask(data(call, 'amazon.de'), context);
    const base = 'https://sellingpartnerapi-eu.amazon.com';
    expect(asked.map((one) => one.url)).toEqual([
      `${base}/sellers/v1/marketplaceParticipations`,
      `${base}/finances/transfers/2024-06-01/payouts/expected`,
      `${base}/finances/v0/financialEventGroups?MaxResultsPerPage=1`,
      `${base}/finances/transfers/2024-06-01/payouts?createdAfter=2026-10-12T12%3A00%3A00Z`,
      `${base}/finances/2024-06-19/transactions?postedAfter=2026-11-20T12%3A00%3A00Z`,
      `${base}/reports/2021-06-30/reports?reportTypes=GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2&pageSize=1`,
    ]);
    for (const one of asked)
      expect(one).toMatchObject({ method: 'GET', headers: { 'x-amz-access-token': 'Atza|access' } });
  });

  test.each<[string, unknown, LearntFacts]>([
    [
      'getMarketplaceParticipations',
      {
        payload: [
          participation('ATVPDKIKX0DER', true, true),
          participation('A2ZV50J4W1RKNI', true),
          participation('A2EUQ1WTGCTBG2', false),
        ],
      },
      {
        sites: [
          {
            site: 'amazon.com',
            marketplaceId: 'ATVPDKIKX0DER',
            storeName: 'Blue Bird',
            participating: true,
            listingsSuspended: true,
          },
          {
            site: 'amazon.ca',
            marketplaceId: 'A2EUQ1WTGCTBG2',
            storeName: 'Blue Bird',
            participating: false,
            listingsSuspended: false,
          },
        ],
      },
    ],
    ['getMarketplaceParticipations', { payload: [] }, {}],
    ['getMarketplaceParticipations', { payload: [participation('A2ZV50J4W1RKNI', false)] }, {}],
    [
      'listExpectedPayouts',
      { expectedPayouts: [payout('SCHEDULED'), payout('NO_PAYOUT_EXPECTED')] },
      { sellerId: 'A3FHEXAMPLEYWS', payouts: 'scheduled' },
    ],
    [
      'listExpectedPayouts',
      { expectedPayouts: [payout('SCHEDULED'), payout('AT_RISK')] },
      { sellerId: 'A3FHEXAMPLEYWS', payouts: 'at_risk' },
    ],
    [
      'listExpectedPayouts',
      { expectedPayouts: [payout('AT_RISK'), payout('DISABLED')] },
      { sellerId: 'A3FHEXAMPLEYWS', payouts: 'disabled' },
    ],
    [
      'listExpectedPayouts',
      { expectedPayouts: [payout('NO_PAYOUT_EXPECTED')] },
      { sellerId: 'A3FHEXAMPLEYWS', payouts: 'none' },
    ],
    ['listExpectedPayouts', { expectedPayouts: [payout('POSTPONED')] }, { sellerId: 'A3FHEXAMPLEYWS' }],
    [
      'listExpectedPayouts',
      { expectedPayouts: [payout('SCHEDULED'), payout('SCHEDULED', 'AOTHER')] },
      { payouts: 'scheduled' },
    ],
    ['listExpectedPayouts', { expectedPayouts: [] }, {}],
    [
      'listPayouts',
      { payouts: [{ id: '1', currentStatus: 'PAID', partnerMetadata: { partnerId: 'A3FHEXAMPLEYWS' } }] },
      { sellerId: 'A3FHEXAMPLEYWS' },
    ],
    ['listPayouts', { payouts: [], nextToken: 'x' }, {}],
    [
      'listFinancialEventGroups',
      { payload: { FinancialEventGroupList: [{ ProcessingStatus: 'PROCESSED' }] } },
      { rows: 'some' },
    ],
    ['listFinancialEventGroups', { payload: {} }, {}],
    [
      'listTransactions',
      { payload: { transactions: [{ sellingPartnerMetadata: { sellingPartnerId: 'A3FHEXAMPLEYWS' } }, {}] } },
      { sellerId: 'A3FHEXAMPLEYWS' },
    ],
    ['listTransactions', { payload: {} }, {}],
    [
      'getReports',
      { reports: [{ reportId: '1', reportType: 'GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2' }] },
      { rows: 'some' },
    ],
    ['getReports', { reports: [] }, { rows: 'none' }],
  ])('%s answering %j is good and tells what it says', async (call, body, facts) => {
    const finding = await amazon([200, body]).connector.ask(data(call), context);
    expect(finding).toMatchObject({ call, answer: 'ok', region: 'na' });
    expect(finding.facts).toEqual(facts);
  });

  test.each<[string, unknown, string]>([
    ['getMarketplaceParticipations', {}, 'payload'],
    ['getMarketplaceParticipations', { payload: [{ marketplace: { id: 'ATVPDKIKX0DER' } }] }, 'participation'],
    ['getMarketplaceParticipations', { payload: [participation('ATVPDKIKX0DER', true), 'x'] }, 'payload.1'],
    ['listExpectedPayouts', {}, 'expectedPayouts'],
    ['listExpectedPayouts', { expectedPayouts: [{ status: 'SCHEDULED' }] }, 'partnerMetadata'],
    ['listFinancialEventGroups', { payload: [] }, 'payload'],
    ['listPayouts', { payouts: 'none' }, 'payouts'],
    ['listTransactions', { payload: { transactions: {} } }, 'transactions'],
    ['getReports', {}, 'reports'],
  ])('%s answering %j cannot be read, and the place is named', async (call, body, place) => {
    const finding = await amazon([200, body]).connector.ask(data(call), context);
    expect(finding).toMatchObject({ answer: 'garbled', status: 200, facts: {} });
    expect(finding.message).toContain(place);
    expect(finding.message).not.toContain('Blue Bird');
  });

  test('a call that Amazon does not have is our mistake', async () => {
    await expect(amazon().connector.ask(data('listSecrets'), context)).rejects.toThrow('listSecrets');
  });
});

describe('our own side', () => {
  const dated = (date: number | null): OutboundResult => ({
    kind: 'answer',
    status: 400,
    headers: {},
    body: '{}',
    ms: 4,
    date,
  });
  const silent: OutboundResult = { kind: 'no_answer', reason: 'dns', ms: 30 };

  test('any answer of another host shows that our network works', async () => {
    const { asked, connector } = amazon(dated(null));
    expect(await connector.askSelf(context)).toMatchObject({ rung: 'self', call: 'reach', answer: 'ok', facts: {} });
    expect(asked).toHaveLength(1);
  });

  test('one silent host is not our network: another one is asked', async () => {
    const { asked, connector } = amazon(silent, dated(null));
    expect(await connector.askSelf(context)).toMatchObject({ answer: 'ok', ms: 34 });
    expect(new Set(asked.map((one) => new URL(one.url).host)).size).toBe(2);
    expect(asked.reduce((sum, one) => sum + one.deadlineMs, 0)).toBe(context.deadlineMs);
  });

  test('when nobody answers it is our network', async () => {
    const { connector } = amazon(silent, silent);
    expect(await connector.askSelf(context)).toMatchObject({ answer: 'no_answer', code: 'dns', ms: 60 });
  });

  test('the marketplace’s clock is compared with the product’s own', async () => {
    const ahead = await amazon(dated(NOW + 600_000)).connector.askSelf(context);
    expect(Math.abs((ahead.facts.skewMs ?? 0) - 600_000)).toBeLessThanOrEqual(500);
    const right = await amazon(dated(NOW)).connector.askSelf(context);
    expect(Math.abs(right.facts.skewMs ?? Infinity)).toBeLessThanOrEqual(500);
  });

  test('a control without a seller says nothing about a store’s capabilities', async () => {
    const { asked, form, connector } = amazon([200, TOKENS], [200, { payload: [] }]);
    expect(await connector.askWithoutSeller({ app, site: site('amazon.co.jp') }, context)).toMatchObject({
      rung: 'control',
      call: 'getDestinations',
      region: 'fe',
      capability: null,
      answer: 'ok',
    });
    expect(form()).toMatchObject({ grant_type: 'client_credentials' });
    expect(asked[1]?.url).toBe('https://sellingpartnerapi-fe.amazon.com/notifications/v1/destinations');
    expect(asked[1]?.headers).toMatchObject({ 'x-amz-access-token': 'Atza|new' });
  });

  test('a control without a seller that the app itself spoils says so, at its own rung', async () => {
    const { asked, connector } = amazon([401, REFUSED]);
    expect(await connector.askWithoutSeller({ app, site: site('amazon.co.jp') }, context)).toMatchObject({
      rung: 'control',
      region: 'fe',
      answer: 'app_refused',
    });
    expect(asked).toHaveLength(1);
  });
});
