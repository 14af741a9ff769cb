/** As much as is needed of https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
type Navigation = EventTarget;
type NavigateEvent = Event & { navigationType: 'push' | 'replace' | 'reload' | 'traverse' };

/**
 * Keeps the page from being left by accident: the browser asks before it closes or loads it anew, and `onBack` is
 * called in place of going back or forth to another of our pages, where the browser can tell (Chromium, and others
 * since 2026). Whoever insists, and goes back once more, is let go.
 * @returns a function that lets the page go
 */
export function holdPage(onBack: () => void): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  const stay = (event: Event) => {
    // Only what `navigation` says of itself comes here.
    const { navigationType, cancelable } = event as NavigateEvent;
    if (navigationType !== 'traverse' || !cancelable) return;
    event.preventDefault();
    onBack();
  };
  const { navigation } = globalThis as { navigation?: Navigation };
  addEventListener('beforeunload', ask);
  navigation?.addEventListener('navigate', stay);
  return () => {
    removeEventListener('beforeunload', ask);
    navigation?.removeEventListener('navigate', stay);
  };
}
