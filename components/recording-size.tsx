import { useTranslations } from 'use-intl';
import { formatClock } from '../lib/browser/format.ts';
import type { RecordingMeasure } from '../lib/signaling.ts';
import { useFormats } from './use-formats.ts';

/** How long and how large the recording is. It counts, so screen readers tell it when they are asked to. */
export function RecordingSize({ measure }: { measure: RecordingMeasure }) {
  const t = useTranslations('studio.recording');
  const { size } = useFormats();
  return (
    <p className="font-semibold text-ink-soft text-sm tabular-nums">
      <span className="sr-only">{t('soFar')} </span>
      {formatClock(measure.recordedMs)}
      {measure.sizeBytes > 0 && ` · ${size(measure.sizeBytes)}`}
    </p>
  );
}
