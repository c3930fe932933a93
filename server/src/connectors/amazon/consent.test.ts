import { describe, expect, test } from 'vitest';

import type { AmazonApp } from '../../core/access.ts';
import type { Cause } from '../../core/diagnosis.ts';
import { Secret } from '../../core/secret.ts';
import { confirmUrl, readLogin } from '../amazon-arrival.ts';
import { AMAZON_SITES } from '../amazon-sites.ts';
import { createOutbound } from '../outbound.ts';
import { consentUrl, readCallback } from './consent.ts';

const app: AmazonApp = {
  marketplace: 'amazon',
  applicationId: 'amzn1.sellerapps.app.x',
  name: 'Storekeeper',
  clientId: 'amzn1.application-oa2-client.x',
  clientSecret: new Secret('amzn1.oa2-cs.v1.x'),
  previousClientSecret: null,
  secretExpiresAt: null,
  redirectUri: 'https://store.example/connect/amazon/callback',
  loginUri: 'https://store.example/connect/amazon/login',
  draft: false,
  control: null,
};
const { mapUrl: real } = createOutbound({ hostsUrl: null, userAgent: 'test' });
const { mapUrl: mapped } = createOutbound({ hostsUrl: 'http://127.0.0.1:4290/{host}', userAgent: 'test' });

function siteOf(name: string) {
  const site = AMAZON_SITES.find((one) => one.site === name);
  if (!site) throw new Error(`no site ${name}`);
  return site;
}

describe('going to the permission page', () => {
  test('a seller of amazon.de is sent to the European Seller Central with our state', () => {
    const url = new URL(consentUrl({ app, site: siteOf('amazon.de'), state: 'a&b=c' }, real));
    expect(url.origin + url.pathname).toBe('https://sellercentral-europe.amazon.com/apps/authorize/consent');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      application_id: app.applicationId,
      state: 'a&b=c',
      redirect_uri: app.redirectUri,
    });
  });

  test('an app that is a draft says so, a published one must not', () => {
    const site = siteOf('amazon.com');
    expect(consentUrl({ app: { ...app, draft: true }, site, state: 's' }, real)).toContain('version=beta');
    expect(consentUrl({ app, site, state: 's' }, real)).not.toContain('version');
  });

  test('with a hosts template the same page is opened there', () => {
    expect(consentUrl({ app, site: siteOf('amazon.co.jp'), state: 's' }, mapped)).toMatch(
      /^http:\/\/127\.0\.0\.1:4290\/sellercentral\.amazon\.co\.jp\/apps\/authorize\/consent\?/,
    );
  });
});

const STATE = 'b3c1f6a0e94d4f0a8d7c6b5a49382716';
const GOOD = { state: STATE, selling_partner_id: 'A3FHEXAMPLEYWS', spapi_oauth_code: 'ANdNAVhyhqirUelHGEHA' };

describe('coming back from the permission page', () => {
  test('a confirmed permission brings code, seller and our state', () => {
    const callback = readCallback({ ...GOOD, mws_auth_token: 'amzn.mws.x' });
    expect(callback).toMatchObject({ kind: 'code', state: STATE, sellerId: 'A3FHEXAMPLEYWS' });
    expect(callback.kind === 'code' && callback.code.reveal()).toBe('ANdNAVhyhqirUelHGEHA');
    expect(JSON.stringify(callback)).not.toContain('ANdNAV');
  });

  test('a renewal that Amazon started itself has no state of ours, and is read all the same', () => {
    const { state: _none, ...rest } = GOOD;
    expect(readCallback(rest)).toMatchObject({ kind: 'code', state: null });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no code', { spapi_oauth_code: undefined }, 'spapi_oauth_code'],
    ['an empty code', { spapi_oauth_code: '' }, 'spapi_oauth_code'],
    ['a code with a line break', { spapi_oauth_code: 'AN\r\nX: y' }, 'spapi_oauth_code'],
    ['an endless code', { spapi_oauth_code: 'A'.repeat(513) }, 'spapi_oauth_code'],
    ['two codes', { spapi_oauth_code: ['ANfirst', 'ANsecond'] }, 'spapi_oauth_code'],
    ['no seller', { selling_partner_id: undefined }, 'selling_partner_id'],
    ['a seller in small letters', { selling_partner_id: 'a3fhexampleyws' }, 'selling_partner_id'],
    ['a seller with markup', { selling_partner_id: '<b>A3</b>' }, 'selling_partner_id'],
    ['two sellers', { selling_partner_id: ['A3FHEXAMPLEYWS', 'A1OTHEREXAMPLE'] }, 'selling_partner_id'],
    ['an empty state', { state: '' }, 'state'],
    ['two states', { state: [STATE, STATE] }, 'state'],
    ['an endless state', { state: 's'.repeat(257) }, 'state'],
    ['a state with spaces', { state: 'a b' }, 'state'],
    ['a code and an error at once', { error: 'access_denied' }, 'spapi_oauth_code'],
    ['two errors', { spapi_oauth_code: undefined, error: ['access_denied', 'x'] }, 'error'],
    ['an error that cannot be printed', { spapi_oauth_code: undefined, error: '\u0007' }, 'error'],
  ])('%s is malformed, and the field is named', (_what, change, field) => {
    const query = { ...GOOD, ...change } as Record<string, string | undefined>;
    expect(readCallback(query)).toMatchObject({ kind: 'malformed', field });
  });

  test.each<[Record<string, string>, Cause]>([
    [{ error: 'access_denied' }, 'grant.denied'],
    [{ error: 'SPDC8143' }, 'grant.not_owner'],
    [{ error: 'access_denied', error_description: 'Error code: SPDC8143' }, 'grant.not_owner'],
    [{ error_code: 'MD1000' }, 'app.draft'],
    [{ error: 'MD5100' }, 'app.redirect_mismatch'],
    [{ error: 'MD5101' }, 'app.redirect_mismatch'],
    [{ error: 'MD5110' }, 'app.redirect_mismatch'],
    [{ error: 'MD9100' }, 'app.redirect_mismatch'],
    [{ error: 'MD9000' }, 'app.suspended'],
    [{ error: 'MD9010' }, 'app.mws_dev_id_missing'],
    [{ error: 'invalid_request', error_description: '(CONSENT_LIMIT_REACHED)' }, 'app.consent_limit'],
    [{ error: 'MD9999' }, 'unknown'],
    [{ error: 'server_error', error_description: 'Come back on Tuesday' }, 'unknown'],
  ])('a refusal %j has its cause', (query, cause) => {
    expect(readCallback({ state: STATE, ...query })).toMatchObject({ kind: 'refused', state: STATE, cause });
  });
});

const ARRIVAL = {
  amazon_callback_uri: 'https://amazon.com/apps/authorize/confirm/amzn1.sellerapps.app.x',
  amazon_state: 'amazonstateexample',
  selling_partner_id: 'A3FHEXAMPLEYWS',
};
const CONFIRM = '/apps/authorize/confirm/amzn1.sellerapps.app.x';

describe('arriving from Manage Your Apps', () => {
  test('a seller who re-authorizes at Amazon is read and sent on to Amazon’s confirmation', () => {
    const arrival = readLogin(ARRIVAL);
    if (arrival.kind !== 'arrival') throw new Error(`malformed ${arrival.field}`);
    expect(arrival).toMatchObject({ sellerId: 'A3FHEXAMPLEYWS', draft: false });
    const url = new URL(confirmUrl(arrival, { redirectUri: app.redirectUri, state: STATE }, real));
    expect(url.origin + url.pathname).toBe(ARRIVAL.amazon_callback_uri);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      redirect_uri: app.redirectUri,
      amazon_state: 'amazonstateexample',
      state: STATE,
    });
  });

  test('a draft stays a draft on the way back, and the template is used after the check', () => {
    const arrival = readLogin({ ...ARRIVAL, version: 'beta' });
    if (arrival.kind !== 'arrival') throw new Error(`malformed ${arrival.field}`);
    const url = confirmUrl(arrival, { redirectUri: app.redirectUri, state: STATE }, mapped);
    expect(url).toContain(`http://127.0.0.1:4290/amazon.com${CONFIRM}?`);
    expect(url).toContain('version=beta');
  });

  test('every shop and every Seller Central of Amazon may confirm', () => {
    for (const { site, consentHost } of AMAZON_SITES)
      for (const host of [site, consentHost])
        expect(readLogin({ ...ARRIVAL, amazon_callback_uri: `https://${host}${CONFIRM}` }).kind).toBe('arrival');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no address', { amazon_callback_uri: undefined }, 'amazon_callback_uri'],
    ['two addresses', { amazon_callback_uri: [ARRIVAL.amazon_callback_uri, 'https://x.test'] }, 'amazon_callback_uri'],
    ['no amazon_state', { amazon_state: undefined }, 'amazon_state'],
    ['an amazon_state with a line break', { amazon_state: 'a\nb' }, 'amazon_state'],
    ['an endless amazon_state', { amazon_state: 'a'.repeat(1025) }, 'amazon_state'],
    ['no seller', { selling_partner_id: undefined }, 'selling_partner_id'],
    ['a seller that is none', { selling_partner_id: '../A3' }, 'selling_partner_id'],
    ['a version that is not beta', { version: 'alpha' }, 'version'],
  ])('%s is malformed, and the field is named', (_what, change, field) => {
    const query = { ...ARRIVAL, ...change } as Record<string, string | undefined>;
    expect(readLogin(query)).toEqual({ kind: 'malformed', field });
  });
});

/** Addresses that would lead a seller, and the answer of our Login URI, away from Amazon. */
const HOSTILE = [
  // other hosts that look like Amazon
  `https://amazon.com.evil.test${CONFIRM}`,
  `https://evilamazon.com${CONFIRM}`,
  `https://amazon-com.test${CONFIRM}`,
  `https://sellercentral.amazon.com.evil.test${CONFIRM}`,
  `https://sellercentral-amazon.com${CONFIRM}`,
  `https://evil.amazon.com${CONFIRM}`,
  `https://sellercentral.evil.amazon.com${CONFIRM}`,
  `https://amazon.evil${CONFIRM}`,
  `https://amazon.co${CONFIRM}`,
  `https://amazon${CONFIRM}`,
  `https://com${CONFIRM}`,
  `https://amazon.com.${CONFIRM}`,
  `https://.amazon.com${CONFIRM}`,
  `https://amazon..com${CONFIRM}`,
  `https://AMAZON.com${CONFIRM}`,
  // unicode that folds into the name, or into a dot or a slash
  `https://amazon。com${CONFIRM}`,
  `https://amazon．com${CONFIRM}`,
  `https://amazon｡com${CONFIRM}`,
  `https://аmazon.com${CONFIRM}`,
  `https://ａmazon.com${CONFIRM}`,
  `https://amazon.com／evil.test${CONFIRM}`,
  `https://amazon.com\u200b.evil.test${CONFIRM}`,
  `https://xn--mazon-3ve.com${CONFIRM}`,
  // user, port, other schemes
  `https://amazon.com@evil.test${CONFIRM}`,
  `https://user:pass@amazon.com${CONFIRM}`,
  `https://evil.test@amazon.com${CONFIRM}`,
  `https://amazon.com%40evil.test${CONFIRM}`,
  `https://amazon.com:443${CONFIRM}`,
  `https://amazon.com:8443${CONFIRM}`,
  `https://amazon.com:${CONFIRM}`,
  `http://amazon.com${CONFIRM}`,
  `ftp://amazon.com${CONFIRM}`,
  `//amazon.com${CONFIRM}`,
  `https:/amazon.com${CONFIRM}`,
  `https:amazon.com${CONFIRM}`,
  `https:///amazon.com${CONFIRM}`,
  `HTTPS://amazon.com${CONFIRM}`,
  'javascript:alert(1)//amazon.com/apps/authorize/confirm/x',
  'data:text/html,https://amazon.com/apps/authorize/confirm/x',
  // slashes and backslashes
  `https://evil.test\\amazon.com${CONFIRM}`,
  `https://evil.test\\@amazon.com${CONFIRM}`,
  `https://amazon.com\\@evil.test${CONFIRM}`,
  `https:\\\\amazon.com${CONFIRM}`,
  `https://amazon.com//evil.test${CONFIRM}`,
  `https://amazon.com/${CONFIRM}`,
  // other paths
  'https://amazon.com/',
  'https://amazon.com/apps/authorize/confirm',
  'https://amazon.com/apps/authorize/confirm/',
  'https://amazon.com/apps/authorize/confirm/..',
  'https://amazon.com/apps/authorize/confirm/../../gp/redirect',
  'https://amazon.com/apps/authorize/confirm/x/../../../gp/redirect',
  'https://amazon.com/apps/authorize/confirm/x/y',
  'https://amazon.com/apps/authorize/confirm/%2e%2e/redirect',
  'https://amazon.com/apps/authorize/confirm/a..b',
  'https://amazon.com/apps/authorize/confirm//evil.test',
  'https://amazon.com/gp/redirect?to=/apps/authorize/confirm/x',
  `https://amazon.com/redirect${CONFIRM}`,
  `https://amazon.com${CONFIRM}?redirect_uri=https://evil.test`,
  `https://amazon.com${CONFIRM}#@evil.test`,
  `https://amazon.com${CONFIRM};x`,
  // spaces, line breaks, NUL, length
  ` https://amazon.com${CONFIRM}`,
  `https://amazon.com${CONFIRM} `,
  `https://amazon.com${CONFIRM}\n`,
  `https://ama\tzon.com${CONFIRM}`,
  `https://amazon.com\u0000.evil.test${CONFIRM}`,
  `https://amazon.com\r\nHost: evil.test${CONFIRM}`,
  `https://evil.test/https://amazon.com${CONFIRM}`,
  `https://127.0.0.1${CONFIRM}`,
  `https://[::1]${CONFIRM}`,
  `https://169.254.169.254${CONFIRM}`,
  `https://amazon.com/apps/authorize/confirm/${'x'.repeat(600)}`,
];

test.each(HOSTILE)('nobody is sent to %j', (address) => {
  expect(readLogin({ ...ARRIVAL, amazon_callback_uri: address })).toEqual({
    kind: 'malformed',
    field: 'amazon_callback_uri',
  });
});
