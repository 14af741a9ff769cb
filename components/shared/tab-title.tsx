'use client';

import { useEffect } from 'react';

/** Names the browser's tab while it is shown: among many tabs, the one that is on air, or is wanted, has to be found. */
export function TabTitle({ title }: { title: string }) {
  useEffect(() => {
    let ownTitle = document.title;
    const name = () => {
      // While the page is between two titles of its own it has none, and a new one would stay beside them.
      if (document.title === title || document.title === '') return;
      ownTitle = document.title;
      document.title = title;
    };
    name();
    // The page names itself again whenever its language changes.
    const observer = new MutationObserver(name);
    observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      // Where another page came meanwhile, the title is that page's.
      if (document.title === title) document.title = ownTitle;
    };
  }, [title]);
  return null;
}
