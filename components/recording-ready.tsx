import { Download, ExternalLink } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { recordingPaths } from '../lib/recording.ts';
import { buttonClass } from './ui/button-style.ts';

/** The ways to a recording that was finished during the show. None leads off the stage. */
export function RecordingReady({ recordingId }: { recordingId: string }) {
  const t = useTranslations('library.ready');
  const link = buttonClass({ className: 'flex-1' });
  return (
    <>
      <div className="flex gap-3">
        <a
          className={link}
          href={`/recordings/${encodeURIComponent(recordingId)}`}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={t('watchName')}
        >
          <ExternalLink aria-hidden="true" />
          {t('watch')}
        </a>
        <a className={link} href={recordingPaths.download(recordingId)} download aria-label={t('downloadName')}>
          <Download aria-hidden="true" />
          {t('download')}
        </a>
      </div>
      <p className="text-ink-soft text-sm">{t('again')}</p>
    </>
  );
}
