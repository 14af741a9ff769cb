'use client';

import { useEffect } from 'react';

/** Names the browser's tab while it is shown: among many tabs, the one that is on air has to be found. */
export function LiveTabTitle({ title }: { title: string }) {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
  return null;
}
