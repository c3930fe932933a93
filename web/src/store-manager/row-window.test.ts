import { describe, expect, it } from 'vitest';
import { rowsInView } from './row-window.ts';

describe('a window over ten thousand rows', () => {
  it('holds a screenful and stands for the height of all others', () => {
    const view = rowsInView({ count: 10_000, rowHeight: 58, top: -58 * 5000, screen: 900 });
    expect(view.first).toBeLessThanOrEqual(5000);
    expect(view.end).toBeGreaterThanOrEqual(5016);
    expect(view.end - view.first).toBeLessThan(60);
    expect(view.above + view.below + (view.end - view.first) * 58).toBe(10_000 * 58);
  });

  it('begins with the first row and ends with the last', () => {
    expect(rowsInView({ count: 200, rowHeight: 50, top: 400, screen: 900 }).first).toBe(0);
    expect(rowsInView({ count: 200, rowHeight: 50, top: -9500, screen: 900 })).toMatchObject({ end: 200, below: 0 });
  });

  it('stays within the list when the page is scrolled far beyond it', () => {
    const view = rowsInView({ count: 200, rowHeight: 50, top: -90_000, screen: 900 });
    expect(view).toEqual({ first: 200, end: 200, above: 10_000, below: 0 });
  });
});
