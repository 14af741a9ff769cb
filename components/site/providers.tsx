'use client';

import { ThemeProvider as NextThemesProvider } from 'next-themes';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type { Locale } from '../../lib/i18n/locales.ts';
import type { Messages } from '../../lib/i18n/messages.ts';

type LanguageProviderProps = { locale: Locale; messages: Messages; children: ReactNode };

/** Provides the texts to every component below. Times are shown in the time zone of the browser. */
export function LanguageProvider({ locale, messages, children }: LanguageProviderProps) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <IntlProvider locale={locale} messages={messages} timeZone={timeZone}>
      {children}
    </IntlProvider>
  );
}

/**
 * Dark or light as the system prefers, until the user chooses. A script in the page sets it before the page is drawn;
 * `nonce` allows that script to run.
 */
export function ThemeProvider({ nonce, children }: { nonce: string; children: ReactNode }) {
  return (
    <NextThemesProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      {children}
    </NextThemesProvider>
  );
}
