/** What is really so: for every seller the permission as the marketplace has it, and since when. The server never sees it. */
import type { Amazon } from '../../emulator/src/state/amazon.ts';
import { expiresAt, findGrant } from '../../emulator/src/state/amazon.ts';

/** From `at` on, until the next page. `ends`: when the year is over by itself. */
type Page = { at: number; opens: boolean; full: boolean; live: readonly string[]; ends: number };

export type Ledger = {
  /** Writes down what changed at the marketplace. */
  note: () => void;
  /** The seller to whom this refresh token was ever given. */
  ownerOf: (token: string) => string | null;
  lastIssued: (sellerId: string) => string | null;
  /** True when this token opened all the seller's data at some time between. */
  workedBetween: (token: string, span: Span) => boolean;
  /** True when this token did not open all the seller's data at some time between. */
  failedBetween: (token: string, span: Span) => boolean;
  /** True when there was a permission to be lost and it was never touched. */
  isUntouched: (sellerId: string) => boolean;
};

export type Span = { from: number; to: number };

export function openLedger({
  amazon,
  applicationId,
  now,
}: {
  amazon: () => Amazon;
  applicationId: string;
  now: () => number;
}): Ledger {
  const pages = new Map<string, Page[]>();
  const issued = new Map<string, string[]>();
  const owners = new Map<string, string>();

  function pageOf(sellerId: string): Page {
    const seller = amazon().sellers.get(sellerId);
    const grant = findGrant(amazon(), sellerId, applicationId);
    const app = amazon().apps.get(applicationId);
    if (!seller || !grant || !app) return { at: now(), opens: false, full: false, live: [], ends: Infinity };
    const stands = seller.status !== 'DEACTIVATED' && seller.status !== 'CLOSED';
    const opens = stands && grant.enabled && !grant.halfOpen;
    const full =
      seller.sites.some((site) => site.participating) && app.roles.every((role) => grant.roles.includes(role));
    return { at: now(), opens, full, live: [...grant.refreshTokens], ends: expiresAt(grant) };
  }

  function noteTokens(sellerId: string, tokens: readonly string[]): void {
    const known = issued.get(sellerId) ?? [];
    for (const token of tokens) {
      if (known.includes(token)) continue;
      known.push(token);
      owners.set(token, sellerId);
    }
    issued.set(sellerId, known);
  }

  /** Calls `told` with each page that was open in the span. */
  function pagesIn(token: string, { from, to }: Span): (Page & { until: number })[] {
    const all = pages.get(owners.get(token) ?? '') ?? [];
    return all
      .map((page, i) => ({ ...page, until: all[i + 1]?.at ?? Infinity }))
      .filter(({ at, until }) => at <= to && until >= from);
  }

  return {
    note() {
      for (const sellerId of amazon().sellers.keys()) {
        const page = pageOf(sellerId);
        const all = pages.get(sellerId) ?? [];
        const last = all.at(-1);
        const grant = findGrant(amazon(), sellerId, applicationId);
        if (grant) noteTokens(sellerId, [...grant.retiredTokens, ...grant.refreshTokens]);
        if (last && samePage(last, page)) continue;
        all.push(page);
        pages.set(sellerId, all);
      }
    },
    ownerOf: (token) => owners.get(token) ?? null,
    lastIssued: (sellerId) => issued.get(sellerId)?.at(-1) ?? null,
    workedBetween: (token, span) =>
      pagesIn(token, span).some((page) => page.opens && page.live.includes(token) && page.ends > span.from),
    failedBetween: (token, span) =>
      pagesIn(token, span).some(
        (page) => !page.opens || !page.full || !page.live.includes(token) || page.ends <= span.to,
      ),
    isUntouched(sellerId) {
      const all = pages.get(sellerId) ?? [];
      const [first] = all;
      return all.length === 1 && first !== undefined && first.opens && first.full && first.ends > now();
    },
  };
}

function samePage(a: Page, b: Page): boolean {
  return a.opens === b.opens && a.full === b.full && a.ends === b.ends && a.live.join() === b.live.join();
}
