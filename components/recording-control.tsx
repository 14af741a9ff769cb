'use client';

import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRecordingMeter } from '../lib/browser/recording-meter.ts';
import { type ErrorBody, toErrorBody } from '../lib/errors.ts';
import type { BroadcastView, RecordingMeasure, RecordingPhase, RecordingWish } from '../lib/signaling.ts';
import { ErrorNotice } from './error-notice.tsx';
import { RecordingButtons } from './recording-buttons.tsx';
import { RecordingPhaseBadge } from './recording-phase-badge.tsx';
import { RecordingReady } from './recording-ready.tsx';
import { RecordingRoom } from './recording-room.tsx';
import { RecordingSize } from './recording-size.tsx';
import { Notice } from './ui/notice.tsx';
import { useRecordingProblem } from './use-recording-problem.ts';

type RecordingControlProps = {
  broadcast: BroadcastView;
  /** False while the server cannot be asked. */
  ready: boolean;
  onRecord: (wish: RecordingWish) => Promise<void>;
  onMeasure: () => Promise<RecordingMeasure>;
};

/** While a recording is finished or broken, what was told of its room last says nothing. */
const roomMatters: ReadonlySet<RecordingPhase> = new Set<RecordingPhase>(['starting', 'recording', 'paused']);

/** Whether the show is recorded, how long it is and may become, what is wrong, and what can be done about all that. */
export function RecordingControl({ broadcast, ready, onRecord, onMeasure }: RecordingControlProps) {
  const t = useTranslations('studio.recording');
  const problemOf = useRecordingProblem();
  const [asking, setAsking] = useState<RecordingWish | null>(null);
  const [error, setError] = useState<ErrorBody | null>(null);
  const section = useRef<HTMLElement>(null);
  const pressed = useRef(false);
  const { recording, recordingProblem, recordingId } = broadcast;
  const measure = useRecordingMeter(onMeasure, recording, ready);

  useEffect(() => {
    if (asking !== null || !pressed.current) return;
    pressed.current = false;
    // The button that was pressed may be gone. Who uses the keyboard goes on from here, not from the page's top.
    if (document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  }, [asking]);

  const change = async (wish: RecordingWish) => {
    if (asking !== null) return;
    pressed.current = true;
    setAsking(wish);
    setError(null);
    try {
      await onRecord(wish);
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
      <RecordingButtons phase={recording} ready={ready} asking={asking} onPress={(wish) => void change(wish)} />
      {recordingId !== null && <RecordingReady recordingId={recordingId} />}
      {measure !== null && roomMatters.has(recording) && <RecordingRoom measure={measure} />}
      {recordingProblem !== null && <Notice tone="warning" title={problemOf(recordingProblem)} />}
      {error !== null && <ErrorNotice error={error} />}
    </section>
  );
}
