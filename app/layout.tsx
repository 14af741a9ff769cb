import '@fontsource-variable/inter';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { LanguageProvider, ThemeProvider } from '../components/site/providers.tsx';
import { ScriptRetry } from '../components/site/script-retry.tsx';
import { loadMessages } from '../lib/i18n/messages.ts';
import { requestLocale, requestTranslator } from '../lib/i18n/request-locale.ts';
import { iceServersHeader, nonceHeader, readIceServersHint } from '../lib/page-headers.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('common');
  return {
    title: { default: 'Rostrum', template: '%s · Rostrum' },
    description: t('tagline'),
    applicationName: 'Rostrum',
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f5ef' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1312' },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  const locale = await requestLocale();
  const sent = await headers();
  const nonce = sent.get(nonceHeader) ?? '';
  const iceServers = readIceServersHint(sent.get(iceServersHeader));
  return (
    <html lang={locale} data-ice-servers={iceServers} suppressHydrationWarning>
      <body>
        <ScriptRetry nonce={nonce} />
        <LanguageProvider locale={locale} messages={await loadMessages(locale)}>
          <ThemeProvider nonce={nonce}>{children}</ThemeProvider>
        </LanguageProvider>
      </body>
    </html>
  );
}
