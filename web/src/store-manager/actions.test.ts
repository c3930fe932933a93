import { describe, expect, it } from 'vitest';
import { actionOf } from './actions.ts';

describe('the button of a pending row', () => {
  it('is filled only where Reconnect store is the next step', () => {
    expect(actionOf({ verdict: 'reconnect', owner: 'seller', action: 'renew' })).toEqual({
      label: 'Reconnect store',
      primary: true,
    });
    for (const verdict of ['repairing', 'wrong_store', 'store_blocked', 'setup'] as const) {
      expect(actionOf({ verdict, owner: 'seller', action: 'renew' })?.primary).toBe(false);
    }
  });

  it('never asks the seller to reconnect what the seller cannot put right', () => {
    expect(actionOf({ verdict: 'reconnect', owner: 'operator', action: 'wait' })?.label).toBe('What to do');
    expect(actionOf({ verdict: 'held', owner: 'marketplace', action: 'wait' })).toBeNull();
  });
});
