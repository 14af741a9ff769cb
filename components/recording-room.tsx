import { formatBytes, formatGuess } from '../lib/browser/format.ts';
import type { RecordingMeasure } from '../lib/signaling.ts';
import { Notice } from './ui/notice.tsx';

/** With less room than this, a presenter should do something about it, in milliseconds. */
const lowMs = 15 * 60_000;

/** How long the recording can go on until the disk is full, as far as that is known, and what is free on it. */
export function RecordingRoom({ measure: { remainingMs, freeBytes } }: { measure: RecordingMeasure }) {
  const room = (
    <p className="text-ink-soft text-sm tabular-nums">
      {remainingMs !== null && <>Room for about {formatGuess(remainingMs)} · </>}
      {formatBytes(freeBytes)} free
    </p>
  );
  if (remainingMs === null || remainingMs >= lowMs) return room;
  // The time stands outside of the notice, which is read out again whenever anything in it changes.
  return (
    <>
      {room}
      <Notice tone="warning" title="There is little room left to record">
        Delete recordings that nobody needs (in another tab, so that you stay live), or ask whoever runs the server for
        room. When the disk is full, recording waits until there is room again. The broadcast goes on.
      </Notice>
    </>
  );
}
