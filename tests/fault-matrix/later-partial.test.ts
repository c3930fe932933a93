/** The column "later": what breaks a part of a connection while everything else goes on. */
import { describe, expect, test } from 'vitest';
import { replaceCredentials } from '../../server/src/stores/by-hand.ts';
import { ACCOUNT, mailsAbout, openFleetMarket, connectStore, storeOf } from '../support/matrix.ts';
import { APP_ID, type Market } from '../support/market.ts';
import { watch, type Look } from '../support/watch.ts';
import { sellerId } from '../support/worlds.ts';

const HOUR = 60;
/** Reports have their turn in the first look of every four hours, and that may come an hour and six minutes after their beginning. */
const TURNS = 5.5 * HOUR;

async function inFleet(size: number, story: (market: Market, ids: string[]) => Promise<void>): Promise<void> {
  const market = await openFleetMarket(size);
  try {
    const ids: string[] = [];
    for (let n = 0; n < size; n += 1) ids.push((await connectStore(market, { n })).id);
    // Until every store was asked for everything once.
    await watch(market, { minutes: TURNS });
    await story(market, ids);
  } finally {
    await market.stop();
  }
}

async function inject(market: Market, { operation, answer }: { operation: string; answer: object }): Promise<string> {
  const fault = (await market.control('POST', '/_/faults', {
    match: { operation, sellerId: sellerId(0) },
    answer,
  })) as { id: string };
  return fault.id;
}

const says = (id: string, verdict: string) => (look: Look) => look.storeId === id && look.verdict === verdict;
const NO_REASON = {
  errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.', details: '' }],
};

describe.each([1, 3])('in a fleet of %i', (size) => {
  test('one report type that is refused for half a day limits the store, within the looks it always had, and is the operator’s', () =>
    inFleet(size, async (market, [id = '']) => {
      const fault = await inject(market, { operation: 'getReports', answer: { status: 403, body: NO_REASON } });
      const looks = await watch(market, { minutes: TURNS, enough: says(id, 'checking') });
      expect(await storeOf(market, id)).toMatchObject({ cause: 'mkt.auth_incident', deadline: { kind: 'decision' } });
      looks.push(...(await watch(market, { minutes: 14 * HOUR, enough: says(id, 'limited') })));
      expect(await storeOf(market, id)).toMatchObject({
        verdict: 'limited',
        cause: 'grant.role_missing',
        owner: 'operator',
      });
      expect((await storeOf(market, id)).text.status).toBe('Connected, reports not shared');
      expect(Math.max(...looks.map((look) => look.calls))).toBeLessThanOrEqual(4);
      expect(await mailsAbout(market, { storeId: id })).toBe(1);
      await market.control('DELETE', `/_/faults/${fault}`);
      await watch(market, { minutes: 2 * HOUR, enough: says(id, 'connected') });
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'connected', cause: null });
    }));

  test('success without rows, where there always were some, is told once, after half a day, and heals by itself', () =>
    inFleet(size, async (market, [id = '']) => {
      const empty = { status: 200, body: { payload: { FinancialEventGroupList: [] } } };
      const fault = await inject(market, { operation: 'listFinancialEventGroups', answer: empty });
      await watch(market, { minutes: 11 * HOUR });
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'checking', cause: null });
      expect(await mailsAbout(market, { storeId: id })).toBe(0);
      await watch(market, { minutes: 4 * HOUR, enough: says(id, 'limited') });
      expect(await storeOf(market, id)).toMatchObject({
        verdict: 'limited',
        cause: 'data.silent_empty',
        owner: 'seller',
        action: 'contact',
      });
      expect(await mailsAbout(market, { storeId: id })).toBe(1);
      await market.control('DELETE', `/_/faults/${fault}`);
      await watch(market, { minutes: 7 * HOUR, enough: says(id, 'connected') });
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'connected', cause: null });
    }));

  test('a repair that brings no rows, where there always were some, is connected: what is missing is told after half a day', () =>
    inFleet(size, async (market, [id = '']) => {
      const grant = `/_/grants/${sellerId(0)}/${APP_ID}`;
      await market.control('PATCH', `/_/apps/${APP_ID}`, { revivesOldToken: true });
      const empty = { status: 200, body: { payload: { FinancialEventGroupList: [] } } };
      await inject(market, { operation: 'listFinancialEventGroups', answer: empty });
      const { refreshToken } = (await market.control('POST', grant, { action: 'reauthorize' })) as {
        refreshToken: string;
      };
      const repaired = await replaceCredentials(market.shop, {
        accountId: ACCOUNT,
        id,
        credentials: { refresh_token: refreshToken },
      });
      expect(repaired).toMatchObject({ verdict: 'connected', cause: null, credential_version: 2 });
      await watch(market, { minutes: 11 * HOUR });
      expect(await mailsAbout(market, { storeId: id })).toBe(0);
      await watch(market, { minutes: 4 * HOUR, enough: says(id, 'limited') });
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'limited', cause: 'data.silent_empty' });
    }));
});
