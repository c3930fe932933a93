/** Every fault that the emulator knows, at first connect and later: the right verdict and cause, in few calls. */
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../server/src/db/open.ts';
import { migrate } from '../server/src/db/migrate.ts';
import { Fault } from '../server/src/core/fault.ts';
import { takeStoreLease } from '../server/src/db/stores.ts';
import { readStore } from '../server/src/stores/read.ts';
import { connectByHand, resumeByHand } from '../server/src/stores/by-hand.ts';
import { probeNow } from '../server/src/stores/probe.ts';
import type { StoreBody } from '../server/src/http/contract/store.ts';
import { openMarket, APP_ID, type Market } from './support/market.ts';
import { fleet, sellerId, SITE_OF, tokenOf, type TestRegion } from './support/worlds.ts';

const NOW = '2026-11-23T12:00:00Z';
const ACCOUNT = 'account-1';

async function market(sellers: TestRegion[], wish: { grantedDaysAgo?: number } = {}): Promise<Market> {
  const database = await openDatabase({ url: 'sqlite::memory:', dataDir: '/tmp' });
  await migrate(database);
  return openMarket({ database, world: fleet({ now: NOW, sellers: sellers.map((region) => ({ region })), ...wish }) });
}

type Connecting = { n: number; region?: TestRegion; credentials?: Record<string, unknown> };

async function connect({ shop }: Market, { n, region = 'eu', credentials = {} }: Connecting): Promise<StoreBody> {
  const { store } = await connectByHand(shop, {
    accountId: ACCOUNT,
    body: {
      marketplace: 'amazon',
      site: SITE_OF[region],
      name: `Store ${n}`,
      credentials: { refresh_token: tokenOf(n), ...credentials },
    },
  });
  return store;
}

async function probe({ shop }: Market, store: StoreBody) {
  return probeNow(shop, { accountId: ACCOUNT, id: store.id });
}

/** Looks twice, two minutes apart: what the guard needs. */
async function twice(m: Market, store: StoreBody): Promise<StoreBody> {
  await probe(m, store);
  await m.advance('PT2M');
  const second = await probe(m, store);
  return second.store;
}

const grantPath = (n: number) => `/_/grants/${sellerId(n)}/${APP_ID}`;

type Later = {
  fault: string;
  break: (m: Market) => Promise<unknown>;
  verdict: StoreBody['verdict'];
  cause: StoreBody['cause'];
};

const LATER: Later[] = [
  {
    fault: 'the seller disables access',
    break: (m) => m.control('POST', grantPath(0), { action: 'disable' }),
    verdict: 'reconnect',
    cause: 'grant.revoked',
  },
  {
    fault: 'the grant comes back only half',
    break: (m) => m.control('POST', grantPath(0), { action: 'half_open' }),
    verdict: 'store_blocked',
    cause: 'store.deactivated',
  },
  {
    fault: 'the finance role is dropped',
    break: (m) => m.control('POST', grantPath(0), { action: 'drop_role', role: 'finance' }),
    verdict: 'limited',
    cause: 'grant.role_missing',
  },
  {
    fault: 'no site takes part any more',
    break: (m) =>
      m.control('PATCH', `/_/sellers/${sellerId(0)}`, {
        sites: [
          { marketplaceId: 'A1PA6795UKMFR9', participating: false },
          { marketplaceId: 'A13V1IB3VIYZZH', participating: false },
        ],
      }),
    verdict: 'store_blocked',
    cause: 'store.inactive',
  },
  {
    fault: 'the store is deactivated',
    break: (m) => m.control('PATCH', `/_/sellers/${sellerId(0)}`, { status: 'DEACTIVATED' }),
    verdict: 'store_blocked',
    cause: 'store.deactivated',
  },
  {
    fault: 'everybody is refused',
    break: (m) => m.control('POST', '/_/faults', { match: {}, answer: { kind: 'auth_incident' } }),
    verdict: 'held',
    cause: 'mkt.auth_incident',
  },
  {
    fault: 'the marketplace is out',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'outage' },
      }),
    verdict: 'held',
    cause: 'mkt.outage',
  },
  {
    fault: 'the marketplace answers with a web page',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'html_503' },
      }),
    verdict: 'held',
    cause: 'mkt.outage',
  },
  {
    fault: 'answers are cut short',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'truncate' },
      }),
    verdict: 'held',
    cause: 'mkt.outage',
  },
  {
    fault: 'answers never arrive',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'drop_response' },
      }),
    verdict: 'held',
    cause: 'mkt.outage',
  },
  {
    fault: 'the store is asked too often',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { sellerId: sellerId(0), host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'throttle' },
      }),
    verdict: 'held',
    cause: 'mkt.throttle',
  },
  {
    fault: 'an answer nobody knows',
    break: (m) =>
      m.control('POST', '/_/faults', {
        match: { sellerId: sellerId(0), host: 'sellingpartnerapi-eu.amazon.com' },
        answer: { kind: 'unknown_answer' },
      }),
    verdict: 'checking',
    cause: 'unknown',
  },
  {
    fault: 'our app’s secret runs out',
    break: (m) => m.control('PATCH', `/_/apps/${APP_ID}`, { clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.other' }] }),
    verdict: 'operator_problem',
    cause: 'app.secret_expired',
  },
  {
    fault: 'our own network is down',
    break: (m) => m.control('POST', '/_/faults', { match: {}, answer: { drop: true } }),
    verdict: 'operator_problem',
    cause: 'own.network',
  },
];

describe.each([{ size: 1 }, { size: 3 }])('in a fleet of $size', ({ size }) => {
  test.each(LATER)('later, $fault: $verdict, $cause', async (row) => {
    const m = await market(Array.from({ length: size }, () => 'eu' as const));
    try {
      const stores = [];
      for (let n = 0; n < size; n += 1) stores.push(await connect(m, { n }));
      const first = stores[0];
      if (!first) throw new Error('no store');
      expect(first.verdict).toBe('connected');
      await row.break(m);
      await m.advance('PT2M');
      const after = await twice(m, first);
      expect({ verdict: after.verdict, cause: after.cause }).toEqual({ verdict: row.verdict, cause: row.cause });
      const told = await m.shop.db.db
        .selectFrom('outbox')
        .select('topic')
        .where('topic', '<>', 'reminder')
        .where('kind', '=', 'email')
        .execute();
      expect(told.length).toBe(['reconnect', 'store_blocked', 'limited'].includes(row.verdict) ? 1 : 0);
    } finally {
      await m.stop();
    }
  });
});

type First = {
  fault: string;
  prepare?: (m: Market) => Promise<unknown>;
  n?: number;
  region?: TestRegion;
  credentials?: Record<string, unknown>;
  /** The cause of the refusal, or null when the store connects. */
  cause: StoreBody['cause'] | 'invalid-fields';
  daysAgo?: number;
};

const FIRST: First[] = [
  { fault: 'nothing is wrong', cause: null },
  {
    fault: 'the seller disabled access before',
    prepare: (m) => m.control('POST', grantPath(0), { action: 'disable' }),
    cause: 'grant.revoked',
  },
  {
    fault: 'the stated year is over',
    credentials: { authorized_at: '2025-11-01T00:00:00Z' },
    daysAgo: 387,
    cause: 'grant.expired',
  },
  {
    fault: 'the token was never given out',
    credentials: { refresh_token: `${tokenOf(0)}x` },
    cause: 'cred.wrong_pair',
  },
  { fault: 'the seller ID is another store’s', credentials: { seller_id: sellerId(1) }, cause: 'cred.wrong_pair' },
  { fault: 'the site lies in another region', region: 'na', cause: null },
  {
    fault: 'the grant is half open',
    prepare: (m) => m.control('POST', grantPath(0), { action: 'half_open' }),
    cause: 'grant.half_open',
  },
  {
    fault: 'no site takes part',
    prepare: (m) =>
      m.control('PATCH', `/_/sellers/${sellerId(0)}`, {
        sites: [
          { marketplaceId: 'A1PA6795UKMFR9', participating: false },
          { marketplaceId: 'A13V1IB3VIYZZH', participating: false },
        ],
      }),
    cause: 'store.inactive',
  },
  {
    fault: 'our app’s secret ran out',
    prepare: (m) => m.control('PATCH', `/_/apps/${APP_ID}`, { clientSecrets: [{ secret: 'amzn1.oa2-cs.v1.other' }] }),
    cause: 'app.secret_expired',
  },
  {
    fault: 'the token has a space',
    credentials: { refresh_token: 'Atzr|with a space in the middle of it' },
    cause: 'invalid-fields',
  },
];

describe('at first connect', () => {
  test.each(FIRST)('$fault: $cause', async ({ prepare, region = 'eu', credentials = {}, cause, daysAgo = 100 }) => {
    const m = await market(['eu', 'eu'], { grantedDaysAgo: daysAgo });
    try {
      await prepare?.(m);
      const outcome = await connect(m, { n: 0, region, credentials }).catch((fault: unknown) => fault as Fault);
      if (outcome instanceof Fault) {
        const diagnosis = outcome.extra['diagnosis'] as { cause: string } | undefined;
        expect(diagnosis?.cause ?? outcome.code).toBe(cause);
        const left = await m.shop.db.db.selectFrom('store').select('id').execute();
        expect(left).toEqual([]);
      } else {
        expect(cause).toBeNull();
        expect(outcome.verdict).toBe('connected');
        expect(outcome.region).toBe('eu');
        expect(outcome.seller_id).toBe(sellerId(0));
      }
    } finally {
      await m.stop();
    }
  });

  test('while everybody is refused the store is kept as verifying, and connects by itself afterwards', async () => {
    const m = await market(['eu', 'eu']);
    try {
      const fault = (await m.control('POST', '/_/faults', { match: {}, answer: { kind: 'auth_incident' } })) as {
        id: string;
      };
      const store = await connect(m, { n: 0 });
      expect(store.verdict).toBe('verifying');
      await m.control('DELETE', `/_/faults/${fault.id}`);
      await m.advance('PT5M');
      const row = await takeStoreLease(m.shop.db.db, {
        id: store.id,
        owner: m.shop.owner,
        now: m.shop.now(),
        leaseMs: 60_000,
      });
      if (!row) throw new Error('the store is leased');
      await resumeByHand(m.shop, row);
      const after = await readStore(m.shop, { accountId: ACCOUNT, id: store.id });
      expect(after.verdict).toBe('connected');
    } finally {
      await m.stop();
    }
  });
});
