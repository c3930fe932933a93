/** Knows whether the running code is inside a transaction, however deep the calls go. */
import { AsyncLocalStorage } from 'node:async_hooks';

type Scope = { open: boolean };

const scopes = new AsyncLocalStorage<Scope>();

/** Runs `work` as the inside of a transaction. What it leaves running afterwards is outside again. */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const scope: Scope = { open: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.open = false;
  }
}

export function isInsideTransaction(): boolean {
  return scopes.getStore()?.open ?? false;
}
