/**
 * This process among the others: says every two seconds that it runs and which keys it can open, and reads what another
 * process changed while it runs (the vault keys, the secret that signs sign-in cookies).
 */
import type { VaultKey } from './db/keys.ts';
import { readSecret } from './db/installation-secrets.ts';
import type { OpenDatabase } from './db/open.ts';
import { announceProcess, removeProcess } from './db/processes.ts';
import { proposedKey } from './db/proposed-key.ts';
import type { Vault } from './db/vault.ts';
import type { AppLog } from './log.ts';
import type { CookieSecrets } from './people/cookies.ts';

/** Machine time, milliseconds. */
const EVERY_MS = 2_000;

export type Presence = {
  start(): void;
  /** One round. It throws when the database does not answer. */
  beat(): Promise<void>;
  stop(): Promise<void>;
};

type Given = {
  database: OpenDatabase;
  vault: Vault;
  id: string;
  role: string;
  /** Null when the keys were given by value. */
  reread: (() => Promise<VaultKey[]>) | null;
  cookies: CookieSecrets;
  log: AppLog;
};

export function createPresence({ database, vault, id, role, reread, cookies, log }: Given): Presence {
  const { db } = database;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;

  async function beat(): Promise<void> {
    const proposed = await proposedKey(db);
    const lacks = vault.lacksKeys() || (proposed !== null && !vault.has(proposed));
    if (lacks && reread !== null) vault.add(await reread());
    await announceProcess(db, { id, role, keyIds: vault.keyIds(), rereads: reread !== null });
    const secret = await readSecret({ db, vault }, 'sign_in');
    if (secret !== null) cookies.replace(secret);
  }

  function round(): void {
    if (running !== null) return;
    running = beat()
      .catch((error: unknown) => log.debug({ error: String(error) }, 'this process could not announce that it runs'))
      .finally(() => {
        running = null;
      });
  }

  return {
    beat,
    start() {
      timer = setInterval(round, EVERY_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await running;
      await removeProcess(db, id).catch(() => undefined);
    },
  };
}
