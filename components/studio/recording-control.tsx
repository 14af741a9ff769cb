'use client';

import { Download, ExternalLink } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { estimateDuration, formatClock } from '../../lib/browser/page/format.ts';
import { useRecordingMeter } from '../../lib/browser/recordings/recording-meter.ts';
import { type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import { recordingPaths } from '../../lib/recording.ts';
import type { RecordingMeasure } from '../../lib/recording-measure.ts';
import type { BroadcastView, RecordingMode, RecordingPhase } from '../../lib/signaling.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { useRecordingProblemText } from '../shared/use-recording-problem-text.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { RecordingButtons } from './recording-buttons.tsx';

type RecordingControlProps = {
  broadcast: BroadcastView;
  /** False while the server cannot be reached. */
  ready: boolean;
  onRecord: (mode: RecordingMode) => Promise<void>;
  onMeasure: () => Promise<RecordingMeasure>;
};

/** Once a recording is being finished or has failed, the last measurement no longer means anything. */
const remainingMatters: ReadonlySet<RecordingPhase> = new Set<RecordingPhase>(['starting', 'recording', 'paused']);

/** Whether the show is recorded, how long it is and may become, what is wrong, and the actions for all that. */
export function RecordingControl({ broadcast, ready, onRecord, onMeasure }: RecordingControlProps) {
  const t = useTranslations('studio.recording');
  const problemOf = useRecordingProblemText();
  const [asking, setAsking] = useState<RecordingMode | null>(null);
  const [error, setError] = useState<ErrorBody | null>(null);
  const section = useRef<HTMLElement>(null);
  const pressed = useRef(false);
  const { recording, recordingProblem, recordingId } = broadcast;
  const measure = useRecordingMeter(onMeasure, recording, ready);

  useEffect(() => {
    if (asking !== null || !pressed.current) return;
    pressed.current = false;
    // The pressed button may be gone. Keyboard users continue from here, not from the top of the page.
    if (document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  }, [asking]);

  const change = async (mode: RecordingMode) => {
    if (asking !== null) return;
    pressed.current = true;
    setAsking(mode);
    setError(null);
    try {
      await onRecord(mode);
    } catch (cause) {
      setError(toErrorBody(cause));
    }
    setAsking(null);
  };
  return (
    <section ref={section} tabIndex={-1} aria-label={t('name')} className="grid gap-3 outline-none">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <RecordingPhaseBadge phase={recording} />
        {measure !== null && <RecordingSize measure={measure} />}
      </div>
      <RecordingButtons phase={recording} ready={ready} asking={asking} onPress={(mode) => void change(mode)} />
      {recordingId !== null && <RecordingReady recordingId={recordingId} />}
      {measure !== null && remainingMatters.has(recording) && <RecordingSpace measure={measure} />}
      {recordingProblem !== null && <Notice tone="warning" title={problemOf(recordingProblem)} />}
      {error !== null && <ErrorNotice error={error} />}
    </section>
  );
}

/** How long and how large the recording is. It changes constantly, so screen readers read it only on request. */
function RecordingSize({ measure }: { measure: RecordingMeasure }) {
  const t = useTranslations('studio.recording');
  const { size } = useFormattedText();
  return (
    <p className="font-semibold text-ink-soft text-sm tabular-nums">
      <span className="sr-only">{t('soFar')} </span>
      {formatClock(measure.recordedMs)}
      {measure.sizeBytes > 0 && ` · ${size(measure.sizeBytes)}`}
    </p>
  );
}

/** With less time left than this, a presenter should do something about it, in milliseconds. */
const lowMs = 15 * 60_000;

/** How long the recording can continue until the disk is full, as far as that is known, and the free space on it. */
function RecordingSpace({ measure: { remainingMs, freeBytes } }: { measure: RecordingMeasure }) {
  const t = useTranslations('studio.recording');
  const { size } = useFormattedText();
  const remaining = (
    <p className="text-ink-soft text-sm tabular-nums">
      {remainingMs !== null && <>{t('room', estimateDuration(remainingMs))} · </>}
      {t('free', { size: size(freeBytes) })}
    </p>
  );
  if (remainingMs === null || remainingMs >= lowMs) return remaining;
  // The time is outside the notice, which is read out again whenever anything in it changes.
  return (
    <>
      {remaining}
      <Notice tone="warning" title={t('low')}>
        {t('lowAdvice')}
      </Notice>
    </>
  );
}

/** Links to a recording that was finished during the show. None of them leaves the studio page. */
function RecordingReady({ recordingId }: { recordingId: string }) {
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

const tones: Record<RecordingPhase, BadgeTone> = {
  off: 'neutral',
  starting: 'neutral',
  recording: 'accent',
  paused: 'warning',
  finishing: 'neutral',
  finished: 'accent',
  failed: 'danger',
};

/** The state of the recording as a badge. */
function RecordingPhaseBadge({ phase }: { phase: RecordingPhase }) {
  const t = useTranslations('studio.recording.phases');
  return (
    <p role="status">
      <Badge tone={tones[phase]}>{t(phase)}</Badge>
    </p>
  );
}
