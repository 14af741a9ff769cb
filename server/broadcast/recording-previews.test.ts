import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLogger } from '../logger.ts';
import type { Broadcast } from './broadcast.ts';
import { RecordingPreviews } from './recording-previews.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

/** The part of a recording that is looked at. */
function recordingOf(recordingId: string | null) {
  const state = { phase: 'starting', recordingId, recordedMs: 0, partSince: null as number | null };
  const recording = Object.assign(state, { save: () => state }) as unknown as Broadcast['recording'];
  return { state, broadcast: { recording } };
}

it('keeps the first picture, and replaces it until ten seconds are recorded', async () => {
  const kept: string[] = [];
  const keepPreview = async (id: string, jpeg: Uint8Array) => void kept.push(`${id} ${jpeg[0]}`);
  const previews = new RecordingPreviews({ recordingStore: { keepPreview }, logger: openLogger('silent') });
  const { state, broadcast } = recordingOf('one');
  previews.note(broadcast, Uint8Array.of(1));
  Object.assign(state, { phase: 'recording', partSince: Date.now() });
  for (let picture = 2; picture < 7; picture += 1) {
    previews.note(broadcast, Uint8Array.of(picture));
    vi.advanceTimersByTime(4_000);
  }
  expect(kept).toEqual(['one 2', 'one 3', 'one 4', 'one 5']);
  // In a pause nothing is recorded; and another recording of the show has a picture of its own.
  state.phase = 'paused';
  previews.note(broadcast, Uint8Array.of(7));
  Object.assign(state, { phase: 'recording', recordingId: 'two', recordedMs: 0, partSince: Date.now() });
  previews.note(broadcast, Uint8Array.of(8));
  expect(kept.slice(4)).toEqual(['two 8']);
});

it('does without the picture where the disk refuses it', async () => {
  const keepPreview = () => Promise.reject(new Error('The disk is full.'));
  const previews = new RecordingPreviews({ recordingStore: { keepPreview }, logger: openLogger('silent') });
  const { state, broadcast } = recordingOf('one');
  Object.assign(state, { phase: 'recording', partSince: Date.now() });
  previews.note(broadcast, Uint8Array.of(1));
  await vi.advanceTimersByTimeAsync(1);
});
