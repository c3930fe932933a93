/** On whose behalf the running code acts: the audit log asks for it where the effect is written. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { SYSTEM, type Acting, type Actor } from '../core/audit.ts';

type Scope = { acting: Acting };

const scopes = new AsyncLocalStorage<Scope>();

/** Everything that `work` does is done by this actor. */
export function runActing<T>(acting: Acting, work: () => T): T {
  return scopes.run({ acting }, work);
}

/** The request's actor is known from here on: a person or a key. Outside of `runActing` it does nothing. */
export function identifyActor(actor: Actor): void {
  const scope = scopes.getStore();
  if (scope) scope.acting = { ...scope.acting, actor };
}

export function currentActing(): Acting {
  return scopes.getStore()?.acting ?? SYSTEM;
}
