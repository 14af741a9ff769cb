import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { FileRecording } from '../../media/media-types.ts';
import { openFileRecording } from '../file-recording.ts';
import type { ReadPacket, TestShow } from './recording-rig.ts';

/*
 * For tests: folders for recordings, one per test, and checks of their content.
 */

/** A failure that a recorder reported. */
type Failure = { errorCode: number; type: string; description: string };

/** A recording of a test, and the events it sent. */
type TestRecording = { recording: FileRecording; events: string[]; failures: Failure[] };

/** A folder for recordings. */
export type RecordingFixture = {
  readonly folder: string;
  /** Where recordings are written by default; its folder does not exist yet. */
  readonly path: string;
  open(profile?: string, at?: string): TestRecording;
};

/** Gives every test of a file its own folder, and stops its recordings afterwards. Must be called once per file. */
export function recordingFixture(): RecordingFixture {
  let folder = '';
  let opened: FileRecording[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'file-recording-'));
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((recording) => recording.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  const fixture: RecordingFixture = {
    get folder() {
      return folder;
    },
    get path() {
      return join(folder, 'shows', 'media.webm');
    },
    open(profile = 'WEBM', at = fixture.path): TestRecording {
      const events: string[] = [];
      const failures: Failure[] = [];
      const listener = {
        started: () => events.push('started'),
        ended: () => events.push('ended'),
        failed: (failure: Failure) => {
          events.push('failed');
          failures.push(failure);
        },
      };
      const recording = openFileRecording({ path: at, profile, listener, log: () => {} });
      opened.push(recording);
      return { recording, events, failures };
    },
  };
  return fixture;
}

/** Connects `recording` to `show`. */
export function feed(recording: FileRecording, show: TestShow): void {
  recording.sinks.video.setSource(show.video);
  recording.sinks.audio.setSource(show.audio);
}

/** The largest difference between file time and capture time, relative to the first frame. */
export function worstSkewMs(packets: readonly ReadPacket[], zero: ReadPacket | undefined): number {
  const shift = (zero?.timeMs ?? 0) - (zero?.captureMs ?? 0);
  return Math.max(...packets.map((packet) => Math.abs(packet.timeMs - packet.captureMs - shift)));
}
/** Whether every packet is later than the one before. */
export function isGrowing(packets: readonly { timeMs: number }[]): boolean {
  return packets.every((packet, i) => i === 0 || packet.timeMs > (packets[i - 1]?.timeMs ?? 0));
}

/** Whether the file has an index: the id of Cues (RFC 9559 §5.1.5) behind the header, which only names it. */
export async function hasCues(file: string): Promise<boolean> {
  return (await readFile(file)).subarray(4096).includes(Buffer.from([0x1c, 0x53, 0xbb, 0x6b]));
}
