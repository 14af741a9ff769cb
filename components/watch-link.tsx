'use client';

import { useTranslations } from 'use-intl';
import { CopyLink } from './copy-link.tsx';

type WatchLinkProps = { channel: string; variant?: 'primary' | 'secondary'; className?: string };

/** Copies the link for the audience. */
export function WatchLink({ channel, variant = 'secondary', className }: WatchLinkProps) {
  const t = useTranslations('watch');
  return (
    <CopyLink
      label={t('copyWatchLink')}
      // Without hash or query: nothing of the presenter's may travel with it.
      address={() => `${location.origin}/watch/${channel}`}
      variant={variant}
      className={className}
    />
  );
}
