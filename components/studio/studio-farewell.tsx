import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { broadcastsFromHere } from '../ui/page-link.tsx';

/** Rendered during a show; keeps the presenter from leaving the studio by accident. */
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

/** The part that is needed of https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
type Navigation = EventTarget;
type NavigateEvent = Event & { navigationType: 'push' | 'replace' | 'reload' | 'traverse' };

/**
 * Keeps the page from being left by accident. The browser asks before it closes or reloads the page, and `onBack` is
 * called instead of going back or forward to another of our pages, where the browser can report that (Chromium, and
 * others since 2026). A presenter who goes back once more leaves the page.
 * @returns a function that releases the page
 */
function holdPage(onBack: () => void): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  const stay = (event: Event) => {
    // Only events of `navigation` arrive here.
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
