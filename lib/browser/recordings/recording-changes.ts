import { Store } from '../page/store.ts';

/** Counts the changes that this page made to recordings; what shows recordings fetches them again when it grows. */
export const recordingChanges = new Store(0);

/** Tells what shows recordings that this page has changed some. */
export function noteRecordingChange(): void {
  recordingChanges.set(recordingChanges.get() + 1);
}
