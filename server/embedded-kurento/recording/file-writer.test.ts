import { expect, test } from 'vitest';
import { opusPacket } from '../../codecs/testing/test-frames.ts';
import { GrowingFile } from '../../media-files/growing-file.ts';
import { RtpClock } from '../media/rtp/rtp-clock.ts';
import { FileWriter } from './file-writer.ts';
import type { ReceivedFrame } from './frame-assembler.ts';
import { recordingFixture } from './testing/recording-fixture.ts';
import { readRecording } from './testing/recording-rig.ts';

const fixture = recordingFixture();
const startMs = 1_000_000;

/** Audio of a sender whose packets arrive when they are captured. */
function soundOf(clock: RtpClock): (captureMs: number) => ReceivedFrame {
  return (captureMs) => {
    const [timestamp, arrivedAt] = [captureMs * 48, startMs + captureMs];
    clock.observe(timestamp, arrivedAt);
    return { data: opusPacket(captureMs / 20), isKeyframe: true, setup: null, timestamp, clock, arrivedAt };
  };
}

test('R73: while no sound arrives at all, silence takes its place some seconds later', async () => {
  const faults: unknown[] = [];
  const file = new GrowingFile(fixture.path, (fault) => faults.push(fault));
  const writer = new FileWriter(file, 'webm', () => 'opus');
  const sound = soundOf(new RtpClock(1, 48_000, 0));
  writer.begin({ audio: [sound(0), sound(20)], video: [] });
  // A network that delays everything for some seconds is not a silence.
  writer.fillSilence(startMs + 9000);
  expect(writer.durationMs).toBe(40);
  writer.fillSilence(startMs + 60_000);
  expect(writer.durationMs).toBeGreaterThan(54_900);
  expect(writer.durationMs).toBeLessThanOrEqual(55_040);
  writer.write('audio', sound(60_000));
  writer.finish();
  await file.close();

  const { audio, concealed } = await readRecording(fixture.path);
  expect(audio.map(({ timeMs, captureMs }) => [Math.round(timeMs), captureMs])).toEqual([
    [0, 0],
    [20, 20],
    [60_000, 60_000],
  ]);
  expect(concealed.length).toBeGreaterThan(490);
  expect(faults).toEqual([]);
});
