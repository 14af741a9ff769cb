'use client';

import { clsx } from 'clsx/lite';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'use-intl';
import { PageLink } from './ui/page-link.tsx';

const places = [
  { href: '/', label: 'onAir' },
  { href: '/recordings', label: 'recordings' },
] as const;

/** The way to the other pages. */
export function SiteNav() {
  const t = useTranslations('common');
  const pathname = usePathname();
  return (
    <nav aria-label={t('mainNavigation')} className="flex items-center gap-0.5 sm:gap-1">
      {places.map(({ href, label }) => {
        const current = href === '/' ? pathname === '/' : pathname.startsWith(href);
        return (
          <PageLink
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className={clsx(
              'inline-flex min-h-11 items-center whitespace-nowrap rounded-xl px-2 sm:px-3 font-medium text-[0.9375rem] transition-colors hover:bg-sunken',
              current ? 'text-ink' : 'text-ink-soft hover:text-ink',
            )}
          >
            {t(label)}
          </PageLink>
        );
      })}
    </nav>
  );
}
