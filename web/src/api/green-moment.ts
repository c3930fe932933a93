/** The green moment: which stores have just turned green, and the one sentence said aloud about it. */
import { observable } from './observable.ts';

/** Longer than the row's tint takes to fade. */
const KEPT_MS = 4000;

export const greenStores = observable<ReadonlySet<string>>(new Set());
export const announcement = observable('');

export function markGreen(id: string): void {
  greenStores.set(new Set([...greenStores.get(), id]));
  setTimeout(() => {
    const rest = new Set(greenStores.get());
    rest.delete(id);
    greenStores.set(rest);
  }, KEPT_MS);
}

/** Says a sentence politely to screen readers. Only for what a person waits for. */
export function announce(sentence: string): void {
  announcement.set(sentence);
}
