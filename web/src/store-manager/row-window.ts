/** A window over a long table: only the rows near the screen exist, the real count is told to screen readers. */
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useState, type RefObject } from 'react';

/** Below this many rows a table is whole. */
export const WINDOW_FROM = 100;
const OVERSCAN = 12;

/** Rows of a windowed table have one height each, in pixels; on phones they are blocks. */
export type RowHeights = { desktop: number; phone: number };

export type RowWindow = { first: number; end: number; above: number; below: number };

/**
 * Rows `first` (inclusive) to `end` (exclusive), and the height in pixels of what is left out above and below.
 * `top` is where the first row begins, measured from the top of the screen; negative when it is scrolled away.
 */
export function rowsInView(input: { count: number; rowHeight: number; top: number; screen: number }): RowWindow {
  const { count, rowHeight, top, screen } = input;
  const from = Math.floor(-top / rowHeight) - OVERSCAN;
  const to = Math.ceil((screen - top) / rowHeight) + OVERSCAN;
  const first = Math.max(0, Math.min(from, count));
  const end = Math.max(first, Math.min(to, count));
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}

/** Watches scrolling while there are enough rows to be worth it; null means: show all. */
export function useRowWindow(
  body: RefObject<HTMLElement | null>,
  count: number,
  heights: RowHeights,
): RowWindow | null {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const rowHeight = phone ? heights.phone : heights.desktop;
  const [view, setView] = useState<RowWindow | null>(null);
  const windowed = count > WINDOW_FROM;
  useEffect(() => {
    if (!windowed) return;
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = rowsInView({ count, rowHeight, top, screen: window.innerHeight });
      setView((known) =>
        known?.first === next.first && known.end === next.end && known.below === next.below ? known : next,
      );
    };
    const later = (): void => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later);
    return () => {
      window.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
      cancelAnimationFrame(frame);
    };
  }, [body, count, rowHeight, windowed]);
  if (!windowed) return null;
  return view ?? { first: 0, end: Math.min(count, 40), above: 0, below: Math.max(0, count - 40) * rowHeight };
}
