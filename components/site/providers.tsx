'use client';

import { ThemeProvider as NextThemesProvider } from 'next-themes';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type { Locale } from '../../lib/i18n/locales.ts';
import type { Messages } from '../../lib/i18n/messages.ts';

type LanguageProviderProps = { locale: Locale; messages: Messages; children: ReactNode };

/** Gives every component below its texts. Times are those of whoever looks at them. */
export function LanguageProvider({ locale, messages, children }: LanguageProviderProps) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <IntlProvider locale={locale} messages={messages} timeZone={timeZone}>
      {children}
    </IntlProvider>
  );
}

/** Dark or light as the system has it, until somebody chooses. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <NextThemesProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      {children}
    </NextThemesProvider>
  );
}
