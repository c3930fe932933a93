import { describe, expect, test } from 'vitest';

import { checkCredentials } from './credentials.ts';
import { AMAZON_SITES } from '../amazon-sites.ts';

const TOKEN = `Atzr|IwEBI${'aB3_-'.repeat(40)}`;

function tokenProblem(token: string | undefined) {
  const problems = checkCredentials({ token, sellerId: undefined });
  expect(problems.length).toBeLessThanOrEqual(1);
  return problems[0];
}

function sellerProblem(sellerId: string) {
  return checkCredentials({ token: TOKEN, sellerId })[0];
}

describe('the refresh token', () => {
  test('a token as Amazon shows it is taken', () => {
    for (const good of [TOKEN, `Atzr|${'x'.repeat(15)}`, `Atzr|${'x'.repeat(2043)}`, 'Atzr|IwEBIA.~+/=_-abcdefgh'])
      expect(tokenProblem(good)).toBeUndefined();
  });

  test.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'required'],
    ['an empty field', '', 'required'],
    ['blanks', ' \n\t ', 'required'],
    ['an e-mail address', ' owner@bluebird.test ', 'email'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE', 'aws_key'],
    ['a temporary AWS key', 'ASIAIOSFODNN7EXAMPLE', 'aws_key'],
    ['a client secret', 'amzn1.oa2-cs.v1.0123456789abcdef', 'client_secret'],
    ['a client id', 'amzn1.application-oa2-client.0123', 'client_id'],
    ['an application id', 'amzn1.sellerapps.app.0123', 'client_id'],
    ['an MWS token', 'amzn.mws.00000000-0000-0000-0000-000000000000', 'mws_token'],
    ['an access token', TOKEN.replace('Atzr', 'Atza'), 'access_token'],
    ['a token for the app alone', TOKEN.replace('Atzr', 'Atc'), 'access_token'],
    ['a seller ID', 'A3FHEXAMPLEYWS', 'seller_id'],
    ['a password', 'Corr3ct-horse!', 'password'],
    ['a password of four words', 'correct horse battery staple', 'password'],
    ['some long text', 'It is a truth universally acknowledged, that a single man in possession', 'not_a_token'],
    ['a space before it', ` ${TOKEN}`, 'spaces'],
    ['a space after it', `${TOKEN} `, 'spaces'],
    ['a space inside', `${TOKEN} x`, 'spaces'],
    ['a line break after it', `${TOKEN}\r\n`, 'spaces'],
    ['a line break inside', `${TOKEN.slice(0, 40)}\n${TOKEN.slice(40)}`, 'line_break'],
    ['a label before it', `Refresh token: ${TOKEN}`, 'more_than_token'],
    ['quotes', `"${TOKEN}"`, 'more_than_token'],
    ['the token twice', `${TOKEN}${TOKEN}`, 'more_than_token'],
    ['small letters only', TOKEN.toLowerCase(), 'upper_lower'],
    ['a sign that no token has', `${TOKEN}%`, 'characters'],
    ['letters of another alphabet', `${TOKEN}ж`, 'characters'],
    ['only its beginning', 'Atzr|IwEBIabc', 'too_short'],
    ['more than any token', `Atzr|${'x'.repeat(2044)}`, 'too_long'],
  ])('%s is refused before any call, with advice', (_what, typed, code) => {
    expect(tokenProblem(typed)).toMatchObject({ field: 'credentials.refresh_token', code });
  });

  test('a token cut off says that its end is missing', () => {
    expect(tokenProblem('Atzr|IwEBIabc')?.message).toBe(
      'The token is too short: it has 13 characters and its end is missing. Copy the refresh token again in one go, from “Atzr|” to its last character.',
    );
  });

  test('a space or a line break is named with its place', () => {
    expect(tokenProblem(` ${TOKEN}`)?.message).toContain('space before the token');
    expect(tokenProblem(`${TOKEN} `)?.message).toContain('space after the token');
    expect(tokenProblem(`${TOKEN}\n`)?.message).toContain('line break after the token');
  });
});

describe('the seller ID', () => {
  test('it may be left out', () => {
    expect(checkCredentials({ token: TOKEN, sellerId: undefined })).toEqual([]);
    expect(checkCredentials({ token: TOKEN, sellerId: '' })).toEqual([]);
  });

  test('an ID as Seller Central shows it is taken', () => {
    for (const good of ['A3FHEXAMPLEYWS', 'A1B2C3D4E5', 'A'.repeat(21)]) expect(sellerProblem(good)).toBeUndefined();
  });

  test.each<[string, string, string]>([
    ['small letters', 'a3fhexampleyws', 'lower_case'],
    ['a space after it', 'A3FHEXAMPLEYWS ', 'spaces'],
    ['a space inside', 'A3FH EXAMPLEYWS', 'spaces'],
    ['blanks', '   ', 'spaces'],
    ['an e-mail address', 'owner@bluebird.test', 'email'],
    ['the token', TOKEN, 'refresh_token'],
    ['an application id', 'amzn1.sellerapps.app.0123', 'app_id'],
    ['a developer ID', '0000-1111-2222', 'developer_id'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE', 'aws_key'],
    ['the store’s name', 'Bluebird-Store', 'characters'],
    ['letters of another alphabet', 'АЗFHEXAMPLEYWS', 'characters'],
    ['another beginning', 'B3FHEXAMPLEYWS', 'first_letter'],
    ['too few letters', 'A3FH', 'length'],
    ['too many letters', 'A'.repeat(22), 'length'],
  ])('%s is refused before any call, with advice', (_what, typed, code) => {
    expect(sellerProblem(typed)).toMatchObject({ field: 'credentials.seller_id', code });
  });

  test('the ID of a marketplace is never taken for a seller’s', () => {
    for (const { marketplaceId, site } of AMAZON_SITES) {
      expect(sellerProblem(marketplaceId)).toMatchObject({ code: 'marketplace_id' });
      expect(sellerProblem(marketplaceId.toLowerCase())?.message).toContain(site);
    }
  });
});

test('both fields are told at once', () => {
  expect(checkCredentials({ token: '', sellerId: 'x' }).map((one) => one.field)).toEqual([
    'credentials.refresh_token',
    'credentials.seller_id',
  ]);
});

test('no message repeats what was typed', () => {
  const typed = ['hunter2-Secret!', `${TOKEN} x`, 'amzn1.oa2-cs.v1.planted', 'AKIAIOSFODNN7EXAMPLE', 'me@planted.test'];
  for (const secret of typed)
    for (const problem of checkCredentials({ token: secret, sellerId: secret }))
      expect(problem.message).not.toContain(secret.slice(4, 14));
});
