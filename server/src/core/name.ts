/** A name that other people read: of a person, an account, a store, a key. */
export const NAME_MOST = 100;

/** Control and format characters: they cannot be seen, or they turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/u;

export type NameProblem = 'empty' | 'too_long' | 'unseen_characters';

/** What is wrong with a name once the space around it is gone; null when nothing is. */
export function nameProblem(name: string, most = NAME_MOST): NameProblem | null {
  const text = name.trim();
  if (text === '') return 'empty';
  if (text.length > most) return 'too_long';
  return UNSEEN.test(text) || !text.isWellFormed() ? 'unseen_characters' : null;
}
