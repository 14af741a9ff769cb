'use client';

import { type ReactNode, useState } from 'react';
import { BegunWatcher } from '../lib/browser/begun-watcher.ts';
import { Store } from '../lib/browser/store.ts';
import type { Watcher } from '../lib/browser/watcher.ts';

/** Lets one page begin to watch what the next one shows. */
export function BegunWatcherProvider({ children }: { children: ReactNode }) {
  const [begun] = useState(() => new Store<Watcher | null>(null));
  return <BegunWatcher value={begun}>{children}</BegunWatcher>;
}
