import { useEffect, useRef } from 'react';
import { isTakenAt, shortcutKey } from './shortcut-key.ts';

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
