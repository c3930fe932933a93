/**
 * The secrets of the operator's apps, by fingerprint: which one is used, and how trying a new one ended. The text of a
 * secret stands in the apps file; one that came by notification is sealed here.
 */
import { createHash } from 'node:crypto';
import { sql, type Selectable } from 'kysely';
import type { SecretStatus } from '../core/app-secrets.ts';
import type { Answer } from '../core/observation.ts';
import { Secret } from '../core/secret.ts';
import type { SealedIn } from './credentials.ts';
import type { Reader } from './dialect.ts';
import { sealInForce } from './key-check.ts';
import type { AppSecretTable } from './schema-apps.ts';
import { unseal, type Binding, type Vault } from './vault.ts';

export type AppSecretRow = {
  applicationId: string;
  fingerprint: string;
  source: 'file' | 'notification';
  status: SecretStatus;
  statusAt: number;
  endsAt: number | null;
  knownAt: number;
  canaryAt: number | null;
  canaryOn: 'operator_store' | 'store' | 'app' | null;
  canaryAnswer: Answer | null;
  warnedDays: number | null;
  sealed: string | null;
};

/** Twelve hexadecimal digits of the secret's SHA-256: enough to tell secrets apart, nothing to guess one from. */
export function fingerprintOf(secret: Secret): string {
  return createHash('sha256').update(secret.reveal(), 'utf8').digest('hex').slice(0, 12);
}

export async function appSecrets(r: Reader, applicationId: string): Promise<AppSecretRow[]> {
  const rows = await r
    .selectFrom('app_secret')
    .selectAll()
    .where('application_id', '=', applicationId)
    .orderBy('known_at')
    .orderBy('fingerprint')
    .execute();
  return rows.map(toRow);
}

/** Null when its text is not kept here. Throws DatabaseProblem when the sealed value does not open. */
export function openAppSecret(vault: Vault, { applicationId, fingerprint, sealed }: AppSecretRow): Secret | null {
  return sealed === null ? null : unseal(vault, { ...appSecretBinding({ applicationId, fingerprint }), sealed });
}

export const APP_SECRET_KIND = 'app_secret:';

export function appSecretBinding(of: { applicationId: string; fingerprint: string }): Binding {
  return { account: 'operator', store: of.applicationId, kind: `${APP_SECRET_KIND}${of.fingerprint}`, version: 0 };
}

type NewSecret = {
  applicationId: string;
  fingerprint: string;
  status: SecretStatus;
  endsAt: number | null;
  at: number;
};

/** Notes a secret of the apps file, or that a known one stands otherwise now. */
export async function putFileSecret(tx: Reader, secret: NewSecret): Promise<void> {
  await tx
    .insertInto('app_secret')
    .values({ ...columnsOf(secret), source: 'file', sealed: null, key_id: null })
    .onConflict((conflict) =>
      conflict.columns(['application_id', 'fingerprint']).doUpdateSet({ status: secret.status, status_at: secret.at }),
    )
    .execute();
}

/** Seals a secret that came by notification; false when it is known already, and then nothing is changed. */
export async function putNotifiedSecret(
  { db, vault }: SealedIn,
  { secret, ...about }: Omit<NewSecret, 'fingerprint'> & { secret: Secret },
): Promise<boolean> {
  const fingerprint = fingerprintOf(secret);
  const { sealed, keyId } = await sealInForce(
    { db, vault },
    { ...appSecretBinding({ ...about, fingerprint }), plain: secret },
  );
  const row = await db
    .insertInto('app_secret')
    .values({
      ...columnsOf({ ...about, fingerprint }),
      source: 'notification',
      sealed,
      key_id: keyId,
    })
    .onConflict((conflict) => conflict.columns(['application_id', 'fingerprint']).doNothing())
    .returning('fingerprint')
    .executeTakeFirst();
  return row !== undefined;
}

function columnsOf({ applicationId, fingerprint, status, endsAt, at }: NewSecret) {
  return {
    application_id: applicationId,
    fingerprint,
    status,
    status_at: at,
    ends_at: endsAt,
    known_at: at,
  };
}

type Named = { applicationId: string; fingerprint: string };

/** When a secret ends, as the settings or a notification say; the warnings of another end begin anew. */
export async function setEnd(
  tx: Reader,
  { applicationId, fingerprint, endsAt }: Named & { endsAt: number },
): Promise<void> {
  await tx
    .updateTable('app_secret')
    .set({ ends_at: endsAt, warned_days: null })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', fingerprint)
    .where((e) => e.or([e('ends_at', 'is', null), e('ends_at', '<>', endsAt)]))
    .execute();
}

/** One process tries a new secret at a time; true when it is the caller. `staleBefore`: an older attempt was never ended. */
export async function takeCanary(
  tx: Reader,
  { applicationId, fingerprint, at, staleBefore }: Named & { at: number; staleBefore: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('app_secret')
    .set({ status: 'canary', canary_at: at })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', fingerprint)
    .where((e) =>
      e.or([e('status', '=', 'candidate'), e.and([e('status', '=', 'canary'), e('canary_at', '<', staleBefore)])]),
    )
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

type Tried = Named & { at: number; on: AppSecretRow['canaryOn']; answer: Answer };

/** Nothing was learnt: it waits to be tried again. */
export async function keepWaiting(tx: Reader, tried: Tried): Promise<void> {
  await endCanary(tx, tried, 'candidate');
}

/** The marketplace does not take it: everybody stays with the one before. False when somebody else ended the trial. */
export async function rollBack(tx: Reader, tried: Tried): Promise<boolean> {
  return endCanary(tx, tried, 'refused');
}

/** Everybody uses it from now on; the one before ends at `oldEndsAt` unless an earlier end is known. */
export async function adoptSecret(tx: Reader, tried: Tried & { oldEndsAt: number }): Promise<boolean> {
  if (!(await endCanary(tx, tried, 'live'))) return false;
  await retireOthers(tx, tried);
  return true;
}

async function endCanary(tx: Reader, { applicationId, fingerprint, at, on, answer }: Tried, status: SecretStatus) {
  const result = await tx
    .updateTable('app_secret')
    .set({ status, status_at: at, canary_at: at, canary_on: on, canary_answer: answer })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', fingerprint)
    .where('status', '=', 'canary')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

type Retiring = Named & { at: number; oldEndsAt?: number };

async function retireOthers(tx: Reader, { applicationId, fingerprint, at, oldEndsAt }: Retiring): Promise<void> {
  const end = oldEndsAt === undefined ? sql<number | null>`ends_at` : earlierOf(oldEndsAt);
  await tx
    .updateTable('app_secret')
    .set({ status: 'retired', status_at: at, ends_at: end })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '<>', fingerprint)
    .where((e) =>
      e.or([e('status', '=', 'live'), e.and([e('status', '=', 'candidate'), e('source', '=', 'notification')])]),
    )
    .execute();
}

function earlierOf(at: number) {
  return sql<number | null>`case when ends_at is null or ends_at > ${at} then cast(${at} as bigint) else ends_at end`;
}

/** A look met a refusal of the secret in use and was taken with another: from now on that one is used first. */
export async function fallOver(
  tx: Reader,
  { applicationId, refused, taken, at }: { applicationId: string; refused: string; taken: string; at: number },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('app_secret')
    .set({ status: 'refused', status_at: at })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', refused)
    .where('status', '=', 'live')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  await tx
    .updateTable('app_secret')
    .set({ status: 'live', status_at: at })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', taken)
    .execute();
}

/** Another secret of the settings takes the place of one whose text nobody has any more. */
export async function replaceLive(tx: Reader, named: Named & { at: number }): Promise<void> {
  await retireOthers(tx, named);
}

/** True when this warning is the caller's to give. */
export async function noteWarned(
  tx: Reader,
  { applicationId, fingerprint, days }: Named & { days: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('app_secret')
    .set({ warned_days: days })
    .where('application_id', '=', applicationId)
    .where('fingerprint', '=', fingerprint)
    .where((e) => e.or([e('warned_days', 'is', null), e('warned_days', '>', days)]))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function toRow(t: Selectable<AppSecretTable>): AppSecretRow {
  return {
    applicationId: t.application_id,
    fingerprint: t.fingerprint,
    source: t.source as AppSecretRow['source'],
    status: t.status as SecretStatus,
    statusAt: t.status_at,
    endsAt: t.ends_at,
    knownAt: t.known_at,
    canaryAt: t.canary_at,
    canaryOn: t.canary_on as AppSecretRow['canaryOn'],
    canaryAnswer: t.canary_answer as Answer | null,
    warnedDays: t.warned_days,
    sealed: t.sealed,
  };
}
