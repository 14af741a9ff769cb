import { useRef } from 'react';

type OpenerFocus = {
  onOpenAutoFocus: () => void;
  onCloseAutoFocus: (event: Event) => void;
};

/**
 * Gives the focus back to what opened a window, once it closes. Radix does so only for windows that know their
 * trigger; ours are opened by state, and whoever uses the keyboard would begin again at the page's top.
 */
export function useOpenerFocus(): OpenerFocus {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus();
    },
  };
}
