import { describe, expect, test } from 'vitest';
import { randomNumbers, testSeed } from '../../codecs/testing/test-seed.ts';
import type { MediaKind } from '../media/media-types.ts';
import { offsetsOf, type ReadBack, readBack } from './testing/drifting-show.ts';
import { isGrowing, recordingFixture } from './testing/recording-fixture.ts';
import { type Interruption, StallingShow } from './testing/stalling-show.ts';

const fixture = recordingFixture();
/** A difference that viewers do not notice: https://www.itu.int/rec/R-REC-BT.1359 */
const noticeableMs = 40;
const lengthMs = 45_000;
const stallsMs = [200, 500, 1000, 1500];
/** A stall is distinguished from jitter when it is at least this many times as long. */
const toldFromJitter = 4;

/** When the sender sends RTCP sender reports. Browsers send them regularly. */
const reporters = [
  { reports: 'regular', tags: [] },
  { reports: 'after each', tags: ['long'] },
  { reports: 'none', tags: ['long'] },
] as const;

/** Interruptions of each length at random moments, far enough from each other that each can be looked at by itself. */
function interruptions(
  seed: number,
  one: Pick<Interruption, 'cause' | 'kinds' | 'burstRate'>,
  jitterMs: number,
): Interruption[] {
  const random = randomNumbers(seed);
  const told = one.cause === 'capture' ? stallsMs.filter((ms) => ms >= jitterMs * toldFromJitter) : stallsMs;
  const lengths = [...told, ...told].sort(() => random() - 0.5);
  return lengths.map((forMs, index) => ({ ...one, atMs: 4000 + index * 5000 + Math.floor(random() * 2000), forMs }));
}

/** Records such a show, and reads back the positions of its frames. */
async function record(
  seed: number,
  all: readonly Interruption[],
  options: { jitterMs: number; reports: 'regular' | 'after each' | 'none'; pictureMs?: number },
): Promise<Record<MediaKind, readonly ReadBack[]>> {
  const random = randomNumbers(seed + 1);
  const reportsAt = (kind: MediaKind): number[] => {
    if (options.reports === 'none') return [];
    if (options.reports === 'after each') return [400, ...all.map(({ atMs, forMs }) => atMs + forMs + 60)];
    const times = [400 + random() * 1500];
    while ((times.at(-1) ?? 0) < lengthMs)
      times.push((times.at(-1) ?? 0) + (kind === 'audio' ? 5000 : 1000) * (0.5 + random()));
    return times;
  };
  const { recording, failures } = fixture.open();
  const show = new StallingShow({ seed, interruptions: all, reportsAt, lengthMs, ...options });
  recording.sinks.video.setSource(show.video);
  recording.sinks.audio.setSource(show.audio);
  recording.record();
  show.run();
  await recording.stop();
  const file = await readBack(fixture.path);
  expect(failures).toEqual([]);
  expect(isGrowing(file.audio) && isGrowing(file.video)).toBe(true);
  expect(file.audio.at(-1)?.captureMs).toBeGreaterThan(lengthMs - 100);
  return file;
}

/** The distance of each frame from its right position, relative to the first audio frame. */
function placesOf({ audio }: Record<MediaKind, readonly ReadBack[]>): { atMs: number; offsetMs: number }[] {
  const shift = (audio[0]?.timeMs ?? 0) - (audio[0]?.captureMs ?? 0);
  return audio.map(({ captureMs, timeMs }) => ({ atMs: captureMs, offsetMs: timeMs - captureMs - shift }));
}

const beyond = (offsets: readonly { atMs: number; offsetMs: number }[]) =>
  offsets.filter(({ offsetMs }) => Math.abs(offsetMs) > noticeableMs);

const sound = ['audio'] as const;
const picture = ['video'] as const;
const both = ['audio', 'video'] as const;

describe(`a show that stops now and then (FUZZ_SEED=${testSeed})`, () => {
  describe.each([
    ['little jitter', 10],
    ['much jitter', 120],
  ])('with %s', (_name, jitterMs) => {
    for (const { reports, tags } of reporters)
      describe(`and reports: ${reports}`, { tags: [...tags] }, () => {
        test.each<[string, Pick<Interruption, 'cause' | 'kinds' | 'burstRate'>]>([
          ['a stall of the sound', { cause: 'capture', kinds: sound }],
          ['a stall of the picture', { cause: 'capture', kinds: picture }],
          ['a stall of both', { cause: 'capture', kinds: both }],
          ['a camera that stops', { cause: 'camera', kinds: picture }],
          ['a network that stops, and delivers at once', { cause: 'network', kinds: both }],
          ['a network that stops, and catches up slowly', { cause: 'network', kinds: both, burstRate: 2 }],
          ['sound that is late, and comes at once', { cause: 'network', kinds: sound }],
          ['sound that is late, and catches up slowly', { cause: 'network', kinds: sound, burstRate: 2 }],
          ['a picture that is late, and catches up slowly', { cause: 'network', kinds: picture, burstRate: 2 }],
        ])('R71, R163: keeps sound and picture within 40 ms through %s', async (_what, kind) => {
          const file = await record(testSeed, interruptions(testSeed, kind, jitterMs), { jitterMs, reports });
          expect(beyond(offsetsOf(file))).toEqual([]);
          expect(beyond(placesOf(file))).toEqual([]);
          expect(offsetsOf(file).length).toBeGreaterThan(700);
        });
      });
  });

  test.each([['regular' as const], ['none' as const]])(
    'R71: a network that catches up for five seconds is not mistaken for a clock jump, with reports: %s',
    async (reports) => {
      const stop: Interruption = { cause: 'network', kinds: both, atMs: 15_000, forMs: 1500, burstRate: 1.3 };
      const file = await record(testSeed, [stop], { jitterMs: 30, reports });
      expect(beyond(offsetsOf(file))).toEqual([]);
      expect(beyond(placesOf(file))).toEqual([]);
    },
  );

  test('R163: sound is at its right position though the recording stops right after a stall', async () => {
    const stall: Interruption = { cause: 'capture', kinds: sound, atMs: lengthMs - 1160, forMs: 1000 };
    const file = await record(testSeed, [stall], { jitterMs: 10, reports: 'none' });
    expect(beyond(placesOf(file))).toEqual([]);
    expect(placesOf(file).filter(({ atMs }) => atMs > stall.atMs).length).toBeGreaterThan(5);
  });

  test('R163: a slow picture goes on after a stall, though too few frames arrive to detect it', async () => {
    const stall: Interruption = { cause: 'capture', kinds: picture, atMs: 10_000, forMs: 1000 };
    const file = await record(testSeed, [stall], { jitterMs: 10, reports: 'regular', pictureMs: 200 });
    const steps = file.video.slice(1).map(({ timeMs }, index) => timeMs - (file.video[index]?.timeMs ?? 0));
    expect(file.video.length).toBe((lengthMs - stall.forMs) / 200);
    expect(Math.max(...steps)).toBeLessThan(1300);
  });
});
