/** Reading and checking typed-in credentials in the browser, before the server checks them again. Pure. */
import type { z } from 'zod';
import type { TypedCredentials } from '../../../server/src/http/contract/connect.ts';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

export type CredentialValues = {
  refresh_token: string;
  mws_auth_token: string;
  seller_id: string;
  authorized_on: string;
};
export type MarketplaceName = StoreBody['marketplace'];

export const NO_CREDENTIALS: CredentialValues = {
  refresh_token: '',
  mws_auth_token: '',
  seller_id: '',
  authorized_on: '',
};

/** Server field → field of the form. */
export const CREDENTIAL_FIELDS: Readonly<Record<string, keyof CredentialValues>> = {
  credentials: 'refresh_token',
  'credentials.refresh_token': 'refresh_token',
  'credentials.mws_auth_token': 'mws_auth_token',
  'credentials.seller_id': 'seller_id',
  'credentials.authorized_at': 'authorized_on',
};

/** Amazon's tokens have at most so many characters; the server looks closer, this only keeps a pasted book here. */
const TOKEN_MOST = 2048;
const SELLER_ID_MOST = 100;

export function refreshTokenError(value: string): string | undefined {
  if (value.trim() === '') return 'Paste the refresh token. It begins with Atzr|.';
  return value.length > TOKEN_MOST
    ? `Too long: ${value.length} characters, and a refresh token has about 400. Copy it again in one go, from Atzr| to its last character.`
    : undefined;
}

export function sellerIdError(value: string): string | undefined {
  return value.length > SELLER_ID_MOST
    ? 'Too long. A seller ID starts with A and has 10 to 21 capital letters and digits.'
    : undefined;
}

export function mwsTokenError(value: string): string | undefined {
  if (value.trim() === '') return 'Paste the MWS auth token. It begins with amzn.mws.';
  return value.length > TOKEN_MOST
    ? 'Too long: an MWS auth token is amzn.mws. and 36 characters. Copy it again in one go.'
    : undefined;
}

/** MWS takes no token without its seller ID. */
export function neededSellerIdError(value: string): string | undefined {
  if (value.trim() === '') return 'Paste the seller ID. It begins with A and stands beside the token.';
  return sellerIdError(value);
}

export function authorizedOnError(value: string, now: number): string | undefined {
  if (value === '') return undefined;
  const at = Date.parse(`${value}T00:00:00Z`);
  if (Number.isNaN(at)) return 'This is not a day. Write it as year-month-day.';
  return at > now + 86_400_000 ? 'This day has not come yet.' : undefined;
}

/**
 * What is sent. The token goes as it was typed: a space in the middle is a fault that the server names, and cutting it
 * here would hide it. Fields left empty, and those of another marketplace, are not sent.
 */
export function typedCredentials(
  values: CredentialValues,
  marketplace: MarketplaceName = 'amazon',
): z.input<typeof TypedCredentials> {
  const token =
    marketplace === 'amazon-mws' ? { mws_auth_token: values.mws_auth_token } : { refresh_token: values.refresh_token };
  return {
    ...token,
    ...(values.seller_id.trim() === '' ? {} : { seller_id: values.seller_id }),
    ...(values.authorized_on === '' ? {} : { authorized_at: `${values.authorized_on}T00:00:00Z` }),
  };
}
