/** Counting in windows: how often a key may do something. In memory, per process: a brake, not a book. */
export type Brake = {
  /** Seconds until the key may go on, or null when it may now. */
  waits(key: string): number | null;
  count(key: string): void;
  forget(key: string): void;
};

const KEYS_MOST = 50_000;

export function createBrake(rule: { most: number; windowMs: number; now: () => number }): Brake {
  const windows = new Map<string, { since: number; count: number }>();
  const current = (key: string) => {
    const window = windows.get(key);
    // A clock that was set back ends a window too: it would be shut until the clock has caught up.
    return window === undefined || Math.abs(rule.now() - window.since) >= rule.windowMs ? null : window;
  };
  return {
    waits(key) {
      const window = current(key);
      if (window === null || window.count < rule.most) return null;
      return Math.ceil((window.since + rule.windowMs - rule.now()) / 1000);
    },
    count(key) {
      const window = current(key);
      if (window !== null) {
        window.count += 1;
        return;
      }
      if (windows.size >= KEYS_MOST) windows.clear();
      windows.set(key, { since: rule.now(), count: 1 });
    },
    forget(key) {
      windows.delete(key);
    },
  };
}
