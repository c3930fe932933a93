/** The key check, rotation, migrations and transactions, alike on both databases. */
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import { promoteCandidate, putCandidate, readCredential } from './credentials.ts';
import { ensureSecret, forgetSecrets, readSecret, rotateSecret } from './installation-secrets.ts';
import { checkKeys, keysInUse } from './key-check.ts';
import { migrate, readMigrations } from './migrate.ts';
import { announceProcess } from './processes.ts';
import { proposedKey } from './proposed-key.ts';
import { rotateKeys } from './rotate.ts';
import { insertSession, openCode, readSession, sealCode } from './sessions.ts';
import { insertStore, listStores } from './stores.ts';
import type { OpenTest } from './testing.ts';
import { aKey, aSession, aStore, aVault } from './testing-rows.ts';
import type { Vault } from './vault.ts';

export function keySuite(open: OpenTest): void {
  async function withCredentials(count: number) {
    const database = await open();
    const oldKey = aKey();
    const vault = aVault(oldKey);
    await checkKeys({ db: database.db, vault });
    for (let i = 0; i < count; i += 1) {
      const token = new Secret(`Atzr|${i}`);
      await putCandidate({ db: database.db, vault }, { accountId: 'ac_blue', storeId: `st_${i}`, version: 1, token });
    }
    const readAll = async (with_: Vault) => {
      const texts: (string | undefined)[] = [];
      for (let i = 0; i < count; i += 1) {
        const found = await readCredential(
          { db: database.db, vault: with_ },
          { storeId: `st_${i}`, state: 'candidate' },
        );
        texts.push(found?.grantToken.reveal());
      }
      return texts;
    };
    return { database, oldKey, vault, readAll, all: Array.from({ length: count }, (_, i) => `Atzr|${i}`) };
  }

  describe('the key check', () => {
    it('refuses another key, and a wrong key under the right name, and writes nothing', async () => {
      const { database, oldKey } = await withCredentials(1);
      const before = await database.db.selectFrom('meta').selectAll().execute();
      await expect(checkKeys({ db: database.db, vault: aVault() })).rejects.toThrow(oldKey.id);
      const disguised = aVault({ id: oldKey.id, bytes: aKey().bytes });
      await expect(checkKeys({ db: database.db, vault: disguised })).rejects.toThrow('does not open');
      expect(await database.db.selectFrom('meta').selectAll().execute()).toEqual(before);
    });

    it('accepts the right key every time, and a new one in front of it', async () => {
      const { database, oldKey, vault } = await withCredentials(1);
      await checkKeys({ db: database.db, vault });
      const newKey = aKey();
      await checkKeys({ db: database.db, vault: aVault(newKey, oldKey) });
      // A start alone changes nothing: the old key stays in force, and a process that has only that one still starts.
      expect(await keysInUse(database.db)).toEqual([oldKey.id]);
      await checkKeys({ db: database.db, vault });
    });

    it('refuses sealed credentials whose key check was taken away', async () => {
      const { database, vault } = await withCredentials(1);
      await database.db.deleteFrom('meta').where('name', 'like', 'key_check:%').execute();
      await expect(checkKeys({ db: database.db, vault })).rejects.toThrow('no key check');
    });
  });

  describe('changing the key', () => {
    it('wraps everything anew, the codes of open sessions too, and retires the old key', async () => {
      const { database, oldKey, vault, readAll, all } = await withCredentials(7);
      const session = aSession();
      const sealedCode = await sealCode({ db: database.db, vault }, { session, code: new Secret('code-1') });
      await insertSession(database.db, { ...session, ...sealedCode });
      const newKey = aKey();
      const done = await rotateKeys({ db: database, vault, newKey, batch: 3 });
      expect(done).toEqual({ keyId: newKey.id, rewrapped: 8, retired: [oldKey.id] });
      const alone = aVault(newKey);
      await checkKeys({ db: database.db, vault: alone });
      expect(await readAll(alone)).toEqual(all);
      const row = await readSession(database.db, { id: session.id });
      expect(row && openCode(alone, row)?.reveal()).toBe('code-1');
      await expect(checkKeys({ db: database.db, vault })).rejects.toThrow(newKey.id);
    });

    it('goes on after it was interrupted, and both keys open everything in between', async () => {
      const { database, oldKey, vault, readAll, all } = await withCredentials(9);
      const newKey = aKey();
      const stop = new Error('killed');
      const interrupted = rotateKeys({
        db: database,
        vault,
        newKey,
        batch: 4,
        onProgress: () => {
          throw stop;
        },
      });
      await expect(interrupted).rejects.toBe(stop);
      const both = aVault(newKey, oldKey);
      await checkKeys({ db: database.db, vault: both });
      expect(await readAll(both)).toEqual(all);
      await expect(checkKeys({ db: database.db, vault: aVault(newKey) })).rejects.toThrow(oldKey.id);
      expect((await rotateKeys({ db: database, vault: both, batch: 4 })).rewrapped).toBe(5);
      expect(await readAll(aVault(newKey))).toEqual(all);
    });

    it('seals with the key in force, whatever key the setting of a process names first', async () => {
      const { database, oldKey, vault } = await withCredentials(1);
      const newKey = aKey();
      const both = aVault(newKey, oldKey);
      await checkKeys({ db: database.db, vault: both });
      const session = aSession();
      const sealedWith = async (with_: Vault) =>
        (await sealCode({ db: database.db, vault: with_ }, { session, code: new Secret('code-1') })).codeKeyId;
      expect(await sealedWith(both)).toBe(oldKey.id);
      await rotateKeys({ db: database, vault: both });
      expect(await sealedWith(aVault(oldKey, newKey))).toBe(newKey.id);
      await expect(sealedWith(vault)).rejects.toThrow('retired them');
    });

    it('waits until every running process has the new key, and gives up with nothing changed', async () => {
      const { database, oldKey, vault } = await withCredentials(1);
      const newKey = aKey();
      const both = aVault(newKey, oldKey);
      const other = { id: 'host:1:ab', role: 'api', keyIds: [oldKey.id], rereads: true };
      await announceProcess(database.db, other);
      const refused = rotateKeys({ db: database, vault: both, patienceMs: 0 });
      await expect(refused).rejects.toThrow('host:1:ab (api)');
      expect(await keysInUse(database.db)).toEqual([oldKey.id]);
      await checkKeys({ db: database.db, vault });
      expect(await proposedKey(database.db)).toBeNull();
      await announceProcess(database.db, { ...other, keyIds: [oldKey.id, newKey.id] });
      expect((await rotateKeys({ db: database, vault: both, patienceMs: 0 })).retired).toEqual([oldKey.id]);
    });

    it('keeps the secrets of the installation, and accepts the one before a rotated one', async () => {
      const { database, oldKey, vault } = await withCredentials(0);
      const first = new Secret('derived from the key');
      await ensureSecret({ db: database.db, vault }, { purpose: 'sign_in', first });
      await ensureSecret({ db: database.db, vault }, { purpose: 'sign_in' });
      const newKey = aKey();
      await rotateKeys({ db: database, vault: aVault(newKey, oldKey) });
      const alone = aVault(newKey);
      const version = await rotateSecret({ database, vault: alone, purpose: 'sign_in', keepMs: 60_000 });
      expect(version).toBe(2);
      const early = await readSecret({ db: database.db, vault: alone }, 'sign_in');
      expect(early?.signs.reveal()).toBe(first.reveal());
      expect(early?.accepted).toHaveLength(2);
      await database.db.updateTable('installation_secret').set({ active_at: 0 }).execute();
      const late = await readSecret({ db: database.db, vault: alone }, 'sign_in');
      expect(late?.signs.reveal()).not.toBe(first.reveal());
      expect(late?.accepted.map((one) => one.reveal())).toContain(first.reveal());
      await database.db.updateTable('installation_secret').set({ ends_at: 1 }).where('version', '=', 1).execute();
      expect((await readSecret({ db: database.db, vault: alone }, 'sign_in'))?.accepted).toHaveLength(1);
      await forgetSecrets(database.db);
      expect(await database.db.selectFrom('installation_secret').select('version').execute()).toEqual([{ version: 2 }]);
    });

    it('loses nothing that others seal while it runs, with either key', async () => {
      const { database, oldKey, vault } = await withCredentials(6);
      const newKey = aKey();
      const both = aVault(newKey, oldKey);
      let n = 0;
      const write = async (with_: Vault) => {
        n += 1;
        const storeId = `st_new_${n}`;
        const candidate = { accountId: 'ac_blue', storeId, version: 1, token: new Secret(storeId) };
        await database.transaction((tx) => putCandidate({ db: tx, vault: with_ }, candidate));
        await promoteCandidate(database.db, { storeId, version: 1 });
        return storeId;
      };
      const writing: Promise<string>[] = [];
      await rotateKeys({
        db: database,
        vault: both,
        batch: 1,
        onProgress: () => {
          if (writing.length < 12) writing.push(write(vault), write(both));
        },
      });
      const written = await Promise.allSettled(writing);
      const alone = aVault(newKey);
      for (const result of written) {
        // A process that still seals with the old key is refused once that key is retired, never silently accepted.
        if (result.status === 'rejected') expect(String(result.reason)).toContain('is in use in this database');
        else {
          const found = await readCredential(
            { db: database.db, vault: alone },
            { storeId: result.value, state: 'current' },
          );
          expect(found?.grantToken.reveal()).toBe(result.value);
        }
      }
      expect(written).toHaveLength(12);
    });
  });
}

export function foundationSuite(open: OpenTest): void {
  describe('migrations', () => {
    it('are applied once', async () => {
      const database = await open({ empty: true });
      const names = readMigrations().map((migration) => migration.name);
      expect(await migrate(database)).toEqual(names);
      expect(await migrate(database)).toEqual([]);
    });

    it('are applied by one of several starts at once', async () => {
      const database = await open({ empty: true, onDisk: true });
      const others = [await database.again(), await database.again(), await database.again()];
      const applied = await Promise.all([database, ...others].map((one) => migrate(one)));
      expect(applied.flat().sort()).toEqual(readMigrations().map((migration) => migration.name));
    });

    it('refuse a database that a newer version made, and say so', async () => {
      const database = await open();
      const known = readMigrations();
      await migrate(database, [...known, { name: '9999_future', text: 'create table future (id text)' }]);
      await expect(migrate(database)).rejects.toThrow('newer than this version');
    });

    it('refuse a file that was changed after it was applied', async () => {
      const database = await open();
      const changed = readMigrations().map((m) => ({ ...m, text: `${m.text}\n-- changed` }));
      await expect(migrate(database, changed)).rejects.toThrow('another wording');
    });

    it('leave nothing of a step that fails', async () => {
      const database = await open();
      const broken = { name: '9998_broken', text: 'create table half (id text); create table half (id text);' };
      await expect(migrate(database, [...readMigrations(), broken])).rejects.toThrow('half');
      const fixed = { ...broken, text: 'create table half (id text);' };
      expect(await migrate(database, [...readMigrations(), fixed])).toEqual(['9998_broken']);
    });
  });

  describe('a transaction', () => {
    it('leaves nothing behind when it fails', async () => {
      const database = await open();
      const failing = database.transaction(async (tx) => {
        await insertStore(tx, aStore());
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect((await listStores(database.db, { accountId: 'ac_blue', limit: 9 })).rows).toEqual([]);
    });

    it('is not seen by others before it is committed', async () => {
      const database = await open({ onDisk: true });
      await database.transaction(async (tx) => {
        await insertStore(tx, aStore());
        expect((await listStores(tx, { accountId: 'ac_blue', limit: 9 })).rows).toHaveLength(1);
        expect((await listStores(database.db, { accountId: 'ac_blue', limit: 9 })).rows).toHaveLength(0);
      });
      expect((await listStores(database.db, { accountId: 'ac_blue', limit: 9 })).rows).toHaveLength(1);
    });

    it('inside a transaction is refused at once instead of waiting for itself', async () => {
      const database = await open();
      const nested = database.transaction(() => database.transaction(async () => undefined));
      await expect(nested).rejects.toThrow('inside a transaction');
    });
  });
}
