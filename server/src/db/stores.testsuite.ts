/** Stores, leases and credentials, alike on both databases. */
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import { dropCandidate, forgetCredentials, promoteCandidate, putCandidate, readCredential } from './credentials.ts';
import { cohortCounts, doubtfulNeighbours, hastenStore, healthyNeighbours, unexplainedCount } from './crowd.ts';
import { deniedToFailing, deniedToLimited } from './denied.ts';
import { checkKeys } from './key-check.ts';
import {
  claimDueStores,
  findBySeller,
  holdsStoreLease,
  insertStore,
  isAlreadyThere,
  listStores,
  lockStore,
  readStore,
  releaseStoreLease,
  saveStore,
  takeStoreLease,
  type StoreRow,
  touchStore,
} from './stores.ts';
import type { OpenTest } from './testing.ts';
import { aStore, aVault, NOON } from './testing-rows.ts';

const MINUTE = 60_000;
const COHORT = aStore().cohort;

export function storeSuite(open: OpenTest): void {
  describe('a store', () => {
    it('is read back whole, by its own account only', async () => {
      const { db } = await open();
      const store = aStore({
        alarm: anAlarm(),
        repair: { sessionId: 'cs_1', openedAt: NOON, sellerCentralOpenedAt: null, looks: 2 },
      });
      await insertStore(db, store);
      expect(await readStore(db, { id: store.id, accountId: 'ac_blue' })).toEqual(store);
      expect(await readStore(db, { id: store.id, accountId: 'ac_red' })).toBeNull();
      expect(await readStore(db, { id: 'st_none' })).toBeNull();
    });

    it('is connected once per account and seller, and again after it was disconnected', async () => {
      const { db } = await open();
      const first = aStore({ sellerId: 'A1' });
      await insertStore(db, first);
      const twice = insertStore(db, aStore({ sellerId: 'A1' }));
      await expect(twice).rejects.toSatisfy((error) => isAlreadyThere(db, error));
      await insertStore(db, aStore({ sellerId: 'A1', accountId: 'ac_red' }));
      await saveStore(db, { ...first, phase: 'closed', verdict: 'closed', closedAt: NOON, nextAt: null });
      await insertStore(db, aStore({ sellerId: 'A1' }));
      const seller = { marketplace: 'amazon', region: 'na', sellerId: 'A1' };
      expect(await findBySeller(db, seller)).toHaveLength(2);
      expect(await findBySeller(db, { ...seller, accountId: 'ac_blue' })).toHaveLength(1);
    });

    it('keeps its lease when it is saved', async () => {
      const database = await open();
      const store = aStore();
      await insertStore(database.db, store);
      await takeStoreLease(database.db, { id: store.id, owner: 'p1', now: NOON, leaseMs: MINUTE });
      await database.transaction(async (tx) => {
        const row = await lockStore(tx, store.id);
        if (row) await saveStore(tx, { ...row, name: 'Red Fox', leaseOwner: null, attempt: 7 });
      });
      expect(await readStore(database.db, { id: store.id })).toMatchObject({
        name: 'Red Fox',
        leaseOwner: 'p1',
        attempt: 1,
      });
    });

    it('is changed by one transaction at a time', async () => {
      const database = await open();
      const store = aStore({ version: 0 });
      await insertStore(database.db, store);
      await Promise.all(
        Array.from({ length: 12 }, () =>
          database.transaction(async (tx) => {
            const row = await lockStore(tx, store.id);
            if (row) await saveStore(tx, { ...row, version: row.version + 1 });
          }),
        ),
      );
      expect(await readStore(database.db, { id: store.id })).toMatchObject({ version: 12 });
    });

    it('that was looked at and found well moves its instants, while its lease and its credentials are the same', async () => {
      const { db } = await open();
      const store = aStore({ credentialVersion: 3 });
      await insertStore(db, store);
      await takeStoreLease(db, { id: store.id, owner: 'p1', now: NOON, leaseMs: MINUTE });
      const moved = { lastLookAt: NOON + 5, lastOkAt: NOON + 5, nextAt: NOON + 9 };
      const look = { id: store.id, owner: 'p1', credentialVersion: 3, ...moved };
      const late = NOON + MINUTE;
      expect(await touchStore(db, { ...look, owner: 'p2' })).toBe(false);
      expect(await touchStore(db, { ...look, credentialVersion: 2 })).toBe(false);
      expect(await touchStore(db, { ...look, lastLookAt: late })).toBe(false);
      expect(await readStore(db, { id: store.id })).toMatchObject({ lastLookAt: NOON, lastOkAt: NOON, nextAt: NOON });
      expect(await touchStore(db, look)).toBe(true);
      expect(await readStore(db, { id: store.id })).toMatchObject({ ...moved, leaseOwner: 'p1', firstOkAt: NOON });
      await saveStore(db, { ...store, phase: 'closed', verdict: 'closed', closedAt: NOON, nextAt: null });
      expect(await touchStore(db, look)).toBe(false);
    });
  });

  describe('the list of stores', () => {
    it('is paged oldest first, hides paused and disconnected stores, and filters what is pending', async () => {
      const { db } = await open();
      const verdicts = ['connected', 'reconnect', 'paused', 'closed', 'setup', 'expiring'] as const;
      for (const [i, verdict] of verdicts.entries())
        await insertStore(db, aStore({ verdict, createdAt: NOON + i, name: verdict }));
      await insertStore(db, aStore({ accountId: 'ac_red' }));
      const names = async (filter: Omit<Parameters<typeof listStores>[1], 'accountId' | 'limit'>) =>
        (await listStores(db, { accountId: 'ac_blue', limit: 10, ...filter })).rows.map((row) => row.name);
      expect(await names({})).toEqual(['connected', 'reconnect', 'setup', 'expiring']);
      expect(await names({ pending: true })).toEqual(['reconnect', 'setup']);
      expect(await names({ pending: false })).toEqual(['connected', 'expiring']);
      expect(await names({ verdict: 'paused' })).toEqual(['paused']);
      expect(await names({ includeHidden: true })).toHaveLength(6);
      const first = await listStores(db, { accountId: 'ac_blue', limit: 3 });
      expect(first.rows.map((row) => row.name)).toEqual(['connected', 'reconnect', 'setup']);
      expect(await names({ cursor: first.nextCursor })).toEqual(['expiring']);
      expect((await listStores(db, { accountId: 'ac_blue', limit: 4 })).nextCursor).toBeNull();
    });
  });

  describe('the crowd', () => {
    it('counts who was looked at lately and whose trouble began lately', async () => {
      const { db } = await open();
      await insertStore(db, aStore({ lastLookAt: NOON }));
      await insertStore(db, aStore({ lastLookAt: NOON, failingSince: NOON - MINUTE }));
      await insertStore(db, aStore({ lastLookAt: NOON, failingSince: NOON - 100 * MINUTE }));
      await insertStore(db, aStore({ lastLookAt: NOON - 100 * MINUTE, failingSince: NOON - 100 * MINUTE }));
      await insertStore(db, aStore({ lastLookAt: NOON, phase: 'paused' }));
      await insertStore(db, aStore({ lastLookAt: NOON, cohort: 'other' }));
      const ago = (looked: number, began: number) => ({ looked: NOON - looked * MINUTE, began: NOON - began * MINUTE });
      const spans = [ago(30, 200), ago(30, 30), ago(200, 30), ago(0, 0)];
      expect(await cohortCounts(db, { cohort: COHORT, spans })).toEqual([
        { active: 3, failing: 2 },
        { active: 3, failing: 1 },
        { active: 4, failing: 1 },
        { active: 3, failing: 0 },
      ]);
    });

    it('counts whose trouble nobody has explained yet', async () => {
      const { db } = await open();
      const trouble = { lastLookAt: NOON, failingSince: NOON - MINUTE };
      await insertStore(db, aStore({ lastLookAt: NOON }));
      await insertStore(db, aStore(trouble));
      await insertStore(db, aStore({ ...trouble, alarm: anAlarm() }));
      await insertStore(db, aStore({ ...trouble, lastLookAt: NOON - 2 * MINUTE }));
      await insertStore(db, aStore({ ...trouble, failingSince: NOON - 9 * MINUTE }));
      const span = { looked: NOON - MINUTE, began: NOON - 5 * MINUTE };
      expect(await unexplainedCount(db, { cohort: COHORT, ...span })).toBe(1);
    });

    it('lends healthy neighbours as controls, the one that answered longest ago first', async () => {
      const { db } = await open();
      const me = aStore({ lastOkAt: NOON - 3 });
      const older = aStore({ lastOkAt: NOON - 2 });
      await insertStore(db, me);
      await insertStore(db, older);
      const newer = aStore({ lastOkAt: NOON - 1 });
      await insertStore(db, newer);
      await insertStore(db, aStore({ lastOkAt: NOON - 9 }));
      await insertStore(db, aStore({ lastOkAt: NOON - 3, verdict: 'checking' }));
      const asked = { cohort: COHORT, notId: me.id, limit: 5 };
      const found = await healthyNeighbours(db, { ...asked, okSince: NOON - 5 });
      expect(found.map((row) => row.id)).toEqual([older.id, newer.id]);
      expect(await healthyNeighbours(db, { ...asked, okSince: NOON - 5, limit: 1 })).toHaveLength(1);
      expect(await healthyNeighbours(db, { ...asked, okSince: NOON })).toEqual([]);
    });

    it('knows whose trouble is new and nobody’s in particular', async () => {
      const { db } = await open();
      const me = aStore();
      const doubtful = aStore({ verdict: 'checking', failingSince: NOON - MINUTE });
      await insertStore(db, me);
      await insertStore(db, doubtful);
      await insertStore(db, aStore());
      await insertStore(db, aStore({ verdict: 'checking', failingSince: NOON - 100 * MINUTE }));
      const asked = { cohort: COHORT, notId: me.id, okSince: NOON, failingSince: NOON - 30 * MINUTE, limit: 3 };
      expect(await doubtfulNeighbours(db, asked)).toMatchObject([{ id: doubtful.id }]);
    });

    it('makes a store due sooner, never later', async () => {
      const { db } = await open();
      const store = aStore({ nextAt: NOON + MINUTE });
      await insertStore(db, store);
      await hastenStore(db, { id: store.id, at: NOON });
      await hastenStore(db, { id: store.id, at: NOON + 9 });
      expect(await readStore(db, { id: store.id })).toMatchObject({ nextAt: NOON });
    });

    it('knows what limited stores of the app are denied, and what those that fail are', async () => {
      const { db } = await open();
      const capability = {
        participations: 'ok',
        payouts: 'denied',
        finances: 'ok',
        reports: 'unknown',
        notifications: 'unknown',
      } as const;
      const judgement = {
        axes: { grant: 'live', standing: 'active', capability, weather: 'clear' },
        verdict: 'limited',
        diagnosis: null,
        notices: [],
        alarm: null,
        evidence: [],
        lacking: [],
      } as const;
      const lists = { notices: [], evidence: [], lacking: [] };
      const limited = aStore({ verdict: 'limited', judgement: { ...judgement, ...lists } });
      const failing = aStore({ ...limited, id: 'st_failing', sellerId: 'A2', verdict: 'checking', failingSince: NOON });
      await insertStore(db, limited);
      await insertStore(db, failing);
      await insertStore(db, aStore());
      expect([...(await deniedToLimited(db, { cohort: COHORT }))]).toEqual([['payouts', [limited.id]]]);
      const lately = { cohort: COHORT, lookedSince: NOON };
      expect([...(await deniedToFailing(db, lately))]).toEqual([['payouts', [failing.id]]]);
      expect([...(await deniedToFailing(db, { cohort: COHORT, lookedSince: NOON + 1 }))]).toEqual([]);
    });
  });
}

export function leaseSuite(open: OpenTest): void {
  describe('the watch', () => {
    it('gives every due store to one of eight claimers, and none twice', async () => {
      const database = await open();
      for (let i = 0; i < 40; i += 1) await insertStore(database.db, aStore({ nextAt: NOON - i }));
      await insertStore(database.db, aStore({ nextAt: NOON + 1 }));
      await insertStore(database.db, aStore({ nextAt: null }));
      const second = database.dialect === 'postgres' ? await database.again() : database;
      const claimed = await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          const { db } = i % 2 === 0 ? database : second;
          const own: string[] = [];
          for (;;) {
            const rows = await claimDueStores(db, { now: NOON, owner: `p${i}`, limit: 3, leaseMs: MINUTE });
            if (rows.length === 0) return own;
            expect(rows.every((row) => row.leaseOwner === `p${i}` && row.attempt === 1)).toBe(true);
            own.push(...rows.map((row) => row.id));
          }
        }),
      );
      expect(claimed.flat()).toHaveLength(40);
      expect(new Set(claimed.flat()).size).toBe(40);
    });

    it('takes the longest due first', async () => {
      const { db } = await open();
      for (const late of [1, 3, 2]) await insertStore(db, aStore({ nextAt: NOON - late, name: `${late}` }));
      const rows = await claimDueStores(db, { now: NOON, owner: 'p1', limit: 2, leaseMs: MINUTE });
      expect(rows.map((row) => row.name)).toEqual(['3', '2']);
    });

    it('takes over the stores of a process that died, when its leases have run out', async () => {
      const { db } = await open();
      const store = aStore();
      await insertStore(db, store);
      await claimDueStores(db, { now: NOON, owner: 'dead', limit: 1, leaseMs: MINUTE });
      const claim = { owner: 'p2', limit: 1, leaseMs: MINUTE };
      expect(await claimDueStores(db, { now: NOON + MINUTE - 1, ...claim })).toEqual([]);
      const [taken] = await claimDueStores(db, { now: NOON + MINUTE, ...claim });
      expect(taken).toMatchObject({ id: store.id, attempt: 2 });
      const now = NOON + MINUTE;
      expect(await holdsStoreLease(db, { id: store.id, owner: 'dead', now })).toBe(false);
      expect(await holdsStoreLease(db, { id: store.id, owner: 'p2', now })).toBe(true);
      expect(await holdsStoreLease(db, { id: store.id, owner: 'p2', now, attempt: 1 })).toBe(false);
      expect(await releaseStoreLease(db, { id: store.id, owner: 'dead' })).toBe(false);
    });

    it('lets one of eight look at a store that nobody is due to look at', async () => {
      const { db } = await open();
      const store = aStore({ nextAt: null });
      await insertStore(db, store);
      const taking = { id: store.id, owner: 'p1', now: NOON, leaseMs: MINUTE };
      const taken = await Promise.all(Array.from({ length: 8 }, () => takeStoreLease(db, taking)));
      expect(taken.filter((row) => row !== null)).toHaveLength(1);
      expect(await releaseStoreLease(db, taking)).toBe(true);
      expect(await takeStoreLease(db, { ...taking, owner: 'p2' })).toMatchObject({ leaseOwner: 'p2', attempt: 1 });
    });
  });
}

export function credentialSuite(open: OpenTest): void {
  describe('credentials', () => {
    const token = (text: string) => new Secret(`Atzr|${text}`);

    async function vaultOn(database: Awaited<ReturnType<OpenTest>>) {
      const vault = aVault();
      await checkKeys({ db: database.db, vault });
      return { db: database.db, vault };
    }

    it('replace the old ones only when they are proven', async () => {
      const database = await open();
      const sealedIn = await vaultOn(database);
      const store = { accountId: 'ac_blue', storeId: 'st_1' };
      const read = async (state: 'candidate' | 'current' | 'previous') => {
        const found = await readCredential(sealedIn, { storeId: 'st_1', state });
        return found ? [found.version, found.grantToken.reveal()] : null;
      };
      await putCandidate(sealedIn, { ...store, version: 1, token: token('one') });
      expect(await read('current')).toBeNull();
      expect(await promoteCandidate(database.db, { storeId: 'st_1', version: 1 })).toBe(true);
      await putCandidate(sealedIn, { ...store, version: 2, token: token('mistaken') });
      await putCandidate(sealedIn, { ...store, version: 3, token: token('three') });
      expect(await read('current')).toEqual([1, 'Atzr|one']);
      expect(await read('candidate')).toEqual([3, 'Atzr|three']);
      expect(await promoteCandidate(database.db, { storeId: 'st_1', version: 2 })).toBe(false);
      expect(await promoteCandidate(database.db, { storeId: 'st_1', version: 3 })).toBe(true);
      expect(await read('current')).toEqual([3, 'Atzr|three']);
      expect(await read('previous')).toEqual([1, 'Atzr|one']);
      expect(await read('candidate')).toBeNull();
    });

    it('keep one version before the current one and forget the rest', async () => {
      const database = await open();
      const sealedIn = await vaultOn(database);
      for (const version of [1, 2, 3]) {
        await putCandidate(sealedIn, { accountId: 'ac_blue', storeId: 'st_1', version, token: token(`${version}`) });
        await promoteCandidate(database.db, { storeId: 'st_1', version });
      }
      const rows = await database.db.selectFrom('credential').select(['version', 'state']).orderBy('version').execute();
      expect(rows.map((row) => ({ ...row }))).toEqual([
        { version: 2, state: 'previous' },
        { version: 3, state: 'current' },
      ]);
    });

    it('are dropped and forgotten when asked', async () => {
      const database = await open();
      const sealedIn = await vaultOn(database);
      const store = { accountId: 'ac_blue', storeId: 'st_1' };
      await putCandidate(sealedIn, { ...store, version: 1, token: token('1') });
      await promoteCandidate(database.db, { storeId: 'st_1', version: 1 });
      await putCandidate(sealedIn, { ...store, version: 2, token: token('2') });
      await dropCandidate(database.db, { storeId: 'st_1', version: 9 });
      expect(await readCredential(sealedIn, { storeId: 'st_1', state: 'candidate' })).not.toBeNull();
      await dropCandidate(database.db, { storeId: 'st_1' });
      expect(await readCredential(sealedIn, { storeId: 'st_1', state: 'candidate' })).toBeNull();
      await forgetCredentials(database.db, 'st_1');
      expect(await readCredential(sealedIn, { storeId: 'st_1', state: 'current' })).toBeNull();
    });

    it('moved to another store’s row do not open', async () => {
      const database = await open();
      const sealedIn = await vaultOn(database);
      for (const storeId of ['st_1', 'st_2']) {
        await putCandidate(sealedIn, { accountId: 'ac_blue', storeId, version: 1, token: token(storeId) });
      }
      const stolen = await database.db
        .selectFrom('credential')
        .select('sealed')
        .where('store_id', '=', 'st_1')
        .executeTakeFirstOrThrow();
      await database.db
        .updateTable('credential')
        .set({ sealed: stolen.sealed })
        .where('store_id', '=', 'st_2')
        .execute();
      await expect(readCredential(sealedIn, { storeId: 'st_2', state: 'candidate' })).rejects.toThrow('does not open');
      expect(await readCredential(sealedIn, { storeId: 'st_1', state: 'candidate' })).not.toBeNull();
    });
  });
}

function anAlarm(): NonNullable<StoreRow['alarm']> {
  const evidence = ['ob_1'];
  const diagnosis = {
    cause: 'grant.revoked',
    likely: [],
    owner: 'seller',
    action: 'enable',
    healsInPlace: true,
    confidence: 'high',
    evidence,
    excluded: [],
    capability: null,
  } as const;
  return { cause: 'grant.revoked', since: NOON, evidence, diagnosis: { ...diagnosis, likely: [], excluded: [] } };
}
