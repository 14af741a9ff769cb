import { createContext, type ReactNode, useContext } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '../ui/notice.tsx';

/** The origin at which browsers open cameras of this server; `null` if it has none. */
export const SecureOrigin = createContext<string | null>(null);

/**
 * Explains that browsers open no camera at this address, and which address to open instead.
 * @param presenterKey included in the link, so that it need not be entered again
 */
export function InsecureNotice({ presenterKey }: { presenterKey?: string }) {
  const t = useTranslations('studio.insecure');
  const title = useTranslations('errors')('insecure-page.title');
  const origin = useContext(SecureOrigin);
  const hash = presenterKey === undefined ? '' : `#key=${encodeURIComponent(presenterKey)}`;
  const isPublished = origin?.startsWith('https:') === true;
  return (
    <Notice tone="danger" title={title} role="alert">
      <p>{t('why')}</p>
      {origin !== null && (
        <p className="mt-2">
          {t(isPublished ? 'instead' : 'here')}{' '}
          <a className="wrap-anywhere font-semibold text-accent-text underline" href={`${origin}/present${hash}`}>
            {origin}/present
          </a>
        </p>
      )}
      {!isPublished && <p className="mt-2">{t.rich('owner', { setting: renderSetting })}</p>}
    </Notice>
  );
}

function renderSetting(text: ReactNode) {
  return <code className="whitespace-nowrap">{text}</code>;
}
