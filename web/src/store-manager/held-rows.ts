/**
 * Rows under the pointer or the focus keep their place until both have left them. A pointer that goes on to another row
 * is given a moment, so that nothing moves away from under a click.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import { NOTHING_HELD, type Held } from './ordering.ts';

export type HoldHandlers = { onPointerEnter: () => void; onFocus: () => void; onBlur: () => void };

const LEFT_FOR_ANOTHER_ROW_MS = 1200;
const LEFT_MS = 40;

function isTouched(id: string): boolean {
  const row = document.querySelector(`[data-row="${CSS.escape(id)}"]`);
  return row !== null && (row.matches(':hover') || row.contains(document.activeElement));
}

function without(held: Held, id: string): Held {
  const rest = new Map(held);
  rest.delete(id);
  return rest.size === 0 ? NOTHING_HELD : rest;
}

export function useHeldRows(onMark: (id: string) => void) {
  const [held, setHeld] = useState<Held>(NOTHING_HELD);
  const timers = useRef(new Map<string, number>());

  const stay = useCallback((id: string): void => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
  }, []);

  const letGo = useCallback((id: string, afterMs: number): void => {
    if (timers.current.has(id)) return;
    const timer = window.setTimeout(() => {
      timers.current.delete(id);
      if (!isTouched(id)) setHeld((known) => (known.has(id) ? without(known, id) : known));
    }, afterMs);
    timers.current.set(id, timer);
  }, []);

  // A row that changes under the pointer may lose the very element that would have told of the leaving: the page is asked.
  useEffect(() => {
    if (held.size === 0) return;
    const onOver = (event: Event): void => {
      const target = event.target instanceof Element ? event.target : null;
      const over = target?.closest('[data-row]')?.getAttribute('data-row') ?? null;
      const inTable = target?.closest('[data-table]') !== null && target !== null;
      for (const id of held.keys()) if (id !== over) letGo(id, inTable ? LEFT_FOR_ANOTHER_ROW_MS : LEFT_MS);
    };
    document.addEventListener('pointerover', onOver);
    return () => document.removeEventListener('pointerover', onOver);
  }, [held, letGo]);

  const handlers = useCallback(
    (store: StoreBody): HoldHandlers => {
      const hold = (): void => {
        stay(store.id);
        setHeld((known) => (known.has(store.id) ? known : new Map(known).set(store.id, store)));
      };
      return {
        onPointerEnter: hold,
        onFocus: () => {
          onMark(store.id);
          hold();
        },
        onBlur: () => letGo(store.id, LEFT_MS),
      };
    },
    [letGo, onMark, stay],
  );
  return { held, handlers };
}
