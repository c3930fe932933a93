/** A token endpoint that answers with another refresh token: it is kept before it is used, on every path that asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../../server/src/core/secret.ts';
import { readStore as readRow } from '../../server/src/db/stores.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { askControl } from '../../server/src/stores/control.ts';
import { refreshGrant } from '../../server/src/stores/grant-refresh.ts';
import { probeNow } from '../../server/src/stores/probe.ts';
import { appOf, siteIn, type Shop } from '../../server/src/stores/shop.ts';
import { comeBack, tripToConsent } from '../support/consent.ts';
import { theApp, type Market } from '../support/market.ts';
import { ACCOUNT, connectStore, storeOf } from '../support/matrix.ts';
import { keptToken, liveTokens, openTokenMarket, rotate, stopMarkets, type Rotation } from '../support/tokens.ts';
import { watch } from '../support/watch.ts';
import { tokenOf } from '../support/worlds.ts';

afterEach(stopMarkets);

const ROTATIONS: Rotation[] = ['keeps_old', 'replaces', 'detects_reuse'];

/** The store's token is the one that was issued last. */
async function expectLastIssued(market: Market, { n, id }: { n: number; id: string }): Promise<void> {
  expect(await keptToken(market, id)).toBe((await liveTokens(market, n)).at(-1));
}

async function subjectOf(shop: Shop, storeId: string) {
  const row = await readRow(shop.db.db, { id: storeId });
  if (!row) throw new Error('the store is gone');
  return {
    accountId: row.accountId,
    storeId,
    cohort: row.cohort,
    site: siteIn(shop, row),
    sellerId: row.sellerId,
    app: appOf(shop, row),
    connector: shop.connector('amazon'),
    credentials: { version: row.credentialVersion, grantToken: new Secret('') },
  };
}

eachDatabase((_name, open) => {
  describe.each(ROTATIONS)('a marketplace whose refresh %s', (rotation) => {
    test('leaves the newest token in the database when a token is typed in and when a store is checked', async () => {
      const market = await openTokenMarket(open, { size: 1, rotation });
      const { id } = await connectStore(market, { n: 0 });
      await expectLastIssued(market, { n: 0, id });
      for (let n = 0; n < 3; n += 1) {
        await probeNow(market.shop, { accountId: ACCOUNT, id });
        await expectLastIssued(market, { n: 0, id });
      }
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'connected' });
    });

    test('leaves the newest token in the database when a seller confirms', async () => {
      const market = await openTokenMarket(open, { size: 1, ungranted: [0], rotation });
      const session = await comeBack(market, await tripToConsent(market, { n: 0 }));
      expect(session.status).toBe('connected');
      await expectLastIssued(market, { n: 0, id: session.store_id ?? '' });
    });

    test('leaves the newest token in the database when the store serves as a reference', async () => {
      const market = await openTokenMarket(open, { size: 2 });
      const [asks, serves] = [await connectStore(market, { n: 0 }), await connectStore(market, { n: 1 })];
      await rotate(market, rotation);
      for (let n = 0; n < 2; n += 1) {
        await market.advance('PT5M');
        expect(await askControl(market.shop, await subjectOf(market.shop, asks.id))).toMatchObject({ answer: 'ok' });
        await expectLastIssued(market, { n: 1, id: serves.id });
      }
    });

    test('keeps the token of the operator’s own store working', async () => {
      const market = await openTokenMarket(open, { size: 2, rotation });
      const { id } = await connectStore(market, { n: 0 });
      const control = { region: 'eu' as const, grantToken: new Secret(tokenOf(1)) };
      const shop: Shop = { ...market.shop, apps: () => [{ ...theApp, control }] };
      for (let n = 0; n < 3; n += 1) {
        await market.advance('PT5M');
        expect(await askControl(shop, await subjectOf(shop, id))).toMatchObject({ answer: 'ok' });
      }
    });
  });

  test('refreshes one token once at a time across processes when a marketplace ends all on reuse', async () => {
    const market = await openTokenMarket(open, { size: 1, rotation: 'detects_reuse' });
    const { id } = await connectStore(market, { n: 0 });
    await probeNow(market.shop, { accountId: ACCOUNT, id });
    const stale = new Secret((await keptToken(market, id)) ?? '');
    const shops = [market.shop, market.sibling('another process')];
    const { connector, app, credentials } = await subjectOf(market.shop, id);
    const holder = { accountId: ACCOUNT, storeId: id, version: credentials.version };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        refreshGrant(shops[n % 2] ?? market.shop, { connector, app, holder, grantToken: stale }),
      ),
    );
    expect(new Set(answers.map(({ finding }) => finding.answer))).toEqual(new Set(['ok']));
    await expectLastIssued(market, { n: 0, id });
  });

  test('says that we lost the token when the answer that replaced it never arrived', async () => {
    const market = await openTokenMarket(open, { size: 3, rotation: 'replaces' });
    const [first] = [await connectStore(market, { n: 0 }), await connectStore(market, { n: 1 })];
    await connectStore(market, { n: 2 });
    const lost = {
      match: { operation: 'token', sellerId: 'A0000TESTSELLER' },
      answer: { kind: 'drop_response' },
      times: 1,
    };
    await market.control('POST', '/_/faults', lost);
    await watch(market, { minutes: 140, enough: ({ verdict }) => verdict === 'reconnect' });
    const store = await storeOf(market, first.id);
    expect(store).toMatchObject({ verdict: 'reconnect', cause: 'own.interrupted', owner: 'system' });
    expect(store.action).toBe('reauthorize');
  });
});

test('asks a token endpoint for a seller in two files alone', () => {
  const folder = new URL('../../server/src/stores/', import.meta.url);
  const asking = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .filter((name) => /grant\.(refresh|exchangeCode)\(/.test(readFileSync(new URL(name, folder), 'utf8')));
  expect(asking).toEqual(['exchange.ts', 'grant-refresh.ts']);
});
