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

export const iso = (instant: Instant): string => new Date(instant).toISOString();
