import { useTranslations } from 'use-intl';
import { Badge } from './badge.tsx';

/** The red that means "live", and the word with it: colour alone tells nothing to some. */
export function LiveBadge() {
  const t = useTranslations('library');
  return (
    <Badge tone="live">
      <span className="size-2 animate-pulse-live rounded-full bg-current" aria-hidden="true" />
      {t('live')}
    </Badge>
  );
}
