import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { vp8Frame } from '../../codecs/testing/test-frames.ts';
import { feed, hasCues, isGrowing, recordingFixture, worstSkewMs } from './testing/recording-fixture.ts';
import { readRecording, TestShow, type TestSource } from './testing/recording-rig.ts';

const fixture = recordingFixture();

describe('a recording to a file', () => {
  test('holds every frame of an undisturbed show, with its duration, size and index', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    expect(show.video.keyframeRequests).toBe(1);
    show.run(0, 6000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(events).toEqual(['started']);
    expect(file.codecs).toEqual(['vp8', 'opus']);
    expect([file.width, file.height]).toEqual([640, 360]);
    expect(file.video).toHaveLength(150);
    expect(file.audio).toHaveLength(300);
    expect(file.video[0]?.timeMs).toBe(0);
    expect(file.video.filter((packet) => packet.isKey)).toHaveLength(3);
    expect(file.headerDurationMs).toBeGreaterThanOrEqual(5980);
    expect(file.headerDurationMs).toBeLessThanOrEqual(6020);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
    expect(await hasCues(fixture.path)).toBe(true);
    expect(show.video.consumerCount).toBe(0);
  });

  test('puts late packets in order, without a keyframe request', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    let late: { packets: ReturnType<TestSource['packetise']>; captureMs: number } | null = null;
    show.network = (packets, captureMs) => {
      const [first] = packets;
      if (packets.length > 1 && first !== undefined && captureMs === 1000) {
        late = { packets: [{ ...first, arrivedAt: first.arrivedAt + 150 }], captureMs };
        return packets.slice(1);
      }
      if (packets.length > 1 && late !== null && captureMs >= late.captureMs + 160) {
        const arriving = [...late.packets, ...packets];
        late = null;
        return arriving;
      }
      return captureMs % 200 === 80 ? packets.toReversed() : packets;
    };
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(file.video).toHaveLength(75);
    expect(show.video.keyframeRequests).toBe(1);
    expect(isGrowing(file.video)).toBe(true);
  });

  test('leaves out broken frames after a loss and continues at the next keyframe, which it requests', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.keyframeEveryMs = 100_000;
    show.network = (packets, captureMs) => (captureMs === 1000 ? packets.slice(1) : packets);
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(show.video.keyframeRequests).toBe(2);
    const gapFrom = file.video.findLastIndex((packet) => packet.captureMs < 1000);
    expect(file.video[gapFrom]?.captureMs).toBe(960);
    expect(file.video[gapFrom + 1]?.isKey).toBe(true);
    expect(file.video[gapFrom + 1]?.captureMs).toBeLessThan(1500);
    expect(file.audio).toHaveLength(149);
    expect(file.video.every((packet) => packet.size === 2000)).toBe(true);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
  });

  test('grows while it records: a copy taken in the middle can be played, and only the last moments are missing', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    const copy = join(fixture.folder, 'killed.webm');
    await vi.waitFor(async () => {
      await copyFile(fixture.path, copy);
      const file = await readRecording(copy);
      expect(file.video.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(file.audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(file.codecs).toEqual(['vp8', 'opus']);
    });
    expect(await hasCues(copy)).toBe(false);
    const bytes = await readFile(copy);
    const cut = join(fixture.folder, 'cut.webm');
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    expect((await readRecording(cut)).video.length).toBeGreaterThanOrEqual(50);
  });

  test('requests a keyframe when the last one is long ago, so that the file is seekable', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.keyframeEveryMs = 1_000_000;
    feed(recording, show);
    recording.record();
    show.run(0, 40_000);
    await recording.stop();
    const keys = (await readRecording(fixture.path)).video.filter((packet) => packet.isKey);
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(keys.length).toBeLessThanOrEqual(5);
  });

  test('survives a change of resolution', async () => {
    const { recording } = fixture.open('WEBM_VIDEO_ONLY');
    const show = new TestShow();
    recording.sinks.video.setSource(show.video);
    recording.record();
    show.video.send(vp8Frame(true), 0, show.startMs);
    show.video.send(vp8Frame(true, 7, 3000, 1280, 720), 40, show.startMs + 40);
    show.video.send(vp8Frame(false), 80, show.startMs + 80);
    await recording.stop();
    const file = await readRecording(fixture.path);
    expect(file.video.map((packet) => packet.size)).toEqual([2000, 3000, 2000]);
    expect([file.width, file.height]).toEqual([640, 360]);
  });
});
