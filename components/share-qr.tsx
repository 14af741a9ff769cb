'use client';

import { QrCode as QrIcon } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';

const codeClass = 'mx-auto aspect-square w-full max-w-80 rounded-xl bg-white';

const QrCode = dynamic(() => import('./qr-code.tsx').then((part) => part.QrCode), {
  loading: () => <div className={codeClass} />,
});

/** The watch link as a QR code, for a projector or the phone of a neighbour. */
export function ShareQr({ address }: { address: string }) {
  const t = useTranslations('studio.share.qr');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="min-w-fit flex-1" onClick={() => setOpen(true)}>
        <QrIcon aria-hidden="true" />
        {t('button')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('title')} description={t('description')}>
        <QrCode text={address} label={t('image', { address })} className={codeClass} />
        <p className="mt-4 select-all break-all text-center font-medium text-sm">{address}</p>
      </Dialog>
    </>
  );
}
