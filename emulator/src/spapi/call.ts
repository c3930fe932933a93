import type { Instant } from '../clock.ts';
import type { Amazon, App, Seller } from '../state/amazon.ts';

/** One authenticated call of an operation on a seller's data. */
export type SellerCall = {
  amazon: Amazon;
  now: Instant;
  app: App;
  seller: Seller;
  /** Roles that the seller granted and the app still has. */
  roles: ReadonlySet<string>;
  query: URLSearchParams;
};

/** Whose money is counted and when: all that the money of both of Amazon's APIs is worked out from. */
export type MoneyCall = Pick<SellerCall, 'amazon' | 'seller' | 'now'>;

export const iso = (instant: Instant): string => new Date(instant).toISOString();
