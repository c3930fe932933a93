/** Faults that a test builds into the server, to see that the simulation finds them: a test that cannot fail says nothing. */
import { promoteCandidate } from '../../server/src/db/credentials.ts';
import type { OpenDatabase, Tx } from '../../server/src/db/open.ts';
import { seeStatements } from '../../server/src/db/testing-statements.ts';
import { Crowd } from '../../server/src/stores/crowd.ts';
import type { Shop } from '../../server/src/stores/shop.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** `found`: what the simulation says where it meets the fault. */
export type Bug = { name: string; found: RegExp; inShop: (shop: Shop) => Shop };

export const NO_BUG: Bug = { name: 'none', found: /^$/, inShop: (shop) => shop };

export const BUGS: readonly Bug[] = [
  {
    name: 'the lease of a look ends while the marketplace still answers',
    found: /two refreshes of/,
    inShop: (shop) => ({ ...shop, db: afterStatements(shop, ({ leases }) => leases, shortenLeases) }),
  },
  {
    name: 'the guard takes every weather for a fine one',
    found: /nothing ever happened to it|when all was well/,
    inShop: (shop) => ({ ...shop, crowd: new FineCrowd({ db: shop.db, now: shop.now }) }),
  },
  {
    name: 'new credentials are adopted before they were proven',
    found: /has a token now that opened nothing lately|has the token of/,
    inShop: (shop) => ({
      ...shop,
      db: {
        ...shop.db,
        transaction: (work) =>
          shop.db.transaction(async (tx) => {
            const answer = await work(tx);
            await adoptUnproven(tx);
            return answer;
          }),
      },
    }),
  },
  {
    name: 'a mail that left is not noted as sent',
    found: /left twice/,
    inShop: (shop) => ({ ...shop, db: afterStatements(shop, ({ writes }) => writes === 'outbox', forgetSending) }),
  },
  {
    name: 'healthy stores are looked at once in a day',
    found: /has been lost since/,
    inShop: (shop) => ({ ...shop, settings: { ...shop.settings, probeIntervalMs: 24 * HOUR } }),
  },
];

type Statement = Parameters<Parameters<typeof seeStatements>[0]>[0];

function afterStatements(
  { db, now }: Shop,
  isOne: (statement: Statement) => boolean,
  spoil: (db: OpenDatabase['db'], now: number) => Promise<unknown>,
): OpenDatabase {
  const seeing = seeStatements(async (statement) => {
    if (isOne(statement)) await spoil(db.db, now());
  });
  return { ...db, db: db.db.withPlugin(seeing) };
}

function shortenLeases(db: OpenDatabase['db'], now: number): Promise<unknown> {
  const until = now + 2 * SECOND;
  return db.updateTable('store').set({ lease_until: until }).where('lease_until', '>', until).execute();
}

function forgetSending(db: OpenDatabase['db'], now: number): Promise<unknown> {
  return db
    .updateTable('outbox')
    .set({ sent_at: null, next_at: now + 60 * SECOND })
    .where('sent_at', 'is not', null)
    .where('topic', '<>', 'reminder')
    .execute();
}

async function adoptUnproven(tx: Tx): Promise<void> {
  const waiting = await tx
    .selectFrom('credential')
    .innerJoin('store', 'store.id', 'credential.store_id')
    .select(['store.id', 'credential.version'])
    .where('credential.state', '=', 'candidate')
    .where('store.phase', '=', 'live')
    .execute();
  for (const { id, version } of waiting) {
    await promoteCandidate(tx, { storeId: id, version });
    await tx.updateTable('store').set({ credential_version: version }).where('id', '=', id).execute();
  }
}

class FineCrowd extends Crowd {
  override control(): ReturnType<Crowd['control']> {
    return Promise.resolve({ at: Date.now(), ok: true, via: 'store', answer: 'ok', storeId: null });
  }

  override weather(): ReturnType<Crowd['weather']> {
    const control = { lastOkAt: Date.now(), lastOkVia: 'store' as const, lastRefusedAt: null, clearSince: null };
    return Promise.resolve({ control, app: { cause: null, since: null }, share: { active: 0, failing: 0 } });
  }
}
