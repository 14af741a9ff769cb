import { cookies, headers } from 'next/headers';
import { createTranslator } from 'use-intl/core';
import { type Locale, localeCookie, localeFor } from './locales.ts';
import { loadMessages, type Messages } from './messages.ts';

/** The language of the current request; on the server only. */
export async function requestLocale(): Promise<Locale> {
  const chosen = (await cookies()).get(localeCookie)?.value;
  return localeFor(chosen, (await headers()).get('accept-language'));
}

/** The texts of one part of the application, in the language of the current request; on the server only. */
export async function requestTranslator<Part extends keyof Messages>(part: Part) {
  const locale = await requestLocale();
  return createTranslator({ locale, messages: await loadMessages(locale), namespace: part });
}
