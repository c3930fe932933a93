/** A code counts once: what it brings survives a dead process, a database that is away and a full disk, or is said to be lost by us. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Connector } from '../../server/src/connectors/connector.ts';
import { eachDatabase } from '../../server/src/db/testing.ts';
import { finishDueSessions } from '../../server/src/stores/finish.ts';
import { replayTokens } from '../../server/src/stores/replay-tokens.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { openJournal } from '../../server/src/stores/token-journal.ts';
import { arriveWith, comeBack, tripToConsent, untilAtRest } from '../support/consent.ts';
import type { Market } from '../support/market.ts';
import { connectStore, storeOf } from '../support/matrix.ts';
import { keptToken, liveTokens, openTokenMarket, stopMarkets } from '../support/tokens.ts';
import { watch } from '../support/watch.ts';

const folders: string[] = [];

afterEach(async () => {
  await stopMarkets();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'storekeeper-journal-'));
  folders.push(folder);
  return folder;
}

/** The same market, acted on by a process with a spool in this folder. */
async function withSpool(market: Market, dataDir: string, changes: Partial<Shop> = {}): Promise<Market> {
  const shop = { ...market.sibling(`process in ${dataDir}`), ...changes };
  return { ...market, shop: { ...shop, journal: await openJournal({ db: market.shop.db, dataDir }) } };
}

/** A process that stands still for ever once the token endpoint has answered its code. */
function diesAfterTheAnswer({ connector }: Shop): Shop['connector'] {
  return (marketplace) => {
    const real = connector(marketplace);
    if (real.grant.kind === 'direct') return real;
    const { grant } = real;
    const exchangeCode: typeof grant.exchangeCode = async (request, context) => {
      await grant.exchangeCode(request, context);
      return new Promise(() => undefined);
    };
    return { ...real, grant: { ...grant, exchangeCode } } satisfies Connector;
  };
}

type Away = { away: boolean };

/** A database that refuses every transaction while `state.away`, which begins with the answer of the token endpoint. */
function awayAfterTheAnswer({ connector, db }: Shop, state: Away): Pick<Shop, 'connector' | 'db'> {
  return {
    db: {
      ...db,
      transaction: (work) => (state.away ? Promise.reject(new Error('connect ECONNREFUSED')) : db.transaction(work)),
    },
    connector: (marketplace) => {
      const real = connector(marketplace);
      if (real.grant.kind === 'direct') return real;
      const { grant } = real;
      const exchangeCode: typeof grant.exchangeCode = async (request, context) => {
        const answered = await grant.exchangeCode(request, context);
        state.away = true;
        return answered;
      };
      return { ...real, grant: { ...grant, exchangeCode } };
    },
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(slot|token)$/.test(name));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

eachDatabase((_name, open) => {
  describe('a token that a code brought', () => {
    test('is sealed on the disk while the database is away, and saved when it is back', async () => {
      const market = await openTokenMarket(open, { size: 1, ungranted: [0] });
      const folder = aFolder();
      const state = { away: false };
      const process = await withSpool(market, folder, awayAfterTheAnswer(market.shop, state));
      const trip = await tripToConsent(process, { n: 0 });
      const arriving = arriveWith(process, trip.page);
      await until(() => filesIn(folder).some((name) => name.endsWith('.token')));
      const [file = ''] = filesIn(folder);
      const path = join(folder, file);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
      const [token = 'none'] = await liveTokens(market, 0);
      expect(readFileSync(path, 'utf8')).not.toContain(token);
      state.away = false;
      await arriving;
      const session = await untilAtRest(market, trip.sessionId);
      expect(session.status).toBe('connected');
      expect(await keptToken(market, session.store_id ?? '')).toBe(token);
      expect(filesIn(folder)).toEqual([]);
    });

    test('is saved by the next process of the same data folder when the first one dies', async () => {
      const market = await openTokenMarket(open, { size: 1, ungranted: [0] });
      const folder = aFolder();
      const state = { away: false };
      const first = await withSpool(market, folder, awayAfterTheAnswer(market.shop, state));
      const trip = await tripToConsent(first, { n: 0 });
      void arriveWith(first, trip.page);
      await until(() => filesIn(folder).some((name) => name.endsWith('.token')));
      first.shop.journal.saving.clear();
      const next = await withSpool(market, folder);
      expect(await replayTokens(next.shop)).toBe(1);
      expect(await replayTokens(next.shop)).toBe(0);
      await market.advance('PT91S');
      await finishDueSessions(next.shop, 16);
      const session = await untilAtRest(market, trip.sessionId);
      expect(session.status).toBe('connected');
      expect(await keptToken(market, session.store_id ?? '')).toBe((await liveTokens(market, 0)).at(-1));
      // The first one was not dead: what it saves late changes nothing.
      state.away = false;
      await untilAtRest(market, trip.sessionId);
      expect(await storeOf(market, session.store_id ?? '')).toMatchObject({ verdict: 'connected' });
    });

    test('is not asked for while no room for it can be reserved', async () => {
      const market = await openTokenMarket(open, { size: 1, ungranted: [0] });
      const process = await withSpool(market, aFolder());
      const { journal } = process.shop;
      const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const room = journal.spool;
      journal.needsSlot = true;
      journal.spool = room && { ...room, reserve: () => Promise.reject(full) };
      const trip = await tripToConsent(process, { n: 0 });
      await market.callsSince();
      expect((await comeBack(process, trip)).status).toBe('verifying');
      expect((await market.callsSince()).filter(({ operation }) => operation === 'token')).toEqual([]);
      journal.spool = room;
      await market.advance('PT30S');
      await finishDueSessions(process.shop, 16);
      expect((await untilAtRest(market, trip.sessionId)).status).toBe('connected');
    });
  });

  describe('a process that dies between the answer and its first write', () => {
    test('leaves a loss that the session says is ours, and one more click connects', async () => {
      const market = await openTokenMarket(open, { size: 1, ungranted: [0] });
      const dead: Market = {
        ...market,
        shop: { ...market.sibling('dead'), connector: diesAfterTheAnswer(market.shop) },
      };
      const trip = await tripToConsent(dead, { n: 0 });
      void arriveWith(dead, trip.page);
      for (let live = 0; live === 0;) live = (await liveTokens(market, 0)).length;
      await market.advance('PT91S');
      await finishDueSessions(market.shop, 16);
      const session = await untilAtRest(market, trip.sessionId);
      expect(session).toMatchObject({
        status: 'failed',
        diagnosis: { cause: 'own.interrupted', owner: 'system', likely: [] },
      });
      const again = await tripToConsent(market, { n: 0 });
      expect((await comeBack(market, again)).status).toBe('connected');
    });

    test('leaves a connected store whose refusal is explained by our loss, and never by its seller', async () => {
      const market = await openTokenMarket(open, { size: 3 });
      const { id } = await connectStore(market, { n: 0 });
      for (const n of [1, 2]) await connectStore(market, { n });
      const dead: Market = {
        ...market,
        shop: { ...market.sibling('dead'), connector: diesAfterTheAnswer(market.shop) },
      };
      const [before] = await liveTokens(market, 0);
      const trip = await tripToConsent(dead, { n: 0, storeId: id });
      void arriveWith(dead, trip.page);
      for (let token = before; token === before;) [token] = await liveTokens(market, 0);
      await market.advance('PT91S');
      await finishDueSessions(market.shop, 16);
      await watch(market, { minutes: 140, enough: ({ verdict }) => verdict === 'reconnect' });
      const store = await storeOf(market, id);
      expect(store).toMatchObject({
        verdict: 'reconnect',
        cause: 'own.interrupted',
        owner: 'system',
        action: 'reauthorize',
      });
      const again = await tripToConsent(market, { n: 0, storeId: id });
      await comeBack(market, again);
      expect(await storeOf(market, id)).toMatchObject({ verdict: 'connected' });
    });
  });
});
