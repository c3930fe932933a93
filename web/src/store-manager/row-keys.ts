/**
 * The keyboard of the two tables: one row in the tab order, `j` `k` and arrows move, Enter opens, `r` reconnects,
 * `/` searches, `?` lists the keys, Esc leaves.
 */
import { useEffect, useRef } from 'react';

type Moves = {
  /** Ids of all rows, first table first. */
  order: readonly string[];
  /** The row that had the focus last. */
  marked: string | null;
  onOpen: (id: string) => void;
  onReconnect: (id: string) => void;
  onSearch: () => void;
  onHelp: () => void;
  /** Brings a row that is not painted yet near the screen. */
  onReveal: (id: string) => void;
};

function rowElement(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
}

/** Keys belong to whoever is typing, to open dialogs, and to the browser's own shortcuts first. */
function isBusy(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return true;
  const target = event.target instanceof HTMLElement ? event.target : null;
  return target !== null && target.closest('input, textarea, select, [contenteditable]') !== null;
}

function focusRow(id: string, reveal: (id: string) => void): void {
  const row = rowElement(id);
  if (row !== null) {
    row.focus();
    return;
  }
  reveal(id);
  // Two frames: one to scroll, one for the window to paint its new rows.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => rowElement(id)?.focus(), 40)));
}

export function useRowKeys(moves: Moves): void {
  const latest = useRef(moves);
  useEffect(() => {
    latest.current = moves;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isBusy(event) && act(event, latest.current)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function focusedRow(): string | null {
  const row = document.activeElement instanceof HTMLElement ? document.activeElement.closest('[data-row]') : null;
  return row instanceof HTMLElement ? (row.dataset['row'] ?? null) : null;
}

const STEPS: Readonly<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** True when the key did something. */
function act(event: KeyboardEvent, moves: Moves): boolean {
  const step = STEPS[event.key];
  if (step !== undefined) return move({ step, byArrow: event.key.startsWith('Arrow'), moves });
  const row = focusedRow();
  switch (event.key) {
    case '/':
      moves.onSearch();
      return true;
    case '?':
      moves.onHelp();
      return true;
    case 'Enter':
      if (row === null || document.activeElement !== rowElement(row)) return false;
      moves.onOpen(row);
      return true;
    case 'r':
      if (row === null) return false;
      moves.onReconnect(row);
      return true;
    case 'Escape':
      if (row === null) return false;
      rowElement(row)?.blur();
      return true;
    default:
      return false;
  }
}

function move({ step, byArrow, moves }: { step: 1 | -1; byArrow: boolean; moves: Moves }): boolean {
  const row = focusedRow();
  // Arrows scroll the page until a row is marked by focus; j and k always move.
  if (byArrow && row === null) return false;
  const from = row ?? moves.marked;
  const at = from === null ? -1 : moves.order.indexOf(from);
  const to = at === -1 ? 0 : at + step;
  const id = moves.order[Math.max(0, Math.min(to, moves.order.length - 1))];
  if (id === undefined) return false;
  focusRow(id, moves.onReveal);
  return true;
}
