import { describe, expect, it } from 'vitest';
import { mayBeThePermission } from './standing-doubt.ts';

const likely = (...causes: ('store.deactivated' | 'grant.revoked')[]) => ({
  likely: causes.map((cause) => ({ cause, reason: '' })),
});

describe('a store that Amazon may have deactivated', () => {
  it('can still be reconnected when the permission may be at fault too', () => {
    const diagnosis = likely('store.deactivated', 'grant.revoked');
    expect(mayBeThePermission({ guide: { way: 'none' }, diagnosis, store: likely() })).toBe(true);
  });

  it('cannot be helped by reconnecting when nothing else is likely', () => {
    expect(mayBeThePermission({ guide: { way: 'none' }, diagnosis: null, store: likely('store.deactivated') })).toBe(
      false,
    );
  });
});
