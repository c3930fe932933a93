/** Secrets of the operator's apps: sealed, tried by one process at a time, and wrapped anew with all the others. */
import { expect, it } from 'vitest';
import { Secret } from '../core/secret.ts';
import {
  adoptSecret,
  appSecrets,
  fallOver,
  fingerprintOf,
  openAppSecret,
  putFileSecret,
  putNotifiedSecret,
  rollBack,
  takeCanary,
} from './app-secrets.ts';
import { checkKeys } from './key-check.ts';
import { rotateKeys } from './rotate.ts';
import { eachDatabase, type OpenTest } from './testing.ts';
import { aKey, aVault, NOON } from './testing-rows.ts';

const applicationId = 'app';
const DAY = 86_400_000;
const secretOf = (n: number) => new Secret(`amzn1.oa2-cs.v1.${n}`);
const named = (n: number) => ({ applicationId, fingerprint: fingerprintOf(secretOf(n)) });

async function known(open: OpenTest) {
  const database = await open();
  const { db } = database;
  const key = aKey();
  const vault = aVault(key);
  await checkKeys({ db, vault });
  await putFileSecret(db, { ...named(0), status: 'live', endsAt: NOON + 3 * DAY, at: NOON });
  for (const n of [1, 2]) {
    const secret = {
      applicationId,
      secret: secretOf(n),
      status: 'candidate',
      endsAt: NOON + n * 100 * DAY,
      at: NOON + n,
    } as const;
    await putNotifiedSecret({ db, vault }, secret);
  }
  const statuses = async () => (await appSecrets(db, applicationId)).map((row) => row.status);
  return { database, db, vault, statuses };
}

eachDatabase((_engine, open) => {
  it('tries a new secret in one process at a time, and in another one when the first never ended', async () => {
    const { db } = await known(open);
    const taking = { ...named(1), at: NOON, staleBefore: NOON - 1 };
    expect([await takeCanary(db, taking), await takeCanary(db, taking)]).toEqual([true, false]);
    expect(await takeCanary(db, { ...taking, at: NOON + DAY, staleBefore: NOON + 1 })).toBe(true);
  });

  it('has one in use after adoption; the one before ends in a week at the latest, and older news is not tried any more', async () => {
    const { db, statuses } = await known(open);
    const tried = { ...named(2), at: NOON, on: 'store', answer: 'ok' } as const;
    expect(await adoptSecret(db, { ...tried, oldEndsAt: NOON + 7 * DAY })).toBe(false);
    await takeCanary(db, { ...named(2), at: NOON, staleBefore: NOON });
    expect(await adoptSecret(db, { ...tried, oldEndsAt: NOON + 7 * DAY })).toBe(true);
    expect(await statuses()).toEqual(['retired', 'retired', 'live']);
    expect((await appSecrets(db, applicationId)).map((row) => row.endsAt)).toEqual([
      NOON + 3 * DAY,
      NOON + 7 * DAY,
      NOON + 200 * DAY,
    ]);
  });

  it('stays with the one before when the new one is refused, and changes over when the one in use is', async () => {
    const { db, statuses } = await known(open);
    await takeCanary(db, { ...named(1), at: NOON, staleBefore: NOON });
    const tried = { ...named(1), at: NOON, on: 'app', answer: 'app_refused' } as const;
    expect([await rollBack(db, tried), await rollBack(db, tried)]).toEqual([true, false]);
    expect(await statuses()).toEqual(['live', 'refused', 'candidate']);
    const change = { applicationId, refused: named(0).fingerprint, taken: named(2).fingerprint, at: NOON };
    await fallOver(db, change);
    // A look that was under way with the old order comes later and changes nothing.
    await fallOver(db, { ...change, refused: named(1).fingerprint, taken: named(0).fingerprint });
    expect(await statuses()).toEqual(['refused', 'refused', 'live']);
  });

  it('is wrapped anew when the vault’s key is changed, and opens with the new key alone', async () => {
    const { database, db, vault } = await known(open);
    const newKey = aKey();
    const done = await rotateKeys({ db: database, vault, newKey, batch: 1 });
    expect(done.rewrapped).toBe(2);
    const rows = await appSecrets(db, applicationId);
    const alone = aVault(newKey);
    expect(rows.map((row) => openAppSecret(alone, row)?.reveal() ?? null)).toEqual([
      null,
      secretOf(1).reveal(),
      secretOf(2).reveal(),
    ]);
  });
});
