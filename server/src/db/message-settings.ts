/** How an account wants to be told (core/message-settings), one row each; what was never set is usual. */
import type { Selectable } from 'kysely';
import { USUAL_SETTINGS, type MessageSettings } from '../core/message-settings.ts';
import { differencesOf, type Reader, type Tx } from './dialect.ts';
import type { MessageSettingsTable } from './schema.ts';

/** `digestToldAt`: what was repaired since then stands in the next digest. Milliseconds. */
export type KeptSettings = MessageSettings & { digestToldAt: number | null };

export async function readMessageSettings(r: Reader, { accountId }: { accountId: string }): Promise<KeptSettings> {
  const row = await r.selectFrom('message_settings').selectAll().where('account_id', '=', accountId).executeTakeFirst();
  return row ? toSettings(row) : { ...USUAL_SETTINGS, digestToldAt: null };
}

type Account = { accountId: string; now: number };

/** Reads them and keeps every other writer of the account's messages waiting until the transaction ends. */
export async function lockMessageSettings(tx: Tx, { accountId, now }: Account): Promise<KeptSettings> {
  await tx
    .insertInto('message_settings')
    .values({ account_id: accountId, ...toTable({ ...USUAL_SETTINGS, digestToldAt: null }), changed_at: now })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
  const query = tx.selectFrom('message_settings').selectAll().where('account_id', '=', accountId);
  return toSettings(await differencesOf(tx).forUpdate(query).executeTakeFirstOrThrow());
}

export async function saveMessageSettings(
  tx: Tx,
  { accountId, settings, now }: Account & { settings: KeptSettings },
): Promise<void> {
  const row = { ...toTable(settings), changed_at: now };
  await tx
    .insertInto('message_settings')
    .values({ account_id: accountId, ...row })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(row))
    .execute();
}

/** From now on only what is repaired later is news for a digest. */
export async function noteDigest(tx: Reader, { accountId, now }: Account): Promise<void> {
  await tx.updateTable('message_settings').set({ digest_told_at: now }).where('account_id', '=', accountId).execute();
}

function toTable(s: KeptSettings) {
  return {
    zone: s.zone,
    quiet_from: s.quietFrom,
    quiet_to: s.quietTo,
    weekends_off: s.weekendsOff ? 1 : 0,
    weekly_cap: s.weeklyCap,
    second_email: s.secondEmail,
    digest: s.digest,
    digest_hour: s.digestHour,
    digest_email: s.digestEmail,
    urgent_too: s.urgentToo ? 1 : 0,
    digest_told_at: s.digestToldAt,
  };
}

function toSettings(t: Selectable<MessageSettingsTable>): KeptSettings {
  return {
    zone: t.zone,
    quietFrom: t.quiet_from,
    quietTo: t.quiet_to,
    weekendsOff: t.weekends_off === 1,
    weeklyCap: t.weekly_cap,
    secondEmail: t.second_email,
    digest: t.digest as KeptSettings['digest'],
    digestHour: t.digest_hour,
    digestEmail: t.digest_email,
    urgentToo: t.urgent_too === 1,
    digestToldAt: t.digest_told_at,
  };
}
