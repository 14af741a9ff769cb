import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';
import { requestTranslator } from '../lib/i18n/request-locale.ts';
import { SiteHeader } from './site-header.tsx';

/** A page: its head, and its main part in the middle. `wide` lets pictures reach the edges of a phone. */
export async function PageFrame({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  const t = await requestTranslator('common');
  return (
    <>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-xl focus:bg-surface focus:px-4 focus:py-3"
      >
        {t('skipToContent')}
      </a>
      <SiteHeader />
      <main
        id="main"
        // Where the link above leads must be able to take the focus, or browsers go on from the top.
        tabIndex={-1}
        className={clsx('mx-auto max-w-6xl pb-16 outline-none', wide ? 'sm:px-6 sm:pt-2' : 'px-4 pt-5 sm:px-6 sm:pt-8')}
      >
        {children}
      </main>
    </>
  );
}
