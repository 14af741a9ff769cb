import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';

/**
 * A page's main part, centred. With `wide`, pictures reach the edges of a phone, and a desktop has room for more beside
 * them.
 */
export function PageFrame({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <main
      id="main"
      // The target of the skip link must be able to take the focus, or browsers continue from the top.
      tabIndex={-1}
      data-wide={wide || undefined}
      className={clsx(
        'mx-auto pb-16 outline-none',
        wide ? 'max-w-384 sm:px-6 sm:pt-2' : 'max-w-6xl px-4 pt-5 sm:px-6 sm:pt-8',
      )}
    >
      {children}
    </main>
  );
}
