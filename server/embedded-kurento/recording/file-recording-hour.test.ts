import { describe, expect, test } from 'vitest';
import { DriftingShow, type Impairment, offsetsOf, readBack } from './testing/drifting-show.ts';
import { isGrowing, recordingFixture } from './testing/recording-fixture.ts';

const fixture = recordingFixture();
const hourMs = 3_600_000;
/** A difference that viewers do not notice: https://www.itu.int/rec/R-REC-BT.1359 */
const noticeableMs = 40;

const calm: Impairment = {
  audioDrift: 0,
  videoDrift: 0,
  wallDrift: 0,
  arrivalDrift: 0,
  loss: 0.01,
  burstEveryMs: 97_000,
  burstMs: 1500,
  jitterMs: 120,
};

const shows = [
  {
    name: 'twenty minutes',
    lengthMs: hourMs / 3,
    drifts: { audioDrift: -450, videoDrift: 80, wallDrift: -40, arrivalDrift: 80 },
    tags: [],
  },
  {
    name: 'an hour',
    lengthMs: hourMs,
    drifts: { audioDrift: 400, videoDrift: -80, wallDrift: 40, arrivalDrift: -80 },
    tags: ['long'],
  },
];

describe('a long show', () => {
  for (const { name, tags, lengthMs, drifts } of shows) {
    test(`R71: keeps sound and picture within 40 ms for ${name} of drifting clocks, jitter and loss`, {
      tags,
      timeout: 60_000,
    }, async () => {
      const { recording, failures } = fixture.open();
      const show = new DriftingShow({ ...calm, ...drifts });
      recording.sinks.video.setSource(show.video);
      recording.sinks.audio.setSource(show.audio);
      recording.record();
      await show.run(lengthMs, (captureMs) => {
        // Another camera, as video that starts again late in the show must be aligned with the audio.
        if (captureMs === lengthMs - 300_000) show.video.ssrc = 4444;
      });
      await recording.stop();

      const file = await readBack(fixture.path);
      const offsets = offsetsOf(file);
      const beyond = offsets.filter(({ offsetMs }) => Math.abs(offsetMs) > noticeableMs);
      expect(beyond).toEqual([]);
      // Most pictures have their sound, to the end: losses removed no more than their share.
      expect(offsets.length).toBeGreaterThan(0.8 * (lengthMs / 60));
      expect(offsets.at(-1)?.atMs).toBeGreaterThan(lengthMs - 2000);
      expect(isGrowing(file.video) && isGrowing(file.audio)).toBe(true);
      // The file's time follows the sender's sound card.
      expect(Math.abs(file.durationMs - lengthMs * (1 + drifts.audioDrift / 1_000_000))).toBeLessThan(200);
      expect(failures).toEqual([]);
    });
  }
});
