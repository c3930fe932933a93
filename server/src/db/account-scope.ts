/**
 * For whom the running code works. Inside an account, PostgreSQL itself shows and takes only that account's rows
 * (row-level security), whatever a query forgot to ask; SQLite relies on the queries alone.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<string | null>();

/** Everything that `work` asks of the database, it asks for this account. */
export function runInAccount<T>(accountId: string, work: () => Promise<T>): Promise<T> {
  return scopes.run(accountId, work);
}

/** The named way out, for what all accounts share: the weather of a cohort and its controls. */
export function runAcrossAccounts<T>(work: () => Promise<T>): Promise<T> {
  return scopes.run(null, work);
}

export function currentAccount(): string | null {
  return scopes.getStore() ?? null;
}
