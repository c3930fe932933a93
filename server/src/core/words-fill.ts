/** Sentences are tables of plain texts with `{places}`, so that a translator needs no code. This fills the places. */

/** What a text may name. A place whose fact is null cannot be filled. */
export type Places = Readonly<Record<string, string | null>>;

/** The text with its places filled; null when one of them is unknown. */
export function fillOrNull(text: string, places: Places): string | null {
  let whole = true;
  const filled = text.replace(/\{(\w+)\}/g, (_place, name: string) => {
    const value = places[name] ?? null;
    if (value === null) whole = false;
    return value ?? '';
  });
  return whole ? filled : null;
}

/** The first of the texts that can be filled. The last one must need no fact that can be missing. */
export function fillFirst(texts: readonly (string | undefined)[], places: Places): string {
  for (const text of texts) {
    const filled = text === undefined ? null : fillOrNull(text, places);
    if (filled !== null) return filled;
  }
  return '';
}
