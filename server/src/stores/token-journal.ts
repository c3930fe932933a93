/**
 * Calls that cannot be undone are written down before they are made, and what they bring is on the disk before anything
 * else happens. A token that the database does not take waits, sealed, in the spool and is saved later.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../core/secret.ts';
import { databaseId } from '../db/database-id.ts';
import { newId } from '../db/ids.ts';
import { keyToSealWith } from '../db/key-check.ts';
import type { OpenDatabase, Tx } from '../db/open.ts';
import { endIntent, insertIntent, type IntentOutcome, type TokenIntent } from '../db/token-intents.ts';
import { openTokenLedger, type LedgerEntry, type TokenLedger } from '../db/token-ledger.ts';
import { openTokenSpool, type Slot, type SpoolEntry, type TokenSpool } from '../db/token-spool.ts';
import { seal, unseal, type Vault } from '../db/vault.ts';
import type { Shop } from './shop.ts';

export type TokenJournal = {
  /** Null where there is no folder for it: then memory alone keeps what the database does not take. */
  spool: TokenSpool | null;
  /** Tokens that are being saved by this process, and those that the disk did not take either. */
  held: Map<string, SpoolEntry>;
  saving: Set<string>;
  /** Whether the marketplace replaces tokens of an app on use, as far as it is known here. */
  replacing: Map<string, { replaced: boolean; at: number }>;
  /** True: database and spool share a disk, so without a slot in the spool nothing irreversible is begun. */
  needsSlot: boolean;
  /** Which token each store had last, outside of the database. */
  ledger: TokenLedger | null;
};

/** `dataDir` null: no spool. */
export async function openJournal(where: {
  db: Pick<OpenDatabase, 'db' | 'dialect'>;
  dataDir: string | null;
}): Promise<TokenJournal> {
  const { db, dataDir } = where;
  if (dataDir === null) return memoryJournal();
  const name = await databaseId(db);
  const spool = openTokenSpool(join(dataDir, 'token-spool', name));
  const ledger = openTokenLedger(join(dataDir, 'token-spool', `${name}.ledger`));
  return { ...memoryJournal(), spool, ledger, needsSlot: db.dialect === 'sqlite' };
}

export function memoryJournal(): TokenJournal {
  return { spool: null, held: new Map(), saving: new Set(), replacing: new Map(), needsSlot: false, ledger: null };
}

/** After the commit: what the database says of a store's token is noted outside of it too. */
export async function noteInLedger({ journal, log }: Shop, entry: LedgerEntry): Promise<void> {
  try {
    await journal.ledger?.note(entry);
  } catch (error) {
    log.warn({ error: String(error) }, 'the ledger of tokens was not written');
  }
}

export type Attempt = {
  intent: TokenIntent;
  slot: Slot | null;
  /** What comes back is sealed with it. */
  keyId: string;
};

type Begin = Pick<TokenIntent, 'accountId' | 'storeId' | 'kind' | 'sessionId' | 'version'>;
type Beginning = Begin & { check?: (tx: Tx) => Promise<void> };

/**
 * Reserves a place on the disk and writes the intent. Throws when there is no place for what may come back: then the call
 * must not be made. `check` runs before the intent is written, in its transaction.
 */
export async function beginAttempt(shop: Shop, { check, ...about }: Beginning): Promise<Attempt> {
  const id = newId('ti');
  const intent: TokenIntent = {
    ...about,
    id,
    owner: shop.owner,
    begunAt: shop.now(),
    sentAt: Date.now(),
    outcome: null,
  };
  const slot = await reserve(shop, id);
  try {
    const keyId = await shop.db.transaction(async (tx) => {
      await check?.(tx);
      await insertIntent(tx, intent);
      return keyToSealWith({ db: tx, vault: shop.vault });
    });
    return { intent, slot, keyId };
  } catch (error) {
    await slot?.remove();
    throw error;
  }
}

async function reserve({ journal, log }: Shop, id: string): Promise<Slot | null> {
  try {
    return (await journal.spool?.reserve(id)) ?? null;
  } catch (error) {
    if (journal.needsSlot) throw error;
    log.warn({ error: String(error) }, 'the token spool has no room; a token is kept by the database alone');
    return null;
  }
}

/** For what came unexpected: a slot, and no intent. */
export async function attemptAfterwards(shop: Shop, about: Begin): Promise<Attempt> {
  const id = newId('ti');
  const times = { begunAt: shop.now(), sentAt: Date.now() };
  const slot = await reserve(shop, id).catch(() => null);
  return { intent: { ...about, ...times, id, owner: shop.owner, outcome: null }, slot, keyId: shop.vault.keyId };
}

/** So long, and so often, a token is saved while its caller waits; afterwards the replay goes on. Machine time, milliseconds. */
const SAVING_MS = 45_000;
const SAVING_PAUSE_MS = 500;

/** Throws what `save` throws when the database does not take the token in time; it then waits in the spool. */
export async function savePatiently<T>(shop: Shop, { id }: SpoolEntry, save: () => Promise<T>): Promise<T> {
  const until = Date.now() + SAVING_MS;
  for (;;) {
    try {
      const saved = await save();
      await dropEntry(shop, id).catch((error: unknown) =>
        shop.log.warn({ error: String(error) }, 'a spool file stays'),
      );
      return saved;
    } catch (error) {
      if (Date.now() < until) shop.log.warn({ error: String(error) }, 'a token waits for the database');
      else {
        shop.journal.saving.delete(id);
        throw error;
      }
    }
    await sleep(SAVING_PAUSE_MS);
  }
}

export type Brought = { token: Secret; sent: Secret | null };

/** The token is durable when this returns. Only where the disk fails as well it is in memory alone. */
export async function holdToken(
  shop: Shop,
  { intent, slot, keyId }: Attempt,
  { token, sent }: Brought,
): Promise<SpoolEntry> {
  const { accountId, storeId, id, kind, sessionId, version } = intent;
  const { sealed } = seal(shop.vault, { ...bindingOf(intent), plain: token, keyId });
  const at = shop.now();
  const fingerprint = sent && fingerprintOf(sent);
  const entry: SpoolEntry = { id, kind, accountId, storeId, sessionId, version, sent: fingerprint, at, sealed };
  shop.journal.held.set(id, entry);
  shop.journal.saving.add(id);
  try {
    await slot?.fill(entry);
  } catch (error) {
    shop.log.error({ error: String(error), store: storeId }, 'a token could not be spooled and is in memory alone');
  }
  return entry;
}

export function openEntry(vault: Vault, entry: SpoolEntry): Secret {
  return unseal(vault, { ...bindingOf(entry), sealed: entry.sealed });
}

/** The database has it: the copy on the disk goes. */
export async function dropEntry({ journal }: Shop, id: string): Promise<void> {
  journal.held.delete(id);
  journal.saving.delete(id);
  await journal.spool?.remove(id);
}

/** No token came. */
export async function endAttempt(shop: Shop, { intent, slot }: Attempt, outcome: IntentOutcome): Promise<void> {
  await slot?.remove();
  await shop.db.transaction((tx) => endIntent(tx, { id: intent.id, outcome, at: shop.now() }));
}

export function fingerprintOf(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex');
}

function bindingOf({
  accountId,
  storeId,
  kind,
  version,
}: Pick<SpoolEntry, 'accountId' | 'storeId' | 'kind' | 'version'>) {
  return { account: accountId, store: storeId, kind: `spooled_${kind}`, version };
}
