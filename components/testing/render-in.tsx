import { render } from '@testing-library/react';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import { PathnameContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime';
import type { ReactElement } from 'react';
import { vi } from 'vitest';
import type { Locale } from '../../lib/i18n/locales.ts';
import { loadMessages } from '../../lib/i18n/messages.ts';
import { LanguageProvider } from '../site/providers.tsx';

/** Replaces Next's router and records calls. */
export const router = {
  bfcacheId: '',
  back: vi.fn(),
  forward: vi.fn(),
  refresh: vi.fn(),
  push: vi.fn(),
  replace: vi.fn(),
  prefetch: vi.fn(),
};

type Rendered = { rerender: (shown: ReactElement) => void };

/** Renders a component as on the page `/`, with the texts of `locale`. */
export async function renderIn(shown: ReactElement, locale: Locale = 'en'): Promise<Rendered> {
  const messages = await loadMessages(locale);
  return render(shown, {
    wrapper: ({ children }) => (
      <AppRouterContext.Provider value={router}>
        <PathnameContext.Provider value="/">
          <LanguageProvider locale={locale} messages={messages}>
            {children}
          </LanguageProvider>
        </PathnameContext.Provider>
      </AppRouterContext.Provider>
    ),
  });
}
