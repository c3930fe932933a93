/** The row under the pointer or the focus. It keeps its place until both have left it. */
import { useCallback, useState } from 'react';
import type { StoreBody } from '../../../server/src/http/contract/store.ts';
import type { Held } from './ordering.ts';

export type HoldHandlers = {
  onPointerEnter: () => void;
  onPointerLeave: () => void;
  onFocus: () => void;
  onBlur: (event: { currentTarget: HTMLElement; relatedTarget: EventTarget | null }) => void;
};

export function useHeldRow(onMark: (id: string) => void) {
  const [pointed, setPointed] = useState<Held>(null);
  const [focused, setFocused] = useState<Held>(null);
  const handlers = useCallback(
    (store: StoreBody): HoldHandlers => ({
      onPointerEnter: () => setPointed({ id: store.id, as: store }),
      onPointerLeave: () => setPointed(null),
      onFocus: () => {
        onMark(store.id);
        setFocused((held) => (held?.id === store.id ? held : { id: store.id, as: store }));
      },
      onBlur: (event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
          setFocused(null);
      },
    }),
    [onMark],
  );
  return { held: pointed ?? focused, handlers };
}
