import { type RefObject, useEffect, useState } from 'react';

const stillAfterMs = 3_000;

/**
 * True when nobody has moved on `stage` for a while. Never while a keyboard's focus is on it, and never while it is not
 * `active`.
 */
export function useStillness(stage: RefObject<HTMLElement | null>, active: boolean): boolean {
  const [still, setStill] = useState(false);
  useEffect(() => {
    const element = stage.current;
    setStill(false);
    if (element === null || !active) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = () => {
      // A mouse leaves its focus behind; that of a keyboard shows where one is.
      if (element.querySelector(':focus-visible') === null) setStill(true);
    };
    const wake = () => {
      setStill(false);
      clearTimeout(timer);
      timer = setTimeout(rest, stillAfterMs);
    };
    wake();
    const heard = new AbortController();
    for (const name of ['pointermove', 'pointerdown', 'focusin', 'focusout', 'keydown']) {
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
