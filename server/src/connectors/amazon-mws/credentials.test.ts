import { describe, expect, test } from 'vitest';

import { AMAZON_SITES } from '../amazon-sites.ts';
import { checkCredentials } from './credentials.ts';

const SELLER = 'A3FHEXAMPLEYWS';
const TOKEN = 'amzn.mws.4ea38b7b-f563-7709-4bae-87aea0000000';
const REFRESH = `Atzr|IwEBI${'aB3_-'.repeat(40)}`;

function problem(typed: { token?: string | undefined; sellerId?: string | undefined }) {
  const problems = checkCredentials({ token: TOKEN, sellerId: SELLER, ...typed });
  expect(problems.length).toBeLessThanOrEqual(1);
  return problems[0];
}

test('a pair as Amazon shows it is taken', () => {
  expect(checkCredentials({ token: TOKEN, sellerId: SELLER })).toEqual([]);
  expect(checkCredentials({ token: TOKEN, sellerId: 'A1B2C3D4E5' })).toEqual([]);
});

describe('the MWS auth token', () => {
  test.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'required'],
    ['an empty field', '', 'required'],
    ['blanks', ' \n\t ', 'required'],
    ['an e-mail address', ' owner@bluebird.test ', 'email'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE', 'aws_key'],
    ['an AWS secret key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'password'],
    ['a refresh token', REFRESH, 'refresh_token'],
    ['an access token', REFRESH.replace('Atzr', 'Atza'), 'refresh_token'],
    ['a client secret', 'amzn1.oa2-cs.v1.0123456789abcdef', 'client_secret'],
    ['an application id', 'amzn1.sellerapps.app.0123', 'client_id'],
    ['a developer ID', '0009-9351-6334', 'developer_id'],
    ['a developer ID without hyphens', '000993516334', 'developer_id'],
    ['a marketplace ID', 'ATVPDKIKX0DER', 'marketplace_id'],
    ['a seller ID', 'A1OTHERSELLER', 'seller_id'],
    ['a password', 'Corr3ct-horse!', 'password'],
    ['some long text', 'It is a truth universally acknowledged, that a single man in possession', 'not_a_token'],
    ['a space before it', ` ${TOKEN}`, 'spaces'],
    ['a space after it', `${TOKEN} `, 'spaces'],
    ['a space inside', TOKEN.replace('-', ' -'), 'spaces'],
    ['a line break after it', `${TOKEN}\r\n`, 'spaces'],
    ['a line break inside', TOKEN.replace('-', '\n-'), 'line_break'],
    ['a label before it', `MWS Auth Token: ${TOKEN}`, 'more_than_token'],
    ['quotes', `"${TOKEN}"`, 'more_than_token'],
    ['the token twice', `${TOKEN}${TOKEN}`, 'more_than_token'],
    ['capital letters', TOKEN.toUpperCase(), 'upper_lower'],
    ['its beginning left out', TOKEN.slice(9), 'without_beginning'],
    ['its end left out', TOKEN.slice(0, -3), 'too_short'],
    ['only its beginning', 'amzn.mws.', 'too_short'],
    ['something added', `${TOKEN}x`, 'too_long'],
    ['a sign that no token has', TOKEN.replace('4', 'g'), 'characters'],
    ['letters of another alphabet', TOKEN.replace('a0', 'а0'), 'characters'],
    ['hyphens elsewhere', TOKEN.replace('b-f', '-bf'), 'characters'],
  ])('%s is refused before any call, with advice', (_what, token, code) => {
    expect(problem({ token })).toMatchObject({ field: 'credentials.mws_auth_token', code });
  });

  test('a token cut off says how much of it is there', () => {
    expect(problem({ token: TOKEN.slice(0, 42) })?.message).toBe(
      'The token is too short: it has 42 of 45 characters, so a part of it is missing. Copy the token again in one go, from “amzn.mws.” to its last character.',
    );
  });

  test('a space or a line break is named with its place', () => {
    expect(problem({ token: ` ${TOKEN}` })?.message).toContain('space before the token');
    expect(problem({ token: `${TOKEN}\n` })?.message).toContain('line break after the token');
  });
});

describe('the seller ID', () => {
  test.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'required'],
    ['an empty field', '', 'required'],
    ['blanks', '   ', 'required'],
    ['a token of the newer interface', REFRESH, 'refresh_token'],
    ['the token', TOKEN, 'mws_token'],
    ['a space after it', `${SELLER} `, 'spaces'],
    ['small letters', SELLER.toLowerCase(), 'lower_case'],
    ['an e-mail address', 'owner@bluebird.test', 'email'],
    ['a developer ID', '0009-9351-6334', 'developer_id'],
    ['an AWS access key', 'AKIAIOSFODNN7EXAMPLE', 'aws_key'],
    ['a password', 'Corr3ct-horse!', 'characters'],
    ['too few letters', 'A3FH', 'length'],
  ])('%s is refused before any call, with advice', (_what, sellerId, code) => {
    expect(problem({ sellerId })).toMatchObject({ field: 'credentials.seller_id', code });
  });

  test('the ID of a marketplace is never taken for a seller’s', () => {
    for (const { marketplaceId, site } of AMAZON_SITES)
      expect(problem({ sellerId: marketplaceId })).toMatchObject({
        code: 'marketplace_id',
        message: expect.stringContaining(site),
      });
  });
});

test('halves in each other’s field are told so, at both fields', () => {
  const problems = checkCredentials({ token: ` ${SELLER}`, sellerId: TOKEN });
  expect(problems.map((one) => [one.field, one.code])).toEqual([
    ['credentials.seller_id', 'swapped'],
    ['credentials.mws_auth_token', 'swapped'],
  ]);
});

test('both fields are told at once', () => {
  expect(checkCredentials({}).map((one) => [one.field, one.code])).toEqual([
    ['credentials.seller_id', 'required'],
    ['credentials.mws_auth_token', 'required'],
  ]);
});

test('no message repeats what was typed', () => {
  const typed = ['hunter2-Secret!', `${TOKEN} x`, 'amzn1.oa2-cs.v1.planted', 'AKIAIOSFODNN7EXAMPLE', 'me@planted.test'];
  for (const secret of typed)
    for (const { message } of checkCredentials({ token: secret, sellerId: secret }))
      expect(message).not.toContain(secret.slice(4, 14));
});
