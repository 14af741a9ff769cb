'use client';

import { CodeXml, QrCode as QrIcon, Share2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { embedCode, isLocalHost, watchAddress } from '../../lib/browser/watch/watch-address.ts';
import { CopyLink, WatchLink } from '../shared/copy-link.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { inputClass } from '../ui/field.tsx';

/** Every way to invite an audience: the link, the system's own sharing, a QR code, and a player for other pages. */
export function SharePanel({ channel, title }: { channel: string; title: string }) {
  const t = useTranslations('studio.share');
  // Shown in the studio only, so it is never rendered on the server.
  const { origin, hostname } = location;
  const address = watchAddress(origin, channel);
  const canShare = typeof navigator.share === 'function';
  return (
    <div className="grid gap-3">
      <WatchLink channel={channel} variant="primary" />
      <div className="flex flex-wrap gap-3">
        {canShare && (
          <Button
            className="min-w-fit flex-1"
            onClick={() => {
              // A cancelled share is not an error.
              navigator.share({ title, text: t('shareText', { title }), url: address }).catch(() => undefined);
            }}
          >
            <Share2 aria-hidden="true" />
            {t('share')}
          </Button>
        )}
        <ShareQr address={address} />
        <ShareEmbed code={embedCode(origin, channel, title)} />
      </div>
      {isLocalHost(hostname) && <p className="text-ink-soft text-sm">{t('onlyHere')}</p>}
    </div>
  );
}

const codeClass = 'mx-auto aspect-square w-full max-w-80 rounded-xl bg-white';

const QrCode = dynamic(() => import('../shared/qr-code.tsx').then((part) => part.QrCode), {
  loading: () => <div className={codeClass} />,
});

/** The watch link as a QR code, for a projector or for someone else's phone. */
function ShareQr({ address }: { address: string }) {
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

/** The HTML code that embeds the player in another page. */
function ShareEmbed({ code }: { code: string }) {
  const t = useTranslations('studio.share.embed');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button className="min-w-fit flex-1" onClick={() => setOpen(true)}>
        <CodeXml aria-hidden="true" />
        {t('button')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('title')} description={t('description')}>
        <textarea
          readOnly
          rows={8}
          value={code}
          aria-label={t('label')}
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          className={`${inputClass} mb-3 resize-none py-2.5 font-mono text-sm`}
        />
        <CopyLink address={() => code} label={t('copy')} copied={t('copied')} variant="primary" />
      </Dialog>
    </>
  );
}
