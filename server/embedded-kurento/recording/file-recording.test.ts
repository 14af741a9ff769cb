import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileRecording } from '../media/media-types.ts';
import { openFileRecording } from './file-recording.ts';
import { h264, type ReadPacket, readRecording, TestShow, TestSource, vp8, vp8Frame } from './recording-rig.ts';

let folder: string;
let path: string;
let opened: FileRecording[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-recording-'));
  path = join(folder, 'shows', 'media.webm');
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((recording) => recording.stop()));
  await rm(folder, { recursive: true, force: true });
});

type Failure = { errorCode: number; type: string; description: string };

function open(profile = 'WEBM', at = path) {
  const events: string[] = [];
  const failures: Failure[] = [];
  const listener = {
    started: () => events.push('started'),
    failed: (failure: Failure) => {
      events.push('failed');
      failures.push(failure);
    },
  };
  const recording = openFileRecording({ path: at, profile, listener, log: () => {} });
  opened.push(recording);
  return { recording, events, failures };
}

function feed(recording: FileRecording, show: TestShow): void {
  recording.sinks.video.setSource(show.video);
  recording.sinks.audio.setSource(show.audio);
}

/** The largest difference between the time in the file and the time of capture, after the first frame's. */
function worstSkewMs(packets: readonly ReadPacket[], zero: ReadPacket | undefined): number {
  const shift = (zero?.timeMs ?? 0) - (zero?.captureMs ?? 0);
  return Math.max(...packets.map((packet) => Math.abs(packet.timeMs - packet.captureMs - shift)));
}

function isGrowing(packets: readonly ReadPacket[]): boolean {
  return packets.every((packet, i) => i === 0 || packet.timeMs > (packets[i - 1]?.timeMs ?? 0));
}

describe('a recording to a file', () => {
  test('holds every frame of an undisturbed show, with its duration, size and index', async () => {
    const { recording, events } = open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    expect(show.video.keyframeRequests).toBe(1);
    show.run(0, 6000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();

    const file = await readRecording(path);
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
    expect(await hasCues(path)).toBe(true);
    expect(show.video.consumerCount).toBe(0);
  });

  test('puts packets in order that come late, and asks for no keyframe for it', async () => {
    const { recording } = open();
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

    const file = await readRecording(path);
    expect(file.video).toHaveLength(75);
    expect(show.video.keyframeRequests).toBe(1);
    expect(isGrowing(file.video)).toBe(true);
  });

  test('leaves out broken frames after a loss and goes on at the next keyframe, which it asks for', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.keyframeEveryMs = 100_000;
    show.network = (packets, captureMs) => (captureMs === 1000 ? packets.slice(1) : packets);
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    await recording.stop();

    const file = await readRecording(path);
    expect(show.video.keyframeRequests).toBe(2);
    const gapFrom = file.video.findLastIndex((packet) => packet.captureMs < 1000);
    expect(file.video[gapFrom]?.captureMs).toBe(960);
    expect(file.video[gapFrom + 1]?.isKey).toBe(true);
    expect(file.video[gapFrom + 1]?.captureMs).toBeLessThan(1500);
    expect(file.audio).toHaveLength(149);
    expect(file.video.every((packet) => packet.size === 2000)).toBe(true);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
  });

  test('survives the wrap-around of timestamps and sequence numbers', async () => {
    const { recording } = open();
    const start = { sequenceNumber: 65_500, timestamp: 2 ** 32 - 90_000 };
    const show = new TestShow(
      new TestSource('video', vp8, start),
      new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }, start),
    );
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    await recording.stop();

    const file = await readRecording(path);
    expect(file.video).toHaveLength(125);
    expect(file.audio).toHaveLength(250);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
  });

  test('aligns sound and picture by the sender’s clocks from the first frame if they come soon', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.videoDelayMs = 150;
    feed(recording, show);
    recording.record();
    show.run(0, 4000, (captureMs) => {
      if (captureMs === 200) show.video.report(captureMs);
      if (captureMs === 400) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(path);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
  });

  test('moves the picture to its place without a jump when the clocks become known late', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.videoDelayMs = 150;
    feed(recording, show);
    recording.record();
    show.run(0, 8000, (captureMs) => {
      if (captureMs === 3000) show.video.report(captureMs);
      if (captureMs === 3500) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(path);
    const sound = file.audio[0];
    expect(worstSkewMs(file.audio, sound)).toBeLessThanOrEqual(1);
    const settled = file.video.filter((packet) => packet.captureMs >= 5000);
    expect(worstSkewMs(settled, sound)).toBeLessThanOrEqual(5);
    const steps = file.video.slice(1).map((packet, i) => packet.timeMs - (file.video[i]?.timeMs ?? 0));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(35);
    expect(Math.max(...steps)).toBeLessThanOrEqual(45);
  });

  test('keeps sound and picture together when the sound card’s clock drifts', async () => {
    const { recording } = open();
    const fast = { ...vp8, name: 'opus', clockRate: 48_048 };
    // The stream is sent with 48 048 ticks a second and says 48 000: a drift of one in a thousand.
    const audio = new TestSource('audio', fast);
    const show = new TestShow(new TestSource('video', vp8), audio);
    show.network = (packets) =>
      packets.map((packet) => (packet.codec === fast ? { ...packet, codec: { ...fast, clockRate: 48_000 } } : packet));
    feed(recording, show);
    recording.record();
    show.run(0, 60_000, (captureMs) => {
      if (captureMs % 1000 === 0) show.video.report(captureMs);
      if (captureMs % 5000 === 200) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(path);
    const timeOfSound = new Map(file.audio.map((packet) => [packet.captureMs, packet.timeMs]));
    const skews = file.video.map((packet) =>
      Math.abs(packet.timeMs - (timeOfSound.get(packet.captureMs) ?? packet.timeMs)),
    );
    expect(Math.max(...skews)).toBeLessThanOrEqual(40);
  });

  test('leaves no hole where it was paused and goes on with a keyframe', async () => {
    const { recording, events } = open();
    const show = new TestShow();
    show.keyframeEveryMs = 100_000;
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    recording.pause();
    show.run(2000, 7000);
    recording.record();
    show.run(7000, 9000);
    await vi.waitFor(() => expect(events).toEqual(['started', 'started']));
    await recording.stop();

    const file = await readRecording(path);
    expect(events).toEqual(['started', 'started']);
    expect(file.durationMs).toBeGreaterThan(3850);
    expect(file.durationMs).toBeLessThan(4150);
    const resumed = file.video.findIndex((packet) => packet.captureMs >= 2000);
    expect(file.video[resumed]?.isKey).toBe(true);
    expect((file.video[resumed]?.timeMs ?? 0) - (file.video[resumed - 1]?.timeMs ?? 0)).toBeLessThanOrEqual(60);
    expect(isGrowing(file.video) && isGrowing(file.audio)).toBe(true);
    const after = [...file.video, ...file.audio].filter((packet) => packet.captureMs >= 7000);
    expect(worstSkewMs(after, file.video[resumed])).toBeLessThanOrEqual(1);
  });

  test('goes on in the same file, in real time, when the presenter comes back with new streams', async () => {
    const { recording, events } = open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    const again = new TestShow(
      new TestSource('video', vp8, { ssrc: 3333, sequenceNumber: 9, timestamp: 4_000_000_000 }),
      new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }, { ssrc: 4444, timestamp: 77 }),
    );
    Object.assign(again, { startMs: show.startMs });
    feed(recording, again);
    expect(again.video.keyframeRequests).toBe(1);
    again.run(8000, 10_000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();

    const file = await readRecording(path);
    expect(events).toEqual(['started']);
    expect(file.video.filter((packet) => packet.captureMs >= 8000)).toHaveLength(50);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
    expect(file.headerDurationMs).toBeGreaterThan(9900);
  });

  test('grows while it records: a copy taken in the middle can be played, and only the last moments are missing', async () => {
    const { recording } = open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    const copy = join(folder, 'killed.webm');
    await vi.waitFor(async () => {
      await copyFile(path, copy);
      const file = await readRecording(copy);
      expect(file.video.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(file.audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(file.codecs).toEqual(['vp8', 'opus']);
    });
    expect(await hasCues(copy)).toBe(false);
    const bytes = await readFile(copy);
    const cut = join(folder, 'cut.webm');
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    expect((await readRecording(cut)).video.length).toBeGreaterThanOrEqual(50);
  });

  test('makes an empty file at once and leaves it empty when nothing ever comes', async () => {
    const { recording, events } = open();
    recording.record();
    await vi.waitFor(async () => expect((await stat(path)).size).toBe(0));
    await recording.stop();
    await recording.stop();
    expect((await stat(path)).size).toBe(0);
    expect(events).toEqual([]);
  });

  test('begins without the sound after half a second, and adds it when it comes', async () => {
    const { recording, events } = open();
    const show = new TestShow();
    show.sends.audio = false;
    feed(recording, show);
    recording.record();
    show.run(0, 600);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    const copy = join(folder, 'killed.webm');
    await copyFile(path, copy);
    expect((await readRecording(copy)).video.length).toBeGreaterThan(0);
    show.run(600, 5000);
    show.sends.audio = true;
    show.run(5000, 8000);
    await recording.stop();

    const file = await readRecording(path);
    expect(file.codecs).toEqual(['vp8', 'opus']);
    expect(file.video).toHaveLength(200);
    expect(file.audio).toHaveLength(150);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
  });

  test('begins without the picture after half a second, and adds it when it comes', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.sends.video = false;
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    show.sends.video = true;
    show.run(5000, 7000);
    await recording.stop();

    const file = await readRecording(path);
    expect(file.codecs).toEqual(['vp8', 'opus']);
    expect(file.audio).toHaveLength(350);
    expect(file.video).toHaveLength(50);
    expect(worstSkewMs([...file.video, ...file.audio], file.audio[0])).toBeLessThanOrEqual(2);
  });

  test('does not hold back the sound while the picture has ceased', async () => {
    const { recording } = open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    show.sends.video = false;
    show.run(2000, 20_000);
    const copy = join(folder, 'killed.webm');
    await vi.waitFor(async () => {
      await copyFile(path, copy);
      expect((await readRecording(copy)).audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(17_000);
    });
  });

  test('says that it records when both kinds can be read from the disk, and not before', async () => {
    const { recording, events } = open();
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
    const file = await readRecording(path);
    expect([file.video[0]?.captureMs, file.audio[0]?.captureMs]).toEqual([400, 400]);
  });

  test('does not let the sound wait for more than a second for a picture that seldom changes', async () => {
    const { recording } = open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 1000);
    const copy = join(folder, 'killed.webm');
    for (let nowMs = 1000; nowMs < 4600; nowMs += 200) {
      show.run(nowMs, nowMs + 200, (captureMs) => {
        show.sends.video = captureMs % 1800 === 0;
      });
      await vi.waitFor(async () => {
        await copyFile(path, copy);
        expect((await readRecording(copy)).audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(nowMs + 200 - 900);
      });
    }
  });

  test('keeps what it has when it is stopped before every kind has come', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.sends.audio = false;
    feed(recording, show);
    recording.record();
    show.run(0, 1000);
    await recording.stop();
    expect((await readRecording(path)).video).toHaveLength(25);
  });

  test.each([
    ['WEBM_VIDEO_ONLY', ['vp8']],
    ['WEBM_AUDIO_ONLY', ['opus']],
    ['MKV', ['vp8', 'opus']],
  ])('writes with %s the tracks %j', async (profile, codecs) => {
    const { recording, events } = open(profile);
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();
    expect((await readRecording(path)).codecs).toEqual(codecs);
    expect(await hasCues(path)).toBe(true);
  });

  test('asks for a keyframe when the last one is long ago, so that the file can be sought in', async () => {
    const { recording } = open();
    const show = new TestShow();
    show.keyframeEveryMs = 1_000_000;
    feed(recording, show);
    recording.record();
    show.run(0, 40_000);
    await recording.stop();
    const keys = (await readRecording(path)).video.filter((packet) => packet.isKey);
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(keys.length).toBeLessThanOrEqual(5);
  });

  test('survives a change of resolution', async () => {
    const { recording } = open('WEBM_VIDEO_ONLY');
    const show = new TestShow();
    recording.sinks.video.setSource(show.video);
    recording.record();
    show.video.send(vp8Frame(true), 0, show.startMs);
    show.video.send(vp8Frame(true, 7, 3000, 1280, 720), 40, show.startMs + 40);
    show.video.send(vp8Frame(false), 80, show.startMs + 80);
    await recording.stop();
    const file = await readRecording(path);
    expect(file.video.map((packet) => packet.size)).toEqual([2000, 3000, 2000]);
    expect([file.width, file.height]).toEqual([640, 360]);
  });
});

describe('a recording that cannot be', () => {
  test('fails at once with a codec that the container cannot hold', () => {
    const { recording, failures } = open();
    recording.sinks.video.setSource(new TestSource('video', h264));
    recording.record();
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(failures[0]?.description).toContain('H264');
  });

  test('fails once, and keeps what was written, when the codec changes in the middle', async () => {
    const { recording, events } = open('MKV');
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
    expect((await readRecording(path)).video).toHaveLength(50);
  });

  test('fails with a profile it does not know', () => {
    const { recording, failures } = open('JPEG_VIDEO_ONLY');
    recording.record();
    expect(failures[0]?.description).toContain('JPEG_VIDEO_ONLY');
  });

  test('fails when the file cannot be made, and never throws', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const { recording, failures } = open('WEBM', join(folder, 'a-file', 'media.webm'));
    recording.record();
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_OPEN' });
    await recording.stop();
    recording.record();
    expect(failures).toHaveLength(1);
  });

  test('fails when the path is a folder', async () => {
    await mkdir(path, { recursive: true });
    const { recording, failures } = open();
    recording.record();
    await vi.waitFor(() => expect(failures[0]?.type).toBe('RESOURCE_ERROR_OPEN'));
  });

  test.runIf(process.platform === 'linux')('fails when the disk is full', async () => {
    const { recording, failures } = open('WEBM', '/dev/full');
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_NO_SPACE_LEFT' });
  });

  test('is over when it is stopped before it began', async () => {
    const { recording, events } = open();
    await recording.stop();
    recording.record();
    recording.sinks.audio.setSource(new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }));
    expect(events).toEqual([]);
    await expect(stat(path)).rejects.toThrow();
  });
});

/** Whether the file has an index: the id of Cues (RFC 9559 §5.1.5) behind the header, which only names it. */
async function hasCues(file: string): Promise<boolean> {
  return (await readFile(file)).subarray(4096).includes(Buffer.from([0x1c, 0x53, 0xbb, 0x6b]));
}
