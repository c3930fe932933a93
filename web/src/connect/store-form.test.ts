import { describe, expect, it } from 'vitest';
import { authorizedOnError, NO_CREDENTIALS, typedCredentials } from './credentials.ts';
import { newSession, newStore, optionalEmailError } from './store-form.ts';

const VALUES = {
  ...NO_CREDENTIALS,
  marketplace: 'amazon' as const,
  currency: 'EUR',
  receiving_account: ' ',
  site: 'amazon.fr',
  name: ' Atelier Lune ',
  email: '',
};

describe('what the wizard sends', () => {
  it('leaves empty optional fields out and trims the rest', () => {
    expect(newSession(VALUES)).toEqual({
      marketplace: 'amazon',
      site: 'amazon.fr',
      name: 'Atelier Lune',
      currency: 'EUR',
    });
  });

  it('sends a token exactly as it was pasted, so that a fault in it can be named', () => {
    const store = newStore({ ...VALUES, refresh_token: ' Atzr|abc def ', authorized_on: '2026-01-02' });
    expect(store.credentials).toEqual({ refresh_token: ' Atzr|abc def ', authorized_at: '2026-01-02T00:00:00Z' });
    expect(typedCredentials({ ...NO_CREDENTIALS, refresh_token: 'Atzr|x', seller_id: 'A1' })).toEqual({
      refresh_token: 'Atzr|x',
      seller_id: 'A1',
    });
  });

  it('is for MWS the pair alone, whatever else was typed before the way was changed', () => {
    const typed = { ...VALUES, refresh_token: 'Atzr|x', seller_id: 'A1HALDENHOMEDE', mws_auth_token: 'amzn.mws.1 ' };
    const store = newStore({ ...typed, marketplace: 'amazon-mws' });
    expect(store.marketplace).toBe('amazon-mws');
    expect(store.credentials).toEqual({ seller_id: 'A1HALDENHOMEDE', mws_auth_token: 'amzn.mws.1 ' });
  });
});

describe('what the wizard refuses before asking the server', () => {
  it('is a day that has not come yet', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(authorizedOnError('2027-01-01', now)).toBe('This day has not come yet.');
    expect(authorizedOnError('2026-11-23', now)).toBeUndefined();
    expect(authorizedOnError('', now)).toBeUndefined();
  });

  it('is a half address, but not a missing one', () => {
    expect(optionalEmailError('camille@')).toBeDefined();
    expect(optionalEmailError('')).toBeUndefined();
  });
});
