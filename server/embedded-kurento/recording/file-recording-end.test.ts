import { describe, expect, test, vi } from 'vitest';
import { feed, recordingFixture } from './testing/recording-fixture.ts';
import { readRecording, TestShow } from './testing/recording-rig.ts';

const fixture = recordingFixture();

describe('the end of a recording’s sources', () => {
  test('R74: is reported once all sources have ended, with all their media in the file, and not before', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    show.video.end();
    expect(events).toEqual(['started']);
    show.sends.video = false;
    show.run(2000, 3000);
    show.audio.end();
    show.audio.end();
    expect(events).toEqual(['started', 'ended']);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect([file.video.at(-1)?.captureMs, file.audio.at(-1)?.captureMs]).toEqual([1960, 2980]);
  });

  test('R74: is reported again when a source had started again, and waits for no kind without a source', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    recording.sinks.video.setSource(show.video);
    show.sends.audio = false;
    recording.record();
    show.run(0, 1000);
    show.video.end();
    show.run(1000, 2000);
    show.video.end();
    await vi.waitFor(() => expect(events.filter((event) => event === 'ended')).toHaveLength(2));
    // A source that was removed is not an end: another may follow.
    show.run(2000, 3000);
    recording.sinks.video.setSource(null);
    expect(events.filter((event) => event === 'ended')).toHaveLength(2);
    await recording.stop();
    show.video.end();
    expect(events.filter((event) => event === 'ended')).toHaveLength(2);
  });

  test('is not reported before it was asked to record', () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    show.run(0, 100);
    show.video.end();
    show.audio.end();
    expect(events).toEqual([]);
  });
});
