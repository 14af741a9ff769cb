import { useEffect, useRef } from 'react';

/** The part of a keyboard event that identifies the key. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'metaKey' | 'repeat'>;

/** The elements in which a key press means something else: text fields, and dialogs that must be answered first. */
const elsewhere = 'input, textarea, select, [contenteditable], dialog';

/**
 * The letter of a key that was pressed alone, in lower case, or `?`; `null` otherwise. For keyboards with other
 * letters, such as ㅡ or ь, it is the letter at the same position on a Latin keyboard.
 */
export function shortcutKey({ key, code, ctrlKey, altKey, metaKey, repeat }: KeyPress): string | null {
  if (ctrlKey || altKey || metaKey || repeat) return null;
  if (/^[a-z?]$/i.test(key)) return key.toLowerCase();
  const isOtherLetter = /^\p{L}$/u.test(key) || key === 'Process';
  return isOtherLetter ? (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? null) : null;
}

/** Whether a key press at `target` belongs to a text field or a dialog. */
function isTakenAt(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(elsewhere) !== null;
}

/** Runs the action for a letter when its key is pressed, as long as the component is mounted and keys are `on`. */
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
