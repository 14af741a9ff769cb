import { useEffect, useState } from 'react';
import type { RecordingMeasure, RecordingPhase } from '../signaling.ts';
import { RecordingMeter } from './recording-meter.ts';
import { useStore } from './use-store.ts';

/**
 * The length and the room of the recording, counting, as long as the component is shown.
 * @param ask is that of the first render for good
 * @param ready false while the server cannot be asked: then what is known stands still
 */
export function useRecordingMeter(
  ask: () => Promise<RecordingMeasure>,
  phase: RecordingPhase,
  ready: boolean,
): RecordingMeasure | null {
  const [meter] = useState(() => new RecordingMeter(ask));
  useEffect(() => {
    if (ready) meter.follow(phase);
    return () => meter.close();
  }, [meter, phase, ready]);
  return useStore(meter.state);
}
