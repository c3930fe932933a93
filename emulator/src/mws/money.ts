import type { Element } from './xml.ts';

/** Currencies that are counted in whole units. */
const WHOLE = new Set(['JPY', 'KRW', 'VND', 'CLP']);

/** An amount the way the wire has it: `CurrencyAmount` first, with the currency's own decimals ("0.00", recorded). */
export function money(currencyCode: string, currencyAmount: number): Element[] {
  return [
    ['CurrencyAmount', currencyAmount.toFixed(WHOLE.has(currencyCode) ? 0 : 2)],
    ['CurrencyCode', currencyCode],
  ];
}
