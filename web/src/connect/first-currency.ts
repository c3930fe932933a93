/** The currency that the wizard begins with: what the account's stores have, else what the reader's country uses. Pure. */
import type { StoreBody } from '../../../server/src/http/contract/store.ts';

const BY_COUNTRY: Readonly<Record<string, string>> = {
  US: 'USD',
  GB: 'GBP',
  CA: 'CAD',
  AU: 'AUD',
  JP: 'JPY',
  MX: 'MXN',
  BR: 'BRL',
  SE: 'SEK',
  PL: 'PLN',
  IN: 'INR',
};

export function firstCurrency(
  offered: readonly string[],
  known: { stores: readonly Pick<StoreBody, 'currency'>[]; language: string },
): string {
  const counts = new Map<string, number>();
  for (const { currency } of known.stores) if (currency !== null) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  const usual = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  const country = /-([A-Z]{2})\b/.exec(known.language)?.[1] ?? '';
  const wished = [usual, BY_COUNTRY[country], 'EUR'];
  return wished.find((currency) => currency !== undefined && offered.includes(currency)) ?? offered[0] ?? '';
}
