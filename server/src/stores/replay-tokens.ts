/** Saves the tokens that wait in the spool: after a restart, and while the database was away. Saving one twice does no harm. */
import type { SpoolEntry } from '../db/token-spool.ts';
import { DatabaseProblem } from '../db/problem.ts';
import { keepCodeToken } from './exchange.ts';
import { keepOwnToken, keepReplacedToken } from './grant-refresh.ts';
import { tell } from './session-change.ts';
import type { Shop } from './shop.ts';
import { dropEntry } from './token-journal.ts';

/** Between two passes over an empty spool, and while the database does not take anything. Machine time, milliseconds. */
export const REPLAY_EVERY_MS = 1_000;

/** Saves what waits; how many tokens left the spool. Throws what the database throws, with the rest still waiting. */
export async function replayTokens(shop: Shop): Promise<number> {
  const { journal } = shop;
  const onDisk = (await journal.spool?.waiting()) ?? [];
  const waiting = new Map([...onDisk, ...journal.held.values()].map((entry) => [entry.id, entry]));
  let saved = 0;
  for (const entry of waiting.values()) {
    if (journal.saving.has(entry.id)) continue;
    if (await replayOne(shop, entry)) saved += 1;
  }
  return saved;
}

/** False for a token that this process has no key for: it goes on waiting. */
async function replayOne(shop: Shop, entry: SpoolEntry): Promise<boolean> {
  try {
    await keepEntry(shop, entry);
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    shop.log.error({ error: error.message, store: entry.storeId }, 'a spooled token cannot be opened and waits');
    return false;
  }
  await dropEntry(shop, entry.id);
  shop.log.info({ store: entry.storeId, kind: entry.kind }, 'a spooled token was saved');
  return true;
}

async function keepEntry(shop: Shop, entry: SpoolEntry): Promise<void> {
  switch (entry.kind) {
    case 'code':
      return tell(shop, await shop.db.transaction((tx) => keepCodeToken(shop, tx, entry)));
    case 'refresh':
      return shop.db.transaction((tx) => keepReplacedToken(shop, tx, entry));
    case 'control':
      return shop.db.transaction((tx) => keepOwnToken(shop, tx, entry));
  }
}
