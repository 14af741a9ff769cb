'use client';

import { MonitorSmartphone, QrCode as QrIcon } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { handOverAddress } from '../../lib/browser/studio/hand-over.ts';
import type { ResumeTicket } from '../../lib/browser/studio/resume-tickets.ts';
import { CopyLink } from '../shared/copy-link.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

type HandOverProps = { presenterKey: string; ticket: () => ResumeTicket | null };

/** Lets the presenter continue from another device while the show is on. */
export function HandOver({ presenterKey, ticket }: HandOverProps) {
  const t = useTranslations('studio.setup.handOver');
  // Read when the dialog opens, because a presenter who comes back is given a new one.
  const [handed, setHanded] = useState<ResumeTicket | null>(null);
  return (
    <>
      <Button variant="ghost" className="justify-self-start" onClick={() => setHanded(ticket())}>
        <MonitorSmartphone aria-hidden="true" />
        {t('title')}
      </Button>
      <Dialog open={handed !== null} onClose={() => setHanded(null)} title={t('title')} description={t('explanation')}>
        {handed !== null && (
          <div className="grid gap-3">
            <CopyLink
              label={t('copy')}
              address={() => handOverAddress(location.origin, presenterKey, handed)}
              variant="primary"
            />
            <HandOverCode address={handOverAddress(location.origin, presenterKey, handed)} />
          </div>
        )}
        <p className="mt-3 text-ink-soft text-sm">{t('secret')}</p>
      </Dialog>
    </>
  );
}

const codeClass = 'mx-auto aspect-square w-full max-w-64 rounded-xl bg-white';

const QrCode = dynamic(() => import('../shared/qr-code.tsx').then((part) => part.QrCode), {
  loading: () => <div className={codeClass} />,
});

/** The link as a QR code for a phone's camera. It is shown on demand only, as an audience may see this screen. */
function HandOverCode({ address }: { address: string }) {
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
