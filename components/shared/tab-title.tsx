'use client';

import { useEffect } from 'react';

/** Sets the title of the browser's tab while mounted: the tab that is on air, or needed, must be easy to find. */
export function TabTitle({ title }: { title: string }) {
  useEffect(() => {
    let ownTitle = document.title;
    const name = () => {
      // Between two titles of its own the page has none. A title set then would stay next to the page's.
      if (document.title === title || document.title === '') return;
      ownTitle = document.title;
      document.title = title;
    };
    name();
    // The page sets its title again whenever its language changes.
    const observer = new MutationObserver(name);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      // If another page has been opened meanwhile, the title is that page's.
      if (document.title === title) document.title = ownTitle;
    };
  }, [title]);
  return null;
}
