import { PageWorks } from './page-works.tsx';

/**
 * Makes up for scripts that could not be loaded. Browsers cancel what they are loading when the network changes
 * (`ERR_NETWORK_CHANGED`), and a page without all its scripts would wait forever.
 *
 * A page that does not work yet is loaded again, at most three times within a minute; also if it does not work five seconds
 * after everything has arrived, or after fifteen, as when a script hangs or the page itself was cut off. In a page that
 * works, the script is loaded again: the bundler tries once more by itself, and from then on it hands the failure out to
 * everyone who asks for the same modules, unless a script has brought them meanwhile.
 *
 * This stands in the page as text. It runs once the style sheets are there, so a script may have failed before.
 */
function retryScripts(): void {
  const name = 'rostrum-script-retries';
  const failures = new Map<string, number>();
  const isThere = (source: string) => [...document.scripts].some((script) => script.getAttribute('src') === source);
  const works = () => 'works' in document.documentElement.dataset;
  const reload = () => {
    try {
      const times: number[] = JSON.parse(sessionStorage.getItem(name) ?? '[]');
      const recent = times.filter((time) => Date.now() - time < 60_000);
      if (recent.length >= 3) return;
      sessionStorage.setItem(name, JSON.stringify([...recent, Date.now()]));
    } catch {
      return;
    }
    location.reload();
  };
  const loadAgain = (source: string) => {
    if (isThere(source)) return;
    const script = document.createElement('script');
    script.addEventListener('error', () => script.remove());
    script.src = source;
    document.head.append(script);
  };
  const failed = (source: string) => {
    const count = failures.get(source) ?? 0;
    failures.set(source, count + 1);
    setTimeout(() => (works() ? loadAgain(source) : reload()), Math.min(1_000 * 2 ** count, 15_000));
  };
  const sourceOf = (target: unknown) => {
    const source = target instanceof HTMLScriptElement ? target.getAttribute('src') : null;
    return source?.includes('/_next/') ? source : null;
  };
  addEventListener(
    'error',
    ({ target }) => {
      const source = sourceOf(target);
      if (source !== null) failed(source);
    },
    true,
  );
  for (const script of document.scripts) {
    const source = sourceOf(script);
    const loads = source === null ? [] : performance.getEntriesByName(script.src);
    if (source !== null && loads.some((load) => (load as PerformanceResourceTiming).decodedBodySize === 0))
      failed(source);
  }
  addEventListener('load', () => setTimeout(() => works() || reload(), 5_000));
  setTimeout(() => works() || reload(), 15_000);
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
