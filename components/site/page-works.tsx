'use client';

import { useEffect } from 'react';

/** Marks the page as working, once all its scripts have been loaded and run: for script-retry.tsx. */
export function PageWorks() {
  useEffect(() => {
    document.documentElement.dataset.works = '';
  }, []);
  return null;
}
