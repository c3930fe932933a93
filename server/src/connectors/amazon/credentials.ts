/**
 * Typed-in credentials, checked before any call: each field says what is wrong with it and what right looks like. No
 * message repeats what was typed. Forms of Amazon's ids and tokens: SP-API Developer Guide and the threads that show them.
 */
import type { FieldProblem, TypedCredentials } from '../connector.ts';
import { EMAIL, firstProblem, SELLER_LOOKS, sellerIdProblem, trimmed } from '../seller-id-checks.ts';
import type { Check } from '../seller-id-checks.ts';

const TOKEN_FIELD = 'credentials.refresh_token';

export function checkCredentials(typed: TypedCredentials): FieldProblem[] {
  const sellerId = typed.sellerId ?? '';
  return [
    ...firstProblem(TOKEN_FIELD, typed.token ?? '', TOKEN_CHECKS),
    ...(sellerId === '' ? [] : sellerIdProblem(sellerId, [TOKEN_IN_SELLER_FIELD])),
  ];
}

const TOKEN_LENGTH = { least: 20, most: 2048 };
const COPY_AGAIN = 'Copy the refresh token again in one go, from “Atzr|” to its last character.';

const TOKEN_CHECKS: readonly Check[] = [
  { code: 'required', when: (typed) => typed.trim() === '', message: `The refresh token is missing. ${COPY_AGAIN}` },
  {
    code: 'email',
    when: trimmed(EMAIL),
    message: 'This is an e-mail address. The refresh token starts with “Atzr|”; Amazon shows it after Authorize app.',
  },
  {
    code: 'aws_key',
    when: trimmed(/^(AKIA|ASIA)[A-Z0-9]{12,}$/),
    message: 'This is an AWS access key, which is not needed here. The refresh token starts with “Atzr|”.',
  },
  {
    code: 'client_secret',
    when: trimmed(/amzn1\.oa2-cs\./i),
    message:
      'This is an app’s client secret. Keep it to yourself: it belongs in the operator’s settings. The refresh token starts with “Atzr|”.',
  },
  {
    code: 'client_id',
    when: trimmed(/^amzn1\.(application-oa2-client|sellerapps\.app|sp\.solution)\./i),
    message: 'This names an app; it is not a token. The refresh token starts with “Atzr|”.',
  },
  {
    code: 'mws_token',
    when: trimmed(/amzn\.mws\./i),
    message:
      'This is an MWS auth token, which Amazon no longer takes. Today’s refresh token starts with “Atzr|”; Amazon shows it after Authorize app.',
  },
  {
    code: 'access_token',
    when: trimmed(/^(Atza|Atc|Atz\.sprdt)\|/i),
    message:
      'This is an access token, which ends after an hour. The refresh token from the same page starts with “Atzr|”.',
  },
  {
    code: 'seller_id',
    when: trimmed(/^A[A-Z0-9]{9,20}$/),
    message: 'This is a seller ID. It goes into the field for it; the refresh token starts with “Atzr|”.',
  },
  {
    code: 'line_break',
    when: trimmed(/[\r\n]/),
    message: `There is a line break inside the token. ${COPY_AGAIN}`,
  },
  {
    code: 'spaces',
    when: trimmed(/^Atzr\|.*\s/s),
    message: `There is a space inside the token. ${COPY_AGAIN}`,
  },
  {
    code: 'spaces',
    when: (typed) => /^(\s+Atzr\||Atzr\|.*\s+$)/s.test(typed),
    message: (typed) =>
      `There is a ${/^\s*[\r\n]|[\r\n]\s*$/.test(typed) ? 'line break' : 'space'} ${/^\s/.test(typed) ? 'before' : 'after'} the token. Take it away.`,
  },
  {
    code: 'more_than_token',
    when: (typed) => /.Atzr\|/s.test(typed),
    message:
      'There is more here than the token. Copy only from “Atzr|” to its last character, without quotes or a label.',
  },
  {
    code: 'upper_lower',
    when: (typed) => /^atzr\|/i.test(typed) && !typed.startsWith('Atzr|'),
    message: `Capital and small letters have changed on the way. ${COPY_AGAIN}`,
  },
  {
    code: 'password',
    when: (typed) => !typed.startsWith('Atzr|') && typed.length <= 64,
    message:
      'This is not a refresh token: one starts with “Atzr|” and is much longer. If it is a password, never type it here: Storekeeper does not ask for passwords of Amazon.',
  },
  {
    code: 'not_a_token',
    when: (typed) => !typed.startsWith('Atzr|'),
    message: `A refresh token starts with “Atzr|”; this does not. ${COPY_AGAIN}`,
  },
  {
    code: 'characters',
    when: (typed) => !/^Atzr\|[\w+/=.~-]*$/.test(typed),
    message: `A refresh token has only letters, digits and the signs - _ + / = . ~ after “Atzr|”; this has others. ${COPY_AGAIN}`,
  },
  {
    code: 'too_short',
    when: (typed) => typed.length < TOKEN_LENGTH.least,
    message: (typed) =>
      `The token is too short: it has ${typed.length} characters and its end is missing. ${COPY_AGAIN}`,
  },
  {
    code: 'too_long',
    when: (typed) => typed.length > TOKEN_LENGTH.most,
    message: (typed) =>
      `The token is too long: ${typed.length} characters, and Amazon’s have at most ${TOKEN_LENGTH.most}. It may have been pasted twice.`,
  },
];

const TOKEN_IN_SELLER_FIELD: Check = {
  code: 'refresh_token',
  when: trimmed(/^Atz[ra]\|/i),
  message: `This is a token. It goes into the field for it. ${SELLER_LOOKS}.`,
};
