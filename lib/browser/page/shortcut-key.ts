import { useEffect, useRef } from 'react';

/** As much of a keyboard event as tells which key is meant. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat'>;

/** Where a key press means something else: text that is being written, and windows that have to be answered first. */
const elsewhere = 'input, textarea, select, [contenteditable], dialog';

/**
 * The letter of a key that was pressed alone, in lower case, or `?`; `null` otherwise. Where a keyboard writes other
 * letters, such as ㅡ or ь, it is the one that stands at the same place on a Latin keyboard.
 */
export function shortcutKey({ key, code, ctrlKey, altKey, metaKey, repeat }: KeyPress): string | null {
  if (ctrlKey || altKey || metaKey || repeat) return null;
  if (/^[a-z?]$/i.test(key)) return key.toLowerCase();
  const isOtherLetter = /^\p{L}$/u.test(key) || key === 'Process';
  return isOtherLetter ? (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null) : null;
}

/** Whether a key that is pressed there belongs to a field or a window. */
function isTakenAt(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(elsewhere) !== null;
}

/** Does what belongs to a letter when its key is pressed, as long as the component is shown and keys are `on`. */
export function useShortcuts(on: boolean, actions: Readonly<Record<string, () => void>>): void {
  const newest = useRef(actions);
  useEffect(() => {
    newest.current = actions;
  });
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent) => {
      const letter = event.defaultPrevented || isTakenAt(event.target) ? null : shortcutKey(event);
      if (letter !== null && Object.hasOwn(newest.current, letter)) newest.current[letter]?.();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [on]);
}
