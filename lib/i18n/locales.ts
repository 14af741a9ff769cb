/** The languages that people can choose from; the first one is the fallback. */
export const locales = ['en', 'ko'] as const;

/** A language of the interface. */
export type Locale = (typeof locales)[number];

/** Each language's own name, which is what its speakers look for. */
export const localeNames: Readonly<Record<Locale, string>> = { en: 'English', ko: '한국어' };

/** The cookie that stores the choice. */
export const localeCookie = 'locale';

/** Whether a text names one of our languages. */
function isLocale(text: string | undefined): text is Locale {
  return locales.some((locale) => locale === text);
}

/**
 * The language for a person: the one they chose, or the one of ours that their browser prefers.
 * @param chosen the cookie's value
 * @param acceptLanguage the header (RFC 9110 §12.5.4), such as `ko-KR,ko;q=0.9,en;q=0.8`
 */
export function localeFor(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  const preferences = (acceptLanguage ?? '').split(',').map((part) => {
    const [range = '', ...parameters] = part.trim().split(';');
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
    return { language: range.split('-')[0]?.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
  });
  // Sorting is stable, so the first of several equal preferences wins.
  const [best] = preferences
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .flatMap(({ language }) => (isLocale(language) ? [language] : []));
  return best ?? locales[0];
}
