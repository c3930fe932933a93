/** Twenty-five minutes in which a marketplace refuses everybody, as on 2023-05-27: nobody is disturbed, and who truly left is found. */
import { describe, expect, test } from 'vitest';
import { expectFound, isData, KINDS, leaving, PATIENCE_MS, tell, type Kind } from './support/incident.ts';

const crowd = (stores: number) => ({ stores, from: 5, minutes: 25 });

describe('ten thousand stores, twenty of them truly revoked meanwhile', () => {
  test(
    'nobody of the 9,980 hears a word, and the 20 are found within two looks',
    { timeout: PATIENCE_MS },
    async () => {
      const { stores, ...when } = crowd(10_000);
      const revoked = leaving(20, { stores, ...when });
      const outcome = await tell({ stores, incident: { ...when, ...KINDS.calls }, revoked });
      expect(outcome.meanwhile.held).toBeGreaterThan(3_000);
      expectFound(outcome, revoked.keys());
      expect(outcome.verdicts).toEqual({ connected: 9_980, reconnect: 20 });
    },
  );
});

describe('hundreds of stores, some of them truly revoked meanwhile', () => {
  const OTHERS: Kind[] = [
    KINDS.callsInItsOwnWords,
    KINDS.permissions,
    KINDS.app,
    KINDS.sellersCalls,
    KINDS.sellersPermissions,
  ];

  test.each(OTHERS)('are left in peace while refused is $refused', { timeout: PATIENCE_MS }, async ({ answers }) => {
    const { stores, ...when } = crowd(300);
    const revoked = leaving(6, { stores, ...when });
    const outcome = await tell({ stores, incident: { ...when, answers }, revoked });
    expect(outcome.meanwhile.connected).toBeLessThan(210);
    expectFound(outcome, revoked.keys());
  });

  test('are left in peace when every other store is refused', { timeout: PATIENCE_MS }, async () => {
    const { stores, ...when } = crowd(1_000);
    const revoked = leaving(20, { stores, ...when });
    const answers: Kind['answers'] = (asked) => (isData(asked) && Number(asked.asker) % 2 === 0 ? 'denied' : null);
    const outcome = await tell({ stores, incident: { ...when, answers }, revoked });
    expect(outcome.meanwhile.held).toBeGreaterThan(150);
    expect(outcome.disturbed).toEqual([]);
    expect(outcome.verdicts).toEqual({ connected: 980, reconnect: 20 });
  });
});
