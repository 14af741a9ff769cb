import type { Page } from 'playwright/test';
import { type Locale, localeCookie, locales } from '../../lib/i18n/locales.ts';
import { expect } from '../fixtures.ts';

/** The sizes at which pages are examined, in CSS pixels. */
export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;
/** All themes. */
const themes = ['light', 'dark'] as const;

/** One combination of size, theme and language of a page. */
export type Look = { size: keyof typeof sizes; theme: (typeof themes)[number]; locale: Locale };

/** The look of a page before and after it is examined. */
export const usualLook: Look = { size: 'desktop', theme: 'light', locale: 'en' };

/** Every look. */
export const everyLook: readonly Look[] = locales.flatMap((locale) =>
  themes.flatMap((theme) => (['phone', 'desktop'] as const).map((size) => ({ size, theme, locale }))),
);

/** Shows a page with another look in its current state: nothing is reloaded. */
export async function showAs(page: Page, { size, theme, locale }: Look): Promise<void> {
  await page.setViewportSize(sizes[size]);
  await page.emulateMedia({ colorScheme: theme });
  await switchLanguage(page, locale);
  // Waits for elements that move into place.
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .map(({ effect, finished }) =>
          effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY ? null : finished.catch(() => null),
        ),
    ),
  );
}

/** Chooses another language in the page's head; a window that is open over the page stays open. */
export async function switchLanguage(page: Page, locale: Locale): Promise<void> {
  // Choosing the current language again would still fetch the page.
  if ((await page.locator('html').getAttribute('lang')) === locale) return;
  const choice = page.locator('header select');
  if ((await choice.count()) > 0) await choice.selectOption(locale);
  else await switchWithoutChoice(page, locale);
  await expect(page.locator('html')).toHaveAttribute('lang', locale);
  // The page's title is set last; until then it has none.
  await expect(page).toHaveTitle(/./);
}

/** Embedded and broken pages have no head. There the language is changed as the choice in the head does it. */
async function switchWithoutChoice(page: Page, locale: Locale): Promise<void> {
  await page.evaluate(
    ([cookie, value]) => {
      // biome-ignore lint/suspicious/noDocumentCookie: it is how the pages do it.
      document.cookie = `${cookie}=${value}; path=/`;
      (window as Window & { next?: { router?: { refresh: () => void } } }).next?.router?.refresh();
    },
    [localeCookie, locale] as const,
  );
}
