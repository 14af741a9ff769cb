'use client';

import { useEffect } from 'react';

/** The key in `sessionStorage` of how often this tab has loaded a page again since one last worked. */
const countKey = 'rostrum-script-retries';

/**
 * Loads the page again if one of its scripts could not be loaded, at most three times in a row. Browsers cancel what
 * they are loading when the network changes (`ERR_NETWORK_CHANGED`), and a page without all its scripts would wait
 * forever. This runs before any of them, so it stands in the page as text.
 */
function retryScripts(countKey: string): void {
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement) || !target.src.includes('/_next/')) return;
      setTimeout(() => {
        // Once a page works, it loads further scripts itself, and tries again itself.
        if ('works' in document.documentElement.dataset) return;
        try {
          const count = Number(sessionStorage.getItem(countKey) ?? 0);
          if (count >= 3) return;
          sessionStorage.setItem(countKey, String(count + 1));
        } catch {
          return;
        }
        location.reload();
      }, 1_000);
    },
    true,
  );
}

/** Part of every page: see {@link retryScripts}. */
export function ScriptRetry() {
  useEffect(() => {
    document.documentElement.dataset.works = '';
    try {
      sessionStorage.removeItem(countKey);
    } catch {
      // Without storage, no page was loaded again.
    }
  }, []);
  return (
    <script
      suppressHydrationWarning
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the text is this file's own.
      dangerouslySetInnerHTML={{ __html: `(${retryScripts})(${JSON.stringify(countKey)})` }}
    />
  );
}
