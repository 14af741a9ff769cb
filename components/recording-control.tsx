'use client';

import { Circle, Square } from 'lucide-react';
import { useState } from 'react';
import { type ErrorBody, toErrorBody } from '../lib/errors.ts';
import type { BroadcastView, RecordingWish } from '../lib/signaling.ts';
import { ErrorNotice } from './error-notice.tsx';
import { RecordingPhaseBadge } from './recording-phase-badge.tsx';
import { Button } from './ui/button.tsx';
import { Notice } from './ui/notice.tsx';

type RecordingControlProps = {
  broadcast: BroadcastView;
  /** False while the server cannot be asked. */
  ready: boolean;
  onRecord: (wish: RecordingWish) => Promise<void>;
};

/** Whether the show is recorded, what is wrong with that, and the button to begin or end it. */
export function RecordingControl({ broadcast, ready, onRecord }: RecordingControlProps) {
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<ErrorBody | null>(null);
  const { recording, recordingProblem } = broadcast;
  const under = recording === 'starting' || recording === 'recording';

  const change = async () => {
    setAsking(true);
    setError(null);
    try {
      await onRecord(under ? 'off' : 'on');
    } catch (cause) {
      setError(toErrorBody(cause));
    }
    setAsking(false);
  };
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <RecordingPhaseBadge phase={recording} />
        <Button disabled={!ready || recording === 'finishing'} busy={asking} onClick={() => void change()}>
          {!asking && (under ? <Square aria-hidden="true" /> : <Circle aria-hidden="true" fill="currentColor" />)}
          {under ? 'Stop recording' : 'Start recording'}
        </Button>
      </div>
      {recordingProblem !== null && <Notice tone="warning" title={recordingProblem} />}
      {error !== null && <ErrorNotice error={error} />}
    </div>
  );
}
