/**
 * `kill -9` at every moment of connecting and repairing, on both databases. Whatever had happened by then, another process
 * and one more click bring it to its end: no token is lost, nothing is stuck, and the marketplace is asked once more at most.
 */
import { expect, test } from 'vitest';
import { readCredential } from '../../server/src/db/credentials.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { complaintsAbout } from './complaints.ts';
import type { Fate } from './death.ts';
import { liveThrough } from './lives.ts';

/** A machine that is busy otherwise may take its time. */
const LONG_MS = 600_000;

eachDatabase((name, open) => {
  test(
    'whoever connects or repairs ends well, at whatever moment the process is killed',
    async () => {
      const lived = await liveThrough({
        name,
        open,
        flows: [
          'connect by consent',
          'connect by consent, refused',
          'connect by hand',
          'repair by consent',
          'repair by hand',
        ],
        app: {},
      });
      expect(complaintsAbout(lived)).toEqual([]);
      expect(lived.killed).toBeGreaterThan(120);
    },
    LONG_MS,
  );

  test(
    'whoever renews early has working credentials at every moment, where the marketplace keeps the old ones',
    async () => {
      const inUse = new Map<Fate, string>();
      const lived = await liveThrough({
        name,
        open,
        flows: ['renew by consent from the marketplace'],
        app: { revivesOldToken: true },
        atDeath: async (shop, fate) => void inUse.set(fate, await tokenInUse(shop, fate)),
      });
      const broken = [...inUse].filter(([{ person }, token]) => !lived.live.get(person.sellerId)?.includes(token));
      expect(broken).toEqual([]);
      expect(complaintsAbout(lived)).toEqual([]);
      expect(lived.killed).toBeGreaterThan(40);
    },
    LONG_MS,
  );
});

async function tokenInUse({ db, vault }: Shop, { person }: Fate): Promise<string> {
  const found = await readCredential({ db: db.db, vault }, { storeId: person.storeId ?? '', state: 'current' });
  return found?.grantToken.reveal() ?? 'none';
}
