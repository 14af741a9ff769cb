import { type RefObject, useEffect, useState } from 'react';

const stillAfterMs = 3_000;

/**
 * True when there has been no movement on `stage` for a while. Never while the viewer uses its controls by keyboard,
 * and never while it is not `active`.
 */
export function useIdle(stage: RefObject<HTMLElement | null>, active: boolean): boolean {
  const [still, setStill] = useState(false);
  useEffect(() => {
    const element = stage.current;
    setStill(false);
    if (element === null || !active) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A click sets the focus, too; only focus set with the Tab key means that the keyboard is in use.
    let byKeyboard = false;
    const rest = () => {
      const focused = document.activeElement;
      if (!byKeyboard || focused === element || !element.contains(focused)) setStill(true);
    };
    const wake = (event?: Event) => {
      if (event instanceof KeyboardEvent && event.key === 'Tab') byKeyboard = true;
      if (event?.type === 'pointerdown') byKeyboard = false;
      setStill(false);
      clearTimeout(timer);
      timer = setTimeout(rest, stillAfterMs);
    };
    wake();
    const heard = new AbortController();
    for (const name of ['pointermove', 'pointerdown', 'focusin', 'focusout']) {
      element.addEventListener(name, wake, { signal: heard.signal });
    }
    document.addEventListener('keydown', wake, { signal: heard.signal });
    return () => {
      heard.abort();
      clearTimeout(timer);
    };
  }, [stage, active]);
  return still;
}
