'use client';

import { clsx } from 'clsx/lite';
import { Languages, Moon, Sun } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { useLocale, useTranslations } from 'use-intl';
import { localeCookie, localeNames, locales } from '../../lib/i18n/locales.ts';
import { Button } from '../ui/button.tsx';
import { PageLink } from '../ui/page-link.tsx';

const places = [
  { href: '/', label: 'onAir' },
  { href: '/recordings', label: 'recordings' },
] as const;

/** The links to the other pages. */
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

const yearSeconds = 365 * 24 * 3_600;

/** Chooses the language of the interface. The choice is remembered, and a running show is not interrupted. */
export function LanguageSwitch() {
  const t = useTranslations('common');
  const router = useRouter();
  return (
    <label className="relative inline-flex min-h-11 min-w-11 items-center justify-center rounded-xl text-ink-soft transition-colors has-focus-visible:outline-3 has-focus-visible:outline-accent hover:bg-sunken hover:text-ink">
      <Languages aria-hidden="true" className="size-5" />
      <span className="sr-only">{t('language')}</span>
      <select
        value={useLocale()}
        onChange={(event) => {
          // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet.
          document.cookie = `${localeCookie}=${event.currentTarget.value}; path=/; max-age=${yearSeconds}; samesite=lax`;
          router.refresh();
        }}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        {locales.map((locale) => (
          <option key={locale} value={locale} lang={locale}>
            {localeNames[locale]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Switches between dark and light. Both icons are rendered and the theme shows one, so nothing flickers on load. */
export function ThemeToggle() {
  const t = useTranslations('common');
  const { resolvedTheme, setTheme } = useTheme();
  return (
    <Button variant="ghost" size="icon" onClick={() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark')}>
      <Moon aria-hidden="true" className="dark:hidden" />
      <Sun aria-hidden="true" className="hidden dark:block" />
      <span className="sr-only">{t('changeTheme')}</span>
    </Button>
  );
}
