import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the keyboard's place where one part of a page gives way to another: if the focus went away with what was shown
 * before, the heading of what is `shown` now takes it. Browsers would begin again at the page's top. The heading needs
 * a `tabIndex` of -1.
 */
export function useRestoredFocus(shown: string): RefObject<HTMLDivElement | null> {
  const root = useRef<HTMLDivElement>(null);
  const wasInside = useRef(false);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      // A window stands elsewhere in the document, and belongs to where the focus was when it opened.
      if (!(target instanceof Element) || target.closest('dialog') !== null) return;
      wasInside.current = root.current?.contains(target) === true;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change that matters.
  useEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (wasInside.current && isLost) root.current?.querySelector('h1')?.focus({ preventScroll: true });
  }, [shown]);
  return root;
}
