/**
 * An error that appears while a button is pressed moves that button away from under the pointer, and the click is lost.
 * So what leaving a field has to say waits until the press is over.
 */
let pressed = false;

function over(): void {
  pressed = false;
}

if (typeof document !== 'undefined') {
  document.addEventListener('pointerdown', () => (pressed = true), { capture: true });
  for (const end of ['pointerup', 'pointercancel', 'dragend']) document.addEventListener(end, over, { capture: true });
}

/** Calls `say` now, or after the click of the press that is under way. */
export function afterPress(say: () => void): void {
  if (!pressed) {
    say();
    return;
  }
  document.addEventListener('pointerup', () => setTimeout(say), { once: true });
}
