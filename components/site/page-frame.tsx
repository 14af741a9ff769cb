import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';

/** A page's main part, in the middle. `wide` lets pictures reach the edges of a phone. */
export function PageFrame({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <main
      id="main"
      // Where the link past the head leads must be able to take the focus, or browsers go on from the top.
      tabIndex={-1}
      className={clsx('mx-auto max-w-6xl pb-16 outline-none', wide ? 'sm:px-6 sm:pt-2' : 'px-4 pt-5 sm:px-6 sm:pt-8')}
    >
      {children}
    </main>
  );
}
