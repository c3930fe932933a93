/**
 * The journal of calls that cannot be undone: a consent code counts once, and a marketplace may replace a lasting token
 * when it is used. The row is written before the call. Without an answer it shows afterwards that a loss is ours.
 */
import type { Reader } from './dialect.ts';
import type { TokenIntentTable } from './schema-journal.ts';
import type { SpoolEntry } from './token-spool.ts';

/**
 * - `kept`: a token came and is saved, or the old one stays good
 * - `refused`: the marketplace refused, so nothing was used up
 * - `unanswered`: no whole answer came back, so it may have been used up
 * - `lost`: a later refusal proved that it was
 */
export type IntentOutcome = 'kept' | 'refused' | 'unanswered' | 'lost';

/** Instants in milliseconds; `sentAt` by the machine's clock, the others by the product's. */
export type TokenIntent = {
  accountId: string;
  id: string;
  storeId: string;
  kind: SpoolEntry['kind'];
  sessionId: string | null;
  version: number;
  owner: string;
  begunAt: number;
  sentAt: number;
  outcome: IntentOutcome | null;
};

export async function insertIntent(tx: Reader, intent: TokenIntent): Promise<void> {
  await tx
    .insertInto('token_intent')
    .values({
      account_id: intent.accountId,
      id: intent.id,
      store_id: intent.storeId,
      kind: intent.kind,
      session_id: intent.sessionId,
      version: intent.version,
      owner: intent.owner,
      begun_at: intent.begunAt,
      sent_at: intent.sentAt,
      ended_at: null,
      outcome: intent.outcome,
    })
    .execute();
}

type Ending = { id: string; outcome: IntentOutcome; at: number };

/** Gives the outcome that it had before. */
export async function endIntent(tx: Reader, { id, outcome, at }: Ending): Promise<IntentOutcome | null> {
  const row = await tx.selectFrom('token_intent').select('outcome').where('id', '=', id).executeTakeFirst();
  await tx.updateTable('token_intent').set({ outcome, ended_at: at }).where('id', '=', id).execute();
  return (row?.outcome ?? null) as IntentOutcome | null;
}

/** Calls with this session's code of which no whole answer came back, oldest first. */
export async function openCodeIntents(r: Reader, { sessionId }: { sessionId: string }): Promise<TokenIntent[]> {
  const rows = await r
    .selectFrom('token_intent')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'unanswered')]))
    .orderBy('begun_at')
    .execute();
  return rows.map(toIntent);
}

type Sent = { storeId: string; version: number };

/** The same for refreshes with the store's token of this version. */
export async function openRefreshIntents(r: Reader, { storeId, version }: Sent): Promise<TokenIntent[]> {
  const rows = await r
    .selectFrom('token_intent')
    .selectAll()
    .where('store_id', '=', storeId)
    .where('version', '=', version)
    .where('kind', '=', 'refresh')
    .where((eb) => eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'unanswered')]))
    .orderBy('begun_at')
    .execute();
  return rows.map(toIntent);
}

export async function endIntents(
  tx: Reader,
  { ids, outcome, at }: { ids: readonly string[]; outcome: IntentOutcome; at: number },
): Promise<void> {
  if (ids.length === 0) return;
  await tx.updateTable('token_intent').set({ outcome, ended_at: at }).where('id', 'in', ids).execute();
}

/** Forgets intents that began before `before`; how many. */
export async function forgetIntents(db: Reader, { before }: { before: number }): Promise<number> {
  const result = await db.deleteFrom('token_intent').where('begun_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toIntent(t: TokenIntentTable): TokenIntent {
  return {
    accountId: t.account_id,
    id: t.id,
    storeId: t.store_id,
    kind: t.kind as TokenIntent['kind'],
    sessionId: t.session_id,
    version: t.version,
    owner: t.owner,
    begunAt: t.begun_at,
    sentAt: t.sent_at,
    outcome: t.outcome as IntentOutcome | null,
  };
}
