import { describe, expect, test } from 'vitest';

import type { MwsApp } from '../../core/access.ts';
import type { Cause } from '../../core/diagnosis.ts';
import { Fault } from '../../core/fault.ts';
import { Secret } from '../../core/secret.ts';
import { createOutbound } from '../outbound.ts';
import { consentUrl, readCallback } from './consent.ts';
import { createAmazonMwsConnector } from './index.ts';
import { MWS_SITES } from './regions.ts';

const hybrid = {
  applicationId: 'amzn1.sellerapps.app.x',
  redirectUri: 'https://store.example/connect/amazon/callback',
  draft: false,
};
const app: MwsApp = {
  marketplace: 'amazon-mws',
  applicationId: '3033-3045-0266',
  name: 'StorekeeperEU',
  region: 'eu',
  countries: null,
  accessKeyId: 'AKIAEXAMPLE',
  secretKey: new Secret('mws-secret'),
  hybrid,
  control: null,
};
const german = MWS_SITES.find((one) => one.site === 'amazon.de') ?? MWS_SITES[0];
if (!german) throw new Error('no sites');
const site = german;
const real = createOutbound({ hostsUrl: null, userAgent: 'test' });
const mapped = createOutbound({ hostsUrl: 'http://127.0.0.1:4290/{host}', userAgent: 'test' });

describe('going to the permission page', () => {
  test('a seller of amazon.de is asked by the hybrid application, with our state', () => {
    const url = new URL(consentUrl({ app, site, state: 'a&b=c' }, real.mapUrl));
    expect(url.origin + url.pathname).toBe('https://sellercentral-europe.amazon.com/apps/authorize/consent');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      application_id: 'amzn1.sellerapps.app.x',
      state: 'a&b=c',
      redirect_uri: 'https://store.example/connect/amazon/callback',
    });
  });

  test('a hybrid application that is a draft says so, and the hosts template is used', () => {
    const draft = { ...app, hybrid: { ...hybrid, draft: true } };
    const url = consentUrl({ app: draft, site, state: 's' }, mapped.mapUrl);
    expect(url).toContain('http://127.0.0.1:4290/sellercentral-europe.amazon.com/apps/authorize/consent?');
    expect(url).toContain('version=beta');
  });

  test('without a hybrid application it says that the store is connected by hand', () => {
    const alone = { app: { ...app, hybrid: null }, site, state: 's' };
    expect(() => consentUrl(alone, real.mapUrl)).toThrow(Fault);
    expect(() => consentUrl(alone, real.mapUrl)).toThrow(/by hand, with its Seller ID and MWS auth token/);
  });
});

const STATE = 'b3c1f6a0e94d4f0a8d7c6b5a49382716';
const TOKEN = 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000';
const GOOD = {
  state: STATE,
  selling_partner_id: 'A3FHEXAMPLEYWS',
  mws_auth_token: TOKEN,
  spapi_oauth_code: 'ANdNAVhyhqirUelHGEHA',
};

describe('coming back from the permission page', () => {
  test('a confirmed permission brings the token itself, the seller and our state', () => {
    const callback = readCallback(GOOD);
    expect(callback).toMatchObject({ kind: 'token', state: STATE, sellerId: 'A3FHEXAMPLEYWS' });
    expect(callback.kind === 'token' && callback.grantToken.reveal()).toBe(TOKEN);
    expect(JSON.stringify(callback)).not.toContain('4ea38b7b');
  });

  test('one that Amazon started itself has no state of ours, and is read all the same', () => {
    const { state: _none, ...rest } = GOOD;
    expect(readCallback(rest)).toMatchObject({ kind: 'token', state: null });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['only a code, as an application that is not hybrid gets it', { mws_auth_token: undefined }, 'mws_auth_token'],
    ['an empty token', { mws_auth_token: '' }, 'mws_auth_token'],
    ['a token of another kind', { mws_auth_token: 'Atzr|IwEBI' }, 'mws_auth_token'],
    ['a token with a line break', { mws_auth_token: `${TOKEN}\r\nX: y` }, 'mws_auth_token'],
    ['an endless token', { mws_auth_token: `amzn.mws.${'a'.repeat(129)}` }, 'mws_auth_token'],
    ['two tokens', { mws_auth_token: [TOKEN, TOKEN] }, 'mws_auth_token'],
    ['no seller', { selling_partner_id: undefined }, 'selling_partner_id'],
    ['two sellers', { selling_partner_id: ['A3FHEXAMPLEYWS', 'A1OTHEREXAMPLE'] }, 'selling_partner_id'],
    ['two states', { state: [STATE, STATE] }, 'state'],
    ['a token and an error at once', { error: 'access_denied' }, 'mws_auth_token'],
  ])('%s is malformed, and the field is named', (_what, change, field) => {
    const query = { ...GOOD, ...change } as Record<string, string | undefined>;
    expect(readCallback(query)).toMatchObject({ kind: 'malformed', field });
  });

  test.each<[Record<string, string>, Cause]>([
    [{ error: 'access_denied' }, 'grant.denied'],
    [{ error: 'access_denied', error_description: 'Error code: SPDC8143' }, 'grant.not_owner'],
    [{ error: 'MD9000' }, 'app.suspended'],
    [{ error_code: 'MD9010' }, 'app.mws_dev_id_missing'],
    [{ error: 'MD9999' }, 'unknown'],
  ])('a refusal %j has its cause', (query, cause) => {
    expect(readCallback({ state: STATE, ...query })).toMatchObject({ kind: 'refused', state: STATE, cause });
  });
});

test('a seller who comes from Amazon is sent on with the hybrid application’s own address', () => {
  const connector = createAmazonMwsConnector(real);
  const arrival = connector.readLogin({
    amazon_callback_uri: 'https://amazon.de/apps/authorize/confirm/amzn1.sellerapps.app.x',
    amazon_state: 'amazonstateexample',
    selling_partner_id: 'A3FHEXAMPLEYWS',
  });
  if (arrival.kind !== 'arrival') throw new Error(`malformed ${arrival.field}`);
  const url = new URL(connector.confirmUrl(arrival, { app, state: STATE }));
  expect(url.searchParams.get('redirect_uri')).toBe(hybrid.redirectUri);
  expect(() => connector.confirmUrl(arrival, { app: { ...app, hybrid: null }, state: STATE })).toThrow(Fault);
});
