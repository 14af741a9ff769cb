import { useTranslations } from 'use-intl';
import { guessLength } from '../lib/browser/format.ts';
import type { RecordingMeasure } from '../lib/signaling.ts';
import { Notice } from './ui/notice.tsx';
import { useFormats } from './use-formats.ts';

/** With less room than this, a presenter should do something about it, in milliseconds. */
const lowMs = 15 * 60_000;

/** How long the recording can go on until the disk is full, as far as that is known, and what is free on it. */
export function RecordingRoom({ measure: { remainingMs, freeBytes } }: { measure: RecordingMeasure }) {
  const t = useTranslations('studio.recording');
  const { size } = useFormats();
  const room = (
    <p className="text-ink-soft text-sm tabular-nums">
      {remainingMs !== null && <>{t('room', guessLength(remainingMs))} · </>}
      {t('free', { size: size(freeBytes) })}
    </p>
  );
  if (remainingMs === null || remainingMs >= lowMs) return room;
  // The time stands outside of the notice, which is read out again whenever anything in it changes.
  return (
    <>
      {room}
      <Notice tone="warning" title={t('low')}>
        {t('lowAdvice')}
      </Notice>
    </>
  );
}
