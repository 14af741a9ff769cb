'use client';

import { useTranslations } from 'use-intl';

/**
 * Shown in place of a page that broke. It depends on as little as possible: every page carries it, and anything that it
 * shared with pages might be what broke.
 */
export function ErrorScreen({ onTryAgain }: { onTryAgain: () => void }) {
  const t = useTranslations('common');
  return (
    <main className="mx-auto grid max-w-xl justify-items-center px-4 py-12 text-center sm:py-20">
      <h1 className="font-semibold text-2xl">{t('broken.title')}</h1>
      <p className="mt-2 max-w-md text-ink-soft">{t('broken.explanation')}</p>
      <div className="mt-6 flex flex-wrap justify-center gap-3">
        <button
          type="button"
          onClick={onTryAgain}
          className="min-h-11 rounded-xl bg-accent px-4 font-semibold text-accent-ink"
        >
          {t('tryAgain')}
        </button>
        {/* A full page load, so that nothing is left of what broke. */}
        <a href="/" className="inline-flex min-h-11 items-center rounded-xl px-4 font-semibold">
          {t('notFound.seeOnAir')}
        </a>
      </div>
    </main>
  );
}
