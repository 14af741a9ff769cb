import { useTranslations } from 'use-intl';
import type { PublisherHandle } from '../../lib/browser/studio/use-publisher.ts';
import { SwitchRow } from './switch-row.tsx';

/** Allows a preview picture on the front page, or forbids it, before the show and during it. */
export function PreviewSwitch({ studio }: { studio: Pick<PublisherHandle, 'previewsAllowed' | 'allowPreviews'> }) {
  const t = useTranslations('studio.preview');
  return (
    <SwitchRow
      label={t('label')}
      hint={t('hint')}
      checked={studio.previewsAllowed}
      onChange={(allowed) => studio.allowPreviews(allowed)}
    />
  );
}
