import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { spsOf, testPps } from '../../codecs/testing/test-frames.ts';
import { feed, recordingFixture } from './testing/recording-fixture.ts';
import { h264, readRecording, TestShow, TestSource, vp8 } from './testing/recording-rig.ts';

const fixture = recordingFixture();

describe('a recording that cannot be made', () => {
  test('fails immediately with a codec that the container cannot hold', () => {
    const { recording, failures } = fixture.open();
    recording.sinks.video.setSource(new TestSource('video', h264));
    recording.record();
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(failures[0]?.description).toContain('H264');
  });

  test('fails once, and keeps what was written, when the codec changes in the middle', async () => {
    const { recording, events } = fixture.open('MKV');
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    recording.sinks.video.setSource(new TestSource('video', { ...h264 }, { ssrc: 9 }));
    const other = new TestSource('video', h264, { ssrc: 10 });
    recording.sinks.video.setSource(other);
    other.send(Buffer.from([0x65, 1, 2, 3]), 2000, show.startMs + 2000);
    await recording.stop();
    expect(events).toEqual(['started', 'failed']);
    expect((await readRecording(fixture.path)).video).toHaveLength(50);
  });

  test('waits for another picture when the decoder configuration does not fit into the file', async () => {
    const { recording, events } = fixture.open('MKV');
    const show = new TestShow(new TestSource('video', h264));
    feed(recording, show);
    recording.record();
    // A parameter set of 50 kB, aggregated with a picture (RFC 6184 §5.7.1).
    const set = Buffer.concat([spsOf(640, 360), Buffer.alloc(50_000)]);
    const units = [set, testPps, Buffer.from([0x65, 1, 2, 3])];
    const lengths = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
    const packet = show.video.packet(Buffer.concat([Buffer.from([0x78]), ...lengths]), 0, show.startMs, true);
    show.video.deliver([packet]);
    expect(show.video.keyframeRequests).toBe(2);
    show.run(40, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();
    expect((await readRecording(fixture.path)).video).toHaveLength(49);
  });

  test('fails with an unknown profile', () => {
    const { recording, failures } = fixture.open('JPEG_VIDEO_ONLY');
    recording.record();
    expect(failures[0]?.description).toContain('JPEG_VIDEO_ONLY');
  });

  test('fails when the file cannot be created, and never throws', async () => {
    await writeFile(join(fixture.folder, 'a-file'), '');
    const { recording, failures } = fixture.open('WEBM', join(fixture.folder, 'a-file', 'media.webm'));
    recording.record();
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_OPEN' });
    await recording.stop();
    recording.record();
    expect(failures).toHaveLength(1);
  });

  test('fails when the path is a folder', async () => {
    await mkdir(fixture.path, { recursive: true });
    const { recording, failures } = fixture.open();
    recording.record();
    await vi.waitFor(() => expect(failures[0]?.type).toBe('RESOURCE_ERROR_OPEN'));
  });

  test.runIf(process.platform === 'linux')('fails when the disk is full', async () => {
    const { recording, failures } = fixture.open('WEBM', '/dev/full');
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_NO_SPACE_LEFT' });
  });

  test('is over when it is stopped before it began', async () => {
    const { recording, events } = fixture.open();
    await recording.stop();
    recording.record();
    recording.sinks.audio.setSource(new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }));
    expect(events).toEqual([]);
    await expect(stat(fixture.path)).rejects.toThrow();
  });
});
