/**
 * Typed-in pairs, checked before any call: each half says what is wrong with it and what right looks like. No message
 * repeats what was typed. The token's form: MWS Developer Guide, "Authorizing a developer"; a third party's calls need it.
 */
import { amazonSiteByMarketplace } from '../amazon-sites.ts';
import type { FieldProblem, TypedCredentials } from '../connector.ts';
import { DEVELOPER_ID, EMAIL, firstProblem, SELLER_LOOKS, sellerIdProblem, trimmed } from '../seller-id-checks.ts';
import type { Check } from '../seller-id-checks.ts';

const TOKEN_FIELD = 'credentials.mws_auth_token';
const SELLER_FIELD = 'credentials.seller_id';

const TOKEN = /^amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TOKEN_LENGTH = 45;
const SELLER_ID = /^A[A-Z0-9]{9,20}$/;

export function checkCredentials(typed: TypedCredentials): FieldProblem[] {
  const token = typed.token ?? '';
  const sellerId = typed.sellerId ?? '';
  if (SELLER_ID.test(token.trim()) && TOKEN.test(sellerId.trim())) return SWAPPED;
  return [...sellerIdProblem(sellerId, SELLER_CHECKS), ...firstProblem(TOKEN_FIELD, token, TOKEN_CHECKS)];
}

const SWAPPED: FieldProblem[] = [SELLER_FIELD, TOKEN_FIELD].map((field) => ({
  field,
  code: 'swapped',
  message: 'The two are in each other’s field: the one that starts with “amzn.mws.” is the MWS auth token. Swap them.',
}));

const LOOKS = 'An MWS auth token is “amzn.mws.” and 36 letters, digits and hyphens after it';
const COPY_AGAIN = 'Copy the token again in one go, from “amzn.mws.” to its last character.';
const SAME_PAGE = 'Amazon shows both on one page, after Authorize new developer or Enable: copy both from there.';

const SELLER_CHECKS: readonly Check[] = [
  {
    code: 'required',
    when: (typed) => typed.trim() === '',
    message: `The seller ID is missing. ${SELLER_LOOKS}. ${SAME_PAGE}`,
  },
  {
    code: 'mws_token',
    when: trimmed(/^amzn\.mws\./i),
    message: `This is an MWS auth token. It goes into the field for it. ${SELLER_LOOKS}.`,
  },
  {
    code: 'refresh_token',
    when: trimmed(/^Atz[ra]\|/i),
    message: `This is a token of Amazon’s newer interface, which is not needed here. ${SELLER_LOOKS}.`,
  },
];

const TOKEN_CHECKS: readonly Check[] = [
  {
    code: 'required',
    when: (typed) => typed.trim() === '',
    message: `The MWS auth token is missing. It starts with “amzn.mws.”. ${SAME_PAGE}`,
  },
  {
    code: 'email',
    when: trimmed(EMAIL),
    message: `This is an e-mail address. The MWS auth token starts with “amzn.mws.”. ${SAME_PAGE}`,
  },
  {
    code: 'aws_key',
    when: trimmed(/^(AKIA|ASIA)[A-Z0-9]{12,}$/),
    message: 'This is an AWS access key, which is not needed here. The MWS auth token starts with “amzn.mws.”.',
  },
  {
    code: 'refresh_token',
    when: trimmed(/^(Atz[ra]|Atc)\|/i),
    message:
      'This is a token of Amazon’s newer interface, which does not open MWS. The MWS auth token starts with “amzn.mws.”.',
  },
  {
    code: 'client_secret',
    when: trimmed(/amzn1\.oa2-cs\./i),
    message:
      'This is an app’s client secret. Keep it to yourself: it belongs in the operator’s settings. The MWS auth token starts with “amzn.mws.”.',
  },
  {
    code: 'client_id',
    when: trimmed(/^amzn1\./i),
    message: 'This names an app; it is not a token. The MWS auth token starts with “amzn.mws.”.',
  },
  {
    code: 'developer_id',
    when: trimmed(DEVELOPER_ID),
    message: `This is a developer ID, the same for every store. The MWS auth token starts with “amzn.mws.”. ${SAME_PAGE}`,
  },
  {
    code: 'marketplace_id',
    when: (typed) => amazonSiteByMarketplace(typed.trim().toUpperCase()) !== undefined,
    message: (typed) =>
      `This is the marketplace ID of ${amazonSiteByMarketplace(typed.trim().toUpperCase())?.site ?? 'a site'}, the same for every seller there. The MWS auth token starts with “amzn.mws.”.`,
  },
  {
    code: 'seller_id',
    when: trimmed(SELLER_ID),
    message: 'This is a seller ID. It goes into the field for it; the MWS auth token starts with “amzn.mws.”.',
  },
  {
    code: 'line_break',
    when: trimmed(/^amzn\.mws\..*[\r\n]/is),
    message: `There is a line break inside the token. ${COPY_AGAIN}`,
  },
  {
    code: 'spaces',
    when: trimmed(/^amzn\.mws\..*\s/is),
    message: `There is a space inside the token. ${COPY_AGAIN}`,
  },
  {
    code: 'spaces',
    when: (typed) => /^(\s+amzn\.mws\.|amzn\.mws\..*\s+$)/is.test(typed),
    message: (typed) =>
      `There is a ${/^\s*[\r\n]|[\r\n]\s*$/.test(typed) ? 'line break' : 'space'} ${/^\s/.test(typed) ? 'before' : 'after'} the token. Take it away.`,
  },
  {
    code: 'more_than_token',
    when: (typed) => /.amzn\.mws\./is.test(typed),
    message:
      'There is more here than the token. Copy only from “amzn.mws.” to its last character, without quotes or a label.',
  },
  {
    code: 'upper_lower',
    when: (typed) => /^amzn\.mws\./i.test(typed) && !typed.startsWith('amzn.mws.'),
    message: `Capital and small letters have changed on the way. ${COPY_AGAIN}`,
  },
  {
    code: 'without_beginning',
    when: (typed) => TOKEN.test(`amzn.mws.${typed.trim()}`),
    message: 'The beginning of the token is missing: “amzn.mws.” belongs to it. Copy it with that.',
  },
  {
    code: 'password',
    when: (typed) => !typed.startsWith('amzn.mws.') && typed.length <= 64,
    message:
      'This is not an MWS auth token: one starts with “amzn.mws.”. If it is a password or a secret key, never type it here: Storekeeper does not ask for them.',
  },
  {
    code: 'not_a_token',
    when: (typed) => !typed.startsWith('amzn.mws.'),
    message: `An MWS auth token starts with “amzn.mws.”; this does not. ${COPY_AGAIN}`,
  },
  {
    code: 'too_short',
    when: (typed) => typed.length < TOKEN_LENGTH,
    message: (typed) =>
      `The token is too short: it has ${typed.length} of ${TOKEN_LENGTH} characters, so a part of it is missing. ${COPY_AGAIN}`,
  },
  {
    code: 'too_long',
    when: (typed) => typed.length > TOKEN_LENGTH,
    message: (typed) =>
      `The token is too long: ${typed.length} characters, and Amazon’s have ${TOKEN_LENGTH}. ${COPY_AGAIN}`,
  },
  {
    code: 'characters',
    when: (typed) => !TOKEN.test(typed),
    message: `${LOOKS}, like 01234567-89ab-cdef-0123-456789abcdef; this has others or its hyphens elsewhere. ${COPY_AGAIN}`,
  },
];
