'use client';

import { Share2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { embedCode, isLocalHost, watchAddress } from '../lib/browser/watch-address.ts';
import { ShareEmbed } from './share-embed.tsx';
import { ShareQr } from './share-qr.tsx';
import { Button } from './ui/button.tsx';
import { WatchLink } from './watch-link.tsx';

/** Every way to bring an audience: the link, the system's own sharing, a QR code, and a player for other pages. */
export function SharePanel({ channel, title }: { channel: string; title: string }) {
  const t = useTranslations('studio.share');
  // It is shown in the studio only, so never rendered where there is no browser.
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
              // Whoever thinks better of it is no error.
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
