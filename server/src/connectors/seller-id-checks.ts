/**
 * Typed-in credentials, as far as every way into Amazon has them in common: how a field is checked, and the seller ID.
 * Each check says what is wrong and what right looks like; no message repeats what was typed.
 */
import { amazonSiteByMarketplace } from './amazon-sites.ts';
import type { FieldProblem } from './connector.ts';

const SELLER_FIELD = 'credentials.seller_id';

/** A rule that fits names the problem; the first of a list wins. */
export type Check = { code: string; when: (typed: string) => boolean; message: string | ((typed: string) => string) };

/** The first problem of a field, or none. */
export function firstProblem(field: string, typed: string, checks: readonly Check[]): FieldProblem[] {
  const found = checks.find((check) => check.when(typed));
  if (!found) return [];
  const message = typeof found.message === 'string' ? found.message : found.message(typed);
  return [{ field, code: found.code, message }];
}

/** The first problem of a seller ID; `own` are the marketplace's own checks, which come first. */
export function sellerIdProblem(typed: string, own: readonly Check[]): FieldProblem[] {
  return firstProblem(SELLER_FIELD, typed, [...own, ...SELLER_ID_CHECKS]);
}

/** What was typed fits, blanks around it aside. */
export const trimmed = (pattern: RegExp) => (typed: string) => pattern.test(typed.trim());
export const EMAIL = /^[^\s@|]+@[^\s@|]+\.[^\s@|]+$/;
/** Amazon shows it in groups of four digits. */
export const DEVELOPER_ID = /^\d{4}-?\d{4}-?\d{4}$/;

export const SELLER_LOOKS = 'A seller ID starts with A and has 10 to 21 capital letters and digits';
const WHERE = 'In Seller Central it stands under Account Info as Merchant Token.';

const SELLER_ID_CHECKS: readonly Check[] = [
  { code: 'email', when: trimmed(EMAIL), message: `This is an e-mail address. ${SELLER_LOOKS}. ${WHERE}` },
  {
    code: 'app_id',
    when: trimmed(/^amzn1?\./i),
    message: `This names an app or a token, not a store. ${SELLER_LOOKS}. ${WHERE}`,
  },
  {
    code: 'marketplace_id',
    when: (typed) => amazonSiteByMarketplace(typed.trim().toUpperCase()) !== undefined,
    message: (typed) =>
      `This is the marketplace ID of ${amazonSiteByMarketplace(typed.trim().toUpperCase())?.site ?? 'a site'}, the same for every seller there. ${WHERE}`,
  },
  {
    code: 'developer_id',
    when: trimmed(DEVELOPER_ID),
    message: `This is a developer ID. ${SELLER_LOOKS}. ${WHERE}`,
  },
  {
    code: 'aws_key',
    when: trimmed(/^(AKIA|ASIA)[A-Z0-9]{16}$/),
    message: `This is an AWS access key, which is not needed here. ${SELLER_LOOKS}. ${WHERE}`,
  },
  {
    code: 'spaces',
    when: (typed) => /\s/.test(typed),
    message: 'There is a space or a line break in the seller ID. Take it away.',
  },
  {
    code: 'lower_case',
    when: (typed) => /[a-z]/.test(typed) && /^A[A-Z0-9]{9,20}$/i.test(typed),
    message: 'A seller ID has capital letters only; this has small ones.',
  },
  {
    code: 'characters',
    when: (typed) => !/^[A-Za-z0-9]+$/.test(typed),
    message: `${SELLER_LOOKS}; this has other signs. ${WHERE}`,
  },
  {
    code: 'first_letter',
    when: (typed) => !/^A/i.test(typed),
    message: `${SELLER_LOOKS}; this starts otherwise. ${WHERE}`,
  },
  {
    code: 'length',
    when: (typed) => typed.length < 10 || typed.length > 21,
    message: (typed) => `${SELLER_LOOKS}; this has ${typed.length}. ${WHERE}`,
  },
];
