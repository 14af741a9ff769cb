'use client';

import { QrCode as QrIcon } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './ui/button.tsx';

const codeClass = 'mx-auto aspect-square w-full max-w-64 rounded-xl bg-white';

const QrCode = dynamic(() => import('./qr-code.tsx').then((part) => part.QrCode), {
  loading: () => <div className={codeClass} />,
});

/** The link as a QR code for a phone's camera. It is shown on demand only: an audience may see this screen. */
export function HandOverCode({ address }: { address: string }) {
  const t = useTranslations('studio.setup.handOver');
  const [shown, setShown] = useState(false);
  return (
    <>
      <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
        <QrIcon aria-hidden="true" />
        {shown ? t('hideCode') : t('showCode')}
      </Button>
      {shown && <QrCode text={address} label={t('code')} className={codeClass} />}
    </>
  );
}
