import { AudioLines, FileVideo } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { recordingPaths } from '../../../lib/recording.ts';
import type { RecordingDetails } from '../../../lib/recording-details.ts';
import { useFormattedText } from '../../shared/use-formatted-text.ts';
import { buttonClass } from '../../ui/button.tsx';

/** How a format is written. */
function nameOf(format: string): string {
  return format === 'webm' ? 'WebM' : format.toUpperCase();
}

type MoreDownloadsProps = { id: string; downloads: RecordingDetails['downloads'] };

/** The other forms in which a recording can be downloaded. They are made when they are asked for. */
export function MoreDownloads({ id, downloads }: MoreDownloadsProps) {
  const t = useTranslations('library.downloads');
  const { size } = useFormattedText();
  return downloads.map(({ form, format, sizeBytes }) => {
    if (form === 'stored') return null;
    return (
      <a key={form} className={buttonClass({})} href={recordingPaths.downloadAs(id, form)} download>
        {form === 'mp4' ? <FileVideo aria-hidden="true" /> : <AudioLines aria-hidden="true" />}
        <span>
          {t(form)}
          <span className="font-normal text-ink-soft">
            {' '}
            {sizeBytes > 0 ? t('about', { format: nameOf(format), size: size(sizeBytes) }) : nameOf(format)}
          </span>
        </span>
      </a>
    );
  });
}
