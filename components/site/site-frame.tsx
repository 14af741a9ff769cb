import type { ReactNode } from 'react';
import { requestTranslator } from '../../lib/i18n/request-locale.ts';
import { PageLink } from '../ui/page-link.tsx';
import { LanguageSwitch, SiteNav, ThemeToggle } from './site-menu.tsx';

/** The frame of all pages except the embedded player: the header, and the link that skips it. */
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

/** The header of every page. */
function SiteHeader() {
  return (
    <header>
      <div className="mx-auto flex h-16 max-w-6xl in-[:has(#main[data-wide])]:max-w-384 items-center justify-between gap-2 px-4 sm:px-6">
        <PageLink href="/" className="inline-flex min-h-11 min-w-11 items-center rounded-xl">
          <Logo />
        </PageLink>
        <div className="flex items-center gap-1">
          <SiteNav />
          <LanguageSwitch />
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}

/** The mark and the name. The mark is a speaker with rows of seats around. */
function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 font-bold text-lg tracking-[-0.03em]">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-8 text-accent">
        <rect width="32" height="32" rx="9" fill="currentColor" />
        <circle cx="16" cy="22" r="3.2" className="fill-accent-ink" />
        <g fill="none" strokeWidth="3.2" className="stroke-accent-ink">
          <path d="M8.5 22a7.5 7.5 0 0 1 15 0" strokeDasharray="6.854 1.5" />
          <path d="M3.9 22a12.1 12.1 0 0 1 24.2 0" strokeDasharray="6.402 1.5" opacity=".6" />
        </g>
      </svg>
      {/* Phones have no room for it next to the links to the other pages. */}
      <span className="max-sm:sr-only">Rostrum</span>
    </span>
  );
}
