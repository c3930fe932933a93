/** Where the people of a town live: each in an embedded database of their own, or all in one on a server. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkKeys } from '../../server/src/db/key-check.ts';
import { migrate } from '../../server/src/db/migrate.ts';
import { openDatabase, type OpenDatabase } from '../../server/src/db/open.ts';
import type { OpenTest } from '../../server/src/db/testing.ts';
import type { Shop } from '../../server/src/stores/shop.ts';
import { openBranch, openWay } from '../support/branch.ts';
import type { Marketplace } from '../support/marketplace.ts';
import { hearControl } from './town.ts';

export type Place = { url: string; dataDir: string };

export type Homes = {
  /** Where the n-th person lives. */
  placeOf: (n: number) => Place;
  /** Opens every place that these people live in, one after the other or some at once, and closes it again. */
  visit: (people: readonly number[], work: (shop: Shop, inhabitants: number[]) => Promise<void>) => Promise<void>;
  remove: () => Promise<void>;
};

/** Places that are open at once. */
const AT_ONCE = 16;
/** Where many live together, a control is kept fresh for all of them; one is good for a minute. */
const HEARD_EVERY_MS = 3_000;

export async function buildHomes(name: string, open: OpenTest, market: Marketplace): Promise<Homes> {
  return name === 'SQLite' ? embeddedHomes(market) : homesOnServer(open, market);
}

async function prepare(database: OpenDatabase, market: Marketplace): Promise<void> {
  const { shop, outbound } = openBranch({ database, ground: market.ground, owner: 'the test', app: 0 });
  await database.transaction((tx) => checkKeys({ db: tx, vault: shop.vault }));
  await outbound.close();
}

/** A death inside a transaction would hold up everybody else in the same file, so everybody has their own. */
async function embeddedHomes(market: Marketplace): Promise<Homes> {
  const dataDir = mkdtempSync(join(tmpdir(), 'storekeeper-crash-'));
  const model = join(dataDir, 'model.db');
  const first = await openDatabase({ url: `sqlite:${model}`, dataDir });
  await migrate(first);
  await prepare(first, market);
  await first.close();
  const way = openWay(market.ground);
  const built = new Set<number>();
  const fileOf = (n: number): string => join(dataDir, `${n}.db`);
  const placeOf = (n: number): Place => ({ url: `sqlite:${fileOf(n)}`, dataDir });
  return {
    placeOf,
    async visit(people, work) {
      const waiting = [...people];
      const visitor = async (): Promise<void> => {
        for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
          if (!built.has(n)) copyFileSync(model, fileOf(n));
          built.add(n);
          const database = await openDatabase(placeOf(n));
          const { shop } = openBranch({ database, ground: market.ground, owner: `home ${n}`, app: 0, outbound: way });
          await work(shop, [n]);
          await database.close();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, visitor));
    },
    async remove() {
      await way.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function homesOnServer(open: OpenTest, market: Marketplace): Promise<Homes> {
  const database = await open();
  await prepare(database, market);
  const way = openWay(market.ground);
  const { shop } = openBranch({ database, ground: market.ground, owner: 'the next process', app: 0, outbound: way });
  // The last time may be after the database was closed.
  const witness = setInterval(() => void hearControl(shop).catch(() => undefined), HEARD_EVERY_MS);
  return {
    placeOf: () => database,
    async visit(people, work) {
      await hearControl(shop);
      await work(shop, [...people]);
    },
    async remove() {
      clearInterval(witness);
      await way.close();
    },
  };
}
