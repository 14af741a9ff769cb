import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { holdPage } from '../lib/browser/hold-page.ts';
import { onAirHere } from '../lib/browser/on-air-here.ts';
import { ConfirmDialog } from './ui/confirm-dialog.tsx';

/** Is shown during a show, and sees to it that nobody leaves the studio by accident. */
export function StudioFarewell() {
  const t = useTranslations('studio.live.farewell');
  const [asked, setAsked] = useState(false);
  const letGo = useRef(() => {});
  useEffect(() => {
    letGo.current = holdPage(() => setAsked(true));
    onAirHere.set(true);
    return () => {
      letGo.current();
      onAirHere.set(false);
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
