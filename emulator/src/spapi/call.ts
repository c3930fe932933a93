import type { Instant, Moment } from '../clock.ts';
import type { Region } from '../marketplaces.ts';
import type { Amazon, App, Seller } from '../state/amazon.ts';

/** What a call says beside who makes it. */
export type Said = {
  query: URLSearchParams;
  /** Segments of the path that stand for `{names}`, decoded. */
  params: Readonly<Record<string, string>>;
  /** The body as it came; `readBodyAs` understands it. */
  body: Buffer;
};

/** One authenticated call of an operation of the app itself. */
export type AppCall = Said & {
  amazon: Amazon;
  now: Instant;
  moment: Moment;
  app: App;
  /** Region of the host that was called. */
  region: Region;
};

/** One authenticated call of an operation on a seller's data. */
export type SellerCall = AppCall & {
  seller: Seller;
  /** Roles that the seller granted and the app still has. */
  roles: ReadonlySet<string>;
};

/** Whose money is counted and when: all that the money of both of Amazon's APIs is worked out from. */
export type MoneyCall = Pick<SellerCall, 'amazon' | 'seller' | 'now'>;

export const iso = (instant: Instant): string => new Date(instant).toISOString();
