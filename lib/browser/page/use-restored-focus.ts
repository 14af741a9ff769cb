import { type RefObject, useEffect, useRef } from 'react';

/**
 * Restores the keyboard focus when one part of a page replaces another: if the focused element was removed, the heading
 * of the part that is `shown` now takes the focus. Browsers would start again at the top of the page. The heading needs
 * a `tabIndex` of -1.
 */
export function useRestoredFocus(shown: string): RefObject<HTMLDivElement | null> {
  const root = useRef<HTMLDivElement>(null);
  const wasInside = useRef(false);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      // A dialog is elsewhere in the document, and belongs to the element that had the focus when it opened.
      if (!(target instanceof Element) || target.closest('dialog') !== null) return;
      wasInside.current = root.current?.contains(target) === true;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect runs on each change of what is shown.
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (wasInside.current && isLost) root.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, [shown]);
  return root;
}
