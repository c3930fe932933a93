/**
 * Counts guesses before they are answered, so that many at once are no way around the limit. In memory, per process. The
 * oldest counters are dropped first when there are too many.
 */
export type Guesses = {
  /** Counts one guess. Gives the seconds to wait when the key has none left, else the way to take the guess back. */
  take(key: string): { waits: number } | { giveBack: () => void };
  forget(key: string): void;
};

const KEYS_MOST = 100_000;

export function createGuesses(rule: { most: number; windowMs: number; now: () => number }): Guesses {
  const windows = new Map<string, { since: number; count: number }>();

  function windowOf(key: string): { since: number; count: number } {
    const known = windows.get(key);
    if (known !== undefined && rule.now() - known.since < rule.windowMs) return known;
    windows.delete(key);
    const oldest = windows.size >= KEYS_MOST ? windows.keys().next().value : undefined;
    if (oldest !== undefined) windows.delete(oldest);
    const made = { since: rule.now(), count: 0 };
    windows.set(key, made);
    return made;
  }

  return {
    take(key) {
      const window = windowOf(key);
      if (window.count >= rule.most) {
        return { waits: Math.max(1, Math.ceil((window.since + rule.windowMs - rule.now()) / 1000)) };
      }
      window.count += 1;
      return { giveBack: () => (window.count = Math.max(0, window.count - 1)) };
    },
    forget: (key) => windows.delete(key),
  };
}
