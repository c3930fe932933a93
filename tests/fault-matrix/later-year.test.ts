/** The column "later": the year goes by. The day of the permission decides, where it is known. */
import { describe, expect, test } from 'vitest';
import { connectStore, mailsAbout, openFleetMarket, storeOf } from '../support/matrix.ts';
import { watch } from '../support/watch.ts';
import { fleet } from '../support/worlds.ts';
import { NOW } from '../support/matrix.ts';

const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(Date.parse(NOW) - days * DAY).toISOString();

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size, the clock is moved a year', ({ size }) => {
  test.each([
    { day: 'the day is known', credentials: { authorized_at: daysAgo(100) }, cause: 'grant.expired', likely: [] },
    {
      day: 'the day is not known, and we have seen the store for more than a year',
      credentials: {},
      cause: 'grant.expired',
      likely: ['grant.expired', 'grant.revoked'],
    },
  ])('$day: $cause', async ({ credentials, cause, likely }) => {
    const market = await openFleetMarket(size);
    try {
      const stores = [];
      for (let n = 0; n < size; n += 1) stores.push(await connectStore(market, { n, credentials }));
      await market.advance('P365D');
      await watch(market, { minutes: 15 });
      for (const { id } of stores) {
        const after = await storeOf(market, id);
        expect(after).toMatchObject({ verdict: 'reconnect', cause, owner: 'seller', action: 'renew' });
        expect(after.likely.map((one) => one.cause)).toEqual(likely);
        expect(await mailsAbout(market, { storeId: id })).toBe(1);
      }
      expect(await mailsAbout(market, 'operator')).toBe(0);
    } finally {
      await market.stop();
    }
  });

  test('stores that were given on one day run out on one day: each is told, within the hour', async () => {
    const sellers = Array.from({ length: size }, () => ({ region: 'eu' as const }));
    const world = fleet({ now: NOW, sellers, grantedDaysAgo: 364 }) as Record<string, unknown>;
    const market = await openFleetMarket(size, { world });
    try {
      const stores = [];
      const credentials = { authorized_at: daysAgo(364) };
      for (let n = 0; n < size; n += 1) stores.push(await connectStore(market, { n, credentials }));
      await watch(market, { minutes: 24 * 60 - 5 });
      for (const { id } of stores) expect((await storeOf(market, id)).verdict).toBe('expiring');
      await watch(market, { minutes: 65 });
      for (const { id } of stores) {
        expect(await storeOf(market, id)).toMatchObject({ verdict: 'reconnect', cause: 'grant.expired', likely: [] });
        expect(await mailsAbout(market, { storeId: id })).toBe(1);
      }
    } finally {
      await market.stop();
    }
  });
});
