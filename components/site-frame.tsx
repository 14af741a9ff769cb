import type { ReactNode } from 'react';
import { requestTranslator } from '../lib/i18n/request-locale.ts';
import { SiteHeader } from './site-header.tsx';

/** What all pages have in common but the embedded player: the head, and the way past it. */
export async function SiteFrame({ children }: { children: ReactNode }) {
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
      {children}
    </>
  );
}
