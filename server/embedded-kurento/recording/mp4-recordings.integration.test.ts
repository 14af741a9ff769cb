import { copyFile, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { h264Packet } from '../../codecs/testing/test-frames.ts';
import { mountSmallDisk, reasonAgainstMounting, unmountDisk } from '../../media-files/testing/small-disk.ts';
import { feed, isGrowing, recordingFixture, worstSkewMs } from './testing/recording-fixture.ts';
import { h264, readRecording, TestShow, TestSource } from './testing/recording-rig.ts';

const reason = reasonAgainstMounting();
const note = reason === null ? '' : ` (left out: ${reason})`;

const fixture = recordingFixture();
const path = () => join(fixture.folder, 'media.mp4');
const h264Show = () => new TestShow(new TestSource('video', h264));

/** The types of the boxes that a reader sees as it goes through the file. */
async function boxesOf(file: string): Promise<string[]> {
  const bytes = await readFile(file);
  const types: string[] = [];
  for (let position = 0; position + 16 <= bytes.length; ) {
    types.push(bytes.toString('latin1', position + 4, position + 8));
    const size = bytes.readUInt32BE(position);
    position += size === 1 ? Number(bytes.readBigUInt64BE(position + 8)) : size;
  }
  return types;
}

describe('a recording to MP4', () => {
  test('R70: holds every frame of an undisturbed show, with its duration and size, as an ordinary MP4 file', async () => {
    const { recording, events } = fixture.open('MP4', path());
    const show = h264Show();
    feed(recording, show);
    recording.record();
    show.run(0, 6000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();

    expect(await boxesOf(path())).toEqual(['ftyp', 'mdat', 'moov']);
    const file = await readRecording(path());
    expect(file.codecs).toEqual(['avc', 'opus']);
    expect([file.width, file.height]).toEqual([640, 360]);
    expect(file.video).toHaveLength(150);
    expect(file.audio).toHaveLength(300);
    expect(file.video.filter((packet) => packet.isKey)).toHaveLength(3);
    expect(file.headerDurationMs).toBeGreaterThanOrEqual(5980);
    expect(file.headerDurationMs).toBeLessThanOrEqual(6020);
    expect(isGrowing(file.video) && isGrowing(file.audio)).toBe(true);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
  });

  test('R70: grows while it records: a copy taken in the middle can be played, and only the last moments are missing', async () => {
    const { recording } = fixture.open('MP4', path());
    const show = h264Show();
    show.keyframeEveryMs = 100_000;
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    const copy = join(fixture.folder, 'killed.mp4');
    await vi.waitFor(async () => {
      await copyFile(path(), copy);
      const file = await readRecording(copy);
      expect(file.video.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(file.audio.at(-1)?.captureMs).toBeGreaterThanOrEqual(3800);
      expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
      expect(Math.abs(file.durationMs - (file.audio.at(-1)?.captureMs ?? 0))).toBeLessThanOrEqual(40);
    });
    const boxes = await boxesOf(copy);
    expect(boxes.slice(0, 4)).toEqual(['ftyp', 'free', 'moov', 'free']);
    expect(new Set(boxes.slice(4))).toEqual(new Set(['moof', 'mdat']));
    const bytes = await readFile(copy);
    const cut = join(fixture.folder, 'cut.mp4');
    await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    expect((await readRecording(cut)).video.length).toBeGreaterThanOrEqual(50);
  });

  test('R70, D25: can be read if the process dies between the index and the bytes that put it into effect', async () => {
    const { recording } = fixture.open('MP4', path());
    const show = h264Show();
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    await recording.stop();
    const finished = await readRecording(path());
    // The former header of the media box.
    const file = await open(path(), 'r+');
    await file.write(Buffer.from([0, 0, 0, 16, ...Buffer.from('free'), 0, 0, 0, 0, 0, 0, 0, 0]), 0, 16, 28);
    await file.close();
    expect((await boxesOf(path())).slice(0, 5)).toEqual(['ftyp', 'free', 'moov', 'free', 'moof']);
    const torn = await readRecording(path());
    expect([torn.video, torn.audio]).toEqual([finished.video, finished.audio]);
  });

  test('R70: adds sound that arrives late, and keeps it aligned with the picture', async () => {
    const { recording } = fixture.open('MP4', path());
    const show = h264Show();
    show.sends.audio = false;
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    show.sends.audio = true;
    show.run(3000, 6000);
    const copy = join(fixture.folder, 'killed.mp4');
    for (const part of ['grown', 'finished']) {
      if (part === 'finished') await recording.stop();
      await vi.waitFor(async () => {
        await copyFile(path(), copy);
        const file = await readRecording(copy);
        expect(file.codecs).toEqual(['avc', 'opus']);
        expect(file.audio.length).toBeGreaterThan(100);
        expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
      });
    }
    expect((await readRecording(path())).audio).toHaveLength(150);
  });

  test('R70, R72: shows the last picture through a gap, and the following frames at their times', async () => {
    const { recording } = fixture.open('MP4', path());
    const show = h264Show();
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    show.run(7000, 9000);
    await recording.stop();
    const file = await readRecording(path());
    expect(file.video).toHaveLength(100);
    expect(worstSkewMs(file.video, file.video[0])).toBeLessThanOrEqual(2);
    expect(file.headerDurationMs).toBeGreaterThan(8950);
  });

  test('R72: survives a change of resolution, whose parameters are in the stream', async () => {
    const { recording } = fixture.open('MP4_VIDEO_ONLY', path());
    const show = h264Show();
    recording.sinks.video.setSource(show.video);
    recording.record();
    show.video.send(h264Packet(true, 0), 0, show.startMs);
    show.video.send(h264Packet(true, 40, { width: 1280, height: 720 }), 40, show.startMs + 40);
    show.video.send(h264Packet(false, 80), 80, show.startMs + 80);
    await recording.stop();
    const file = await readRecording(path());
    expect(file.video.map(({ captureMs, isKey }) => [captureMs, isKey])).toEqual([
      [0, true],
      [40, true],
      [80, false],
    ]);
    expect([file.width, file.height]).toEqual([640, 360]);
  });

  test('stays empty when nothing ever arrives', async () => {
    const { recording } = fixture.open('MP4', path());
    recording.record();
    await recording.stop();
    expect((await stat(path())).size).toBe(0);
  });

  test.runIf(reason === null)(`R70: stays a readable file when the disk has no room for its index${note}`, async () => {
    const { recording, failures } = fixture.open('MP4', path());
    mountSmallDisk(fixture.folder, '1m');
    try {
      const show = h264Show();
      feed(recording, show);
      recording.record();
      show.run(0, 60_000);
      await vi.waitFor(() => expect(failures).toHaveLength(1));
      await recording.stop();
      expect(failures[0]).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_NO_SPACE_LEFT' });
      const file = await readRecording(path());
      expect(file.video.at(-1)?.captureMs).toBeGreaterThan(30_000);
      expect((await boxesOf(path())).at(4)).toBe('moof');
    } finally {
      unmountDisk(fixture.folder);
    }
  });
});
