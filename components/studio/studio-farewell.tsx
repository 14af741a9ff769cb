import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { broadcastsFromHere } from '../ui/page-link.tsx';

/** Is shown during a show, and sees to it that nobody leaves the studio by accident. */
export function StudioFarewell() {
  const t = useTranslations('studio.live.farewell');
  const [asked, setAsked] = useState(false);
  const letGo = useRef(() => {});
  useEffect(() => {
    letGo.current = holdPage(() => setAsked(true));
    broadcastsFromHere.set(true);
    return () => {
      letGo.current();
      broadcastsFromHere.set(false);
    };
  }, []);
  return (
    <ConfirmDialog
      open={asked}
      title={t('title')}
      description={t('description')}
      confirmLabel={t('confirm')}
      cancelLabel={t('cancel')}
      onConfirm={() => {
        setAsked(false);
        letGo.current();
        history.back();
      }}
      onCancel={() => setAsked(false)}
    />
  );
}

/** As much as is needed of https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
type Navigation = EventTarget;
type NavigateEvent = Event & { navigationType: 'push' | 'replace' | 'reload' | 'traverse' };

/**
 * Keeps the page from being left by accident: the browser asks before it closes or loads it anew, and `onBack` is
 * called in place of going back or forth to another of our pages, where the browser can tell (Chromium, and others
 * since 2026). Whoever insists, and goes back once more, is let go.
 * @returns a function that lets the page go
 */
function holdPage(onBack: () => void): () => void {
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
