import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { feed, hasCues, recordingFixture, worstSkewMs } from './testing/recording-fixture.ts';
import { av1, h264, readRecording, TestShow, TestSource, vp8, vp9 } from './testing/recording-rig.ts';

const fixture = recordingFixture();

describe('a recording that begins', () => {
  test('creates an empty file immediately and leaves it empty when nothing ever arrives', async () => {
    const { recording, events } = fixture.open();
    recording.record();
    await vi.waitFor(async () => expect((await stat(fixture.path)).size).toBe(0));
    await recording.stop();
    await recording.stop();
    expect((await stat(fixture.path)).size).toBe(0);
    expect(events).toEqual([]);
  });

  test('D23: begins without sound after half a second, and adds it when it arrives', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    show.sends.audio = false;
    feed(recording, show);
    recording.record();
    show.run(0, 600);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    const copy = join(fixture.folder, 'killed.webm');
    await copyFile(fixture.path, copy);
    expect((await readRecording(copy)).video.length).toBeGreaterThan(0);
    show.run(600, 5000);
    show.sends.audio = true;
    show.run(5000, 8000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(file.codecs).toEqual(['vp8', 'opus']);
    expect(file.video).toHaveLength(200);
    expect(file.audio).toHaveLength(150);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
  });

  test('begins without a picture after half a second, and adds it when it arrives', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.sends.video = false;
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    show.sends.video = true;
    show.run(5000, 7000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(file.codecs).toEqual(['vp8', 'opus']);
    expect(file.audio).toHaveLength(350);
    expect(file.video).toHaveLength(50);
    expect(worstSkewMs([...file.video, ...file.audio], file.audio[0])).toBeLessThanOrEqual(2);
  });

  test('does not hold back the sound while the picture has stopped', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    show.sends.video = false;
    show.run(2000, 20_000);
    const copy = join(fixture.folder, 'killed.webm');
    await vi.waitFor(async () => {
      await copyFile(fixture.path, copy);
      expect((await readRecording(copy)).audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(17_000);
    });
  });

  test('reports that it records when both kinds can be read from the disk, and not before', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    show.sends.video = false;
    feed(recording, show);
    recording.record();
    show.run(0, 400);
    show.video.report(400);
    show.audio.report(400);
    show.sends.video = true;
    show.run(400, 440);
    expect(events).toEqual([]);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    const file = await readRecording(fixture.path);
    expect([file.video[0]?.captureMs, file.audio[0]?.captureMs]).toEqual([400, 400]);
  });

  test('does not let the sound wait for more than a second for a picture that seldom changes', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 1000);
    const copy = join(fixture.folder, 'killed.webm');
    for (let nowMs = 1000; nowMs < 4600; nowMs += 200) {
      show.run(nowMs, nowMs + 200, (captureMs) => {
        show.sends.video = captureMs % 1800 === 0;
      });
      await vi.waitFor(async () => {
        await copyFile(fixture.path, copy);
        expect((await readRecording(copy)).audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(nowMs + 200 - 900);
      });
    }
  });

  test('keeps what it has when it is stopped before every kind has arrived', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.sends.audio = false;
    feed(recording, show);
    recording.record();
    show.run(0, 1000);
    await recording.stop();
    expect((await readRecording(fixture.path)).video).toHaveLength(25);
  });

  test.each([
    ['WEBM', vp8, ['vp8', 'opus']],
    ['WEBM', vp9, ['vp9', 'opus']],
    ['WEBM', av1, ['av1', 'opus']],
    ['WEBM_VIDEO_ONLY', vp8, ['vp8']],
    ['WEBM_AUDIO_ONLY', vp8, ['opus']],
    ['MKV', vp8, ['vp8', 'opus']],
    ['MKV', vp9, ['vp9', 'opus']],
    ['MKV', av1, ['av1', 'opus']],
    ['MKV', h264, ['avc', 'opus']],
    ['MKV_VIDEO_ONLY', h264, ['avc']],
    ['MKV_AUDIO_ONLY', h264, ['opus']],
    ['MP4', h264, ['avc', 'opus']],
    ['MP4', vp9, ['vp9', 'opus']],
    ['MP4', av1, ['av1', 'opus']],
    ['MP4_VIDEO_ONLY', h264, ['avc']],
    ['MP4_AUDIO_ONLY', vp8, ['opus']],
  ])('R69: writes with %s, from $name and opus, the tracks %j', async (profile, codec, codecs) => {
    const { recording, events } = fixture.open(profile);
    const show = new TestShow(new TestSource('video', codec));
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();
    const file = await readRecording(fixture.path);
    expect(file.codecs).toEqual(codecs);
    expect(file.video).toHaveLength(codecs.length === 2 || profile.endsWith('VIDEO_ONLY') ? 50 : 0);
    expect(file.audio).toHaveLength(codecs.includes('opus') ? 100 : 0);
    if (file.video.length > 0) expect([file.width, file.height]).toEqual([640, 360]);
    expect(file.headerDurationMs).toBeGreaterThan(1950);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0] ?? file.audio[0])).toBeLessThanOrEqual(1);
    if (!profile.startsWith('MP4')) expect(await hasCues(fixture.path)).toBe(true);
  });
});
