/** How many mails one address gets in seven days, and what becomes of the rest. Pure. */

export const CAP_WINDOW_MS = 7 * 86_400_000;
/** The first mail that gathers what was too much waits so long for more of it, and so long for the next one. Milliseconds. */
export const GATHER_MS = 3_600_000;
export const BETWEEN_SUMMARIES_MS = 86_400_000;

/**
 * - `alarm`: the first word about a break
 * - `other`: a rung of its ladder, a renewal reminder, what is left after an absence
 * - `summary`: says together what did not go out singly
 */
export type MailClass = 'alarm' | 'other' | 'summary';

/**
 * Whether one more mail may go to an address that got `sent` of them in the last seven days. Of the cap two fifths, one at least, are kept for
 * mails that say it all together, and one single mail for a first alarm, so that no reminder takes its place.
 */
export function hasRoom(kind: MailClass, { sent, cap }: { sent: number; cap: number }): boolean {
  const singles = cap - Math.max(1, Math.floor((cap * 2) / 5));
  switch (kind) {
    case 'summary':
      return sent < cap;
    case 'alarm':
      return sent < singles;
    case 'other':
      return sent < singles - 1;
  }
}
