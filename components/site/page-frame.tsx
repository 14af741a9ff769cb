import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';

/** A page's main part, centred. `wide` lets pictures reach the edges of a phone. */
export function PageFrame({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <main
      id="main"
      // The target of the skip link must be able to take the focus, or browsers continue from the top.
      tabIndex={-1}
      className={clsx('mx-auto max-w-6xl pb-16 outline-none', wide ? 'sm:px-6 sm:pt-2' : 'px-4 pt-5 sm:px-6 sm:pt-8')}
    >
      {children}
    </main>
  );
}
