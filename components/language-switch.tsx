'use client';

import { Languages } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'use-intl';
import { localeCookie, localeNames, locales } from '../lib/i18n/locales.ts';

const yearSeconds = 365 * 24 * 3_600;

/** Chooses the language of the interface; the choice is remembered. A show that is on goes on. */
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
          // biome-ignore lint/suspicious/noDocumentCookie: the other way is not in all browsers yet.
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
