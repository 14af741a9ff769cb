import { formatBytes, formatClock } from '../lib/browser/format.ts';
import type { RecordingMeasure } from '../lib/signaling.ts';

/** How long and how large the recording is. It counts, so screen readers tell it when they are asked to. */
export function RecordingSize({ measure }: { measure: RecordingMeasure }) {
  return (
    <p className="font-semibold text-ink-soft text-sm tabular-nums">
      <span className="sr-only">Recorded so far: </span>
      {formatClock(measure.recordedMs)}
      {measure.sizeBytes > 0 && ` · ${formatBytes(measure.sizeBytes)}`}
    </p>
  );
}
