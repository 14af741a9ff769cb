/** Why connections that seem to be open may no longer be. */
export type WakeReason = 'visible' | 'online' | 'page-shown' | 'slept';

/** The page woke up. `gapMs` is how long its timers had been stopped, in milliseconds; 0 if they had not. */
export type Wake = { reason: WakeReason; gapMs: number };

/** An observation of the page's lifecycle, which runs until it is closed. */
export type PageLifecycle = { close: () => void };

const tickMs = 1_000;
/** A timer that fires later than this was not merely throttled for a moment: the machine or the tab slept. */
const sleptMs = 5_000;

/**
 * Calls `onWake` when the page becomes visible or is restored from the back/forward cache, when the network is back,
 * and when the machine has slept. None of these means that anything is broken, only that it is time to check.
 */
export function observePageLifecycle(onWake: (wake: Wake) => void): PageLifecycle {
  let last = Date.now();
  const gap = () => {
    const now = Date.now();
    const gapMs = now - last - tickMs;
    last = now;
    return gapMs > sleptMs ? gapMs : 0;
  };
  const timer = setInterval(() => {
    const gapMs = gap();
    if (gapMs > 0) onWake({ reason: 'slept', gapMs });
  }, tickMs);
  const onVisible = () => {
    if (isPageVisible()) onWake({ reason: 'visible', gapMs: gap() });
  };
  const onOnline = () => onWake({ reason: 'online', gapMs: gap() });
  const onShown = (event: PageTransitionEvent) => {
    if (event.persisted) onWake({ reason: 'page-shown', gapMs: gap() });
  };
  document.addEventListener('visibilitychange', onVisible);
  globalThis.addEventListener('online', onOnline);
  globalThis.addEventListener('pageshow', onShown);
  return {
    close: () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
      globalThis.removeEventListener('online', onOnline);
      globalThis.removeEventListener('pageshow', onShown);
    },
  };
}

/** False while the page is in a hidden tab; such a page decodes no pictures. */
export function isPageVisible(): boolean {
  return globalThis.document === undefined || document.visibilityState === 'visible';
}
