import { describe, expect, it } from 'vitest';
import { firstCurrency } from './first-currency.ts';

const OFFERED = ['AED', 'EUR', 'GBP', 'USD'];

describe('the currency that the wizard begins with', () => {
  it('is the one that most stores of the account have', () => {
    const stores = [{ currency: 'GBP' }, { currency: 'USD' }, { currency: 'GBP' }, { currency: null }];
    expect(firstCurrency(OFFERED, { stores, language: 'en-US' })).toBe('GBP');
  });

  it('follows the reader’s country for the first store, and falls back to one that is offered', () => {
    expect(firstCurrency(OFFERED, { stores: [], language: 'en-US' })).toBe('USD');
    expect(firstCurrency(OFFERED, { stores: [], language: 'de' })).toBe('EUR');
    expect(firstCurrency(['JPY'], { stores: [], language: 'de' })).toBe('JPY');
  });
});
