import { PageWorks } from './page-works.tsx';

/**
 * Loads the page again if one of its scripts could not be loaded, at most three times within a minute. Browsers cancel
 * what they are loading when the network changes (`ERR_NETWORK_CHANGED`), and a page without all its scripts would wait
 * forever. This runs before any of them, so it stands in the page as text.
 */
function retryScripts(): void {
  const name = 'rostrum-script-retries';
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement) || !target.src.includes('/_next/')) return;
      setTimeout(() => {
        // Once a page works, it loads further scripts itself, and tries again itself.
        if ('works' in document.documentElement.dataset) return;
        try {
          const times: number[] = JSON.parse(sessionStorage.getItem(name) ?? '[]');
          const recent = times.filter((time) => Date.now() - time < 60_000);
          if (recent.length >= 3) return;
          sessionStorage.setItem(name, JSON.stringify([...recent, Date.now()]));
        } catch {
          return;
        }
        location.reload();
      }, 1_000);
    },
    true,
  );
}

/** Part of every page: see {@link retryScripts}. `nonce` allows it to run. */
export function ScriptRetry({ nonce }: { nonce: string }) {
  return (
    <>
      <script
        nonce={nonce}
        suppressHydrationWarning
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the text is this file's own.
        dangerouslySetInnerHTML={{ __html: `(${retryScripts})()` }}
      />
      <PageWorks />
    </>
  );
}
