import { expect, it } from 'vitest';
import type { MediaKind } from './media-gateway.ts';
import { type PartFinding, PartProgress } from './recorder-monitor.ts';

/** One second of a part: the bytes received of each kind, and the size of the file. */
type Second = Partial<Record<MediaKind, number>> & { file: number | null };

/** The first finding about a part during `seconds`, and the second in which it appears. */
function findings(
  kinds: readonly MediaKind[],
  seconds: readonly Second[],
  options: { beginsAt?: number } = {},
): [number, PartFinding] | null {
  const { beginsAt = 0 } = options;
  const progress = new PartProgress(kinds);
  const received: Partial<Record<MediaKind, number>> = { audio: 0, video: 0 };
  for (const [index, { file, ...came }] of seconds.entries()) {
    if (index === beginsAt) progress.begin();
    for (const kind of ['audio', 'video'] as const) received[kind] = (received[kind] ?? 0) + (came[kind] ?? 0);
    const finding = progress.look({ at: index * 1_000, sizeBytes: file, received: { ...received } });
    if (finding !== null) return [index, finding];
  }
  return null;
}

const both: readonly MediaKind[] = ['audio', 'video'];
const times = (count: number, second: (index: number) => Second) =>
  Array.from({ length: count }, (_, at) => second(at));

it('a file that grows with the media is fine, even if a Kurento writes it in large blocks', () => {
  expect(
    findings(
      both,
      times(60, (at) => ({ audio: 4_000, video: 60_000, file: at * 64_000 })),
    ),
  ).toBeNull();
  // A page that does not move, with sound: about 5 kB a second, written 64 KiB at a time.
  const block = (at: number) => Math.floor((at * 5_000) / 65_536) * 65_536;
  expect(
    findings(
      both,
      times(120, (at) => ({ audio: 4_000, video: 1_000, file: block(at) })),
    ),
  ).toBeNull();
});

it('there is no finding while nothing arrives: the presenter is away', () => {
  const away = (at: number) => at >= 5 && at < 100;
  const seconds = times(120, (at) =>
    away(at) ? { file: 300_000 } : { audio: 4_000, video: 60_000, file: at * 60_000 },
  );
  expect(findings(both, seconds)).toBeNull();
});

it('a file that is missing in two samples is gone, and one sample proves nothing', () => {
  const size = (at: number) => (at === 5 || at >= 9 ? null : at * 60_000);
  expect(
    findings(
      both,
      times(20, (at) => ({ video: 60_000, audio: 4_000, file: size(at) })),
    ),
  ).toEqual([10, 'gone']);
});

it('a file that is missing before the media server reports that it writes is not gone', () => {
  const seconds = times(6, (at) => ({ audio: 4_000, video: 60_000, file: at < 3 ? null : at * 60_000 }));
  expect(findings(both, seconds, { beginsAt: 3 })).toBeNull();
});

it('a file that does not grow is stuck within seconds, whatever the presenter sends', () => {
  const seconds = times(30, (at) => ({ audio: 4_000, video: 60_000, file: Math.min(at, 4) * 60_000 }));
  expect(findings(both, seconds)).toEqual([9, 'stuck']);
  const soundAlone = times(30, (at) => ({ audio: 4_000, file: Math.min(at, 4) * 4_000 }));
  expect(findings(['audio'], soundAlone)).toEqual([9, 'stuck']);
});

it('a recorder that does not begin is stuck five seconds after the first media, however little arrives', () => {
  const seconds = times(30, (at) => ({ ...(at >= 10 && { audio: 50, video: 200 }), file: 0 }));
  expect(findings(both, seconds, { beginsAt: Number.NaN })).toEqual([14, 'stuck']);
});

it('a recorder that waits for a kind which never arrived, or which ceased, is held up', () => {
  const never = times(30, () => ({ video: 60_000, file: 0 }));
  expect(findings(both, never, { beginsAt: Number.NaN })).toEqual([5, 'held-up']);
  const ceased = times(30, (at) => ({ video: 60_000, audio: at < 8 ? 4_000 : 0, file: Math.min(at, 8) * 60_000 }));
  expect(findings(both, ceased)).toEqual([13, 'held-up']);
  // What was buffered before the picture ceased is written two seconds later, and then nothing more.
  const late = times(30, (at) => ({ audio: 4_000, video: at < 8 ? 60_000 : 0, file: at < 10 ? at * 60_000 : 600_000 }));
  expect(findings(both, late)).toBeNull();
});

it('a recorder that was made without a kind is incomplete once that kind arrives for a while', () => {
  const blip = times(30, (at) => ({ video: 60_000, audio: at === 5 ? 100 : 0, file: at * 60_000 }));
  expect(findings(['video'], blip)).toBeNull();
  const back = times(30, (at) => ({ video: 60_000, audio: at < 10 ? 0 : 4_000, file: at * 60_000 }));
  expect(findings(['video'], back)).toEqual([13, 'complete']);
});

it('another link of the presenter, which counts from zero, leads to no finding', () => {
  const progress = new PartProgress(both);
  progress.begin();
  for (let at = 0; at < 40; at += 1) {
    const since = at < 20 ? at : at - 20;
    const received = { audio: since * 4_000, video: since * 60_000 };
    const file = at < 20 ? at * 60_000 : 20 * 60_000 + Math.max(0, since - 3) * 60_000;
    expect(progress.look({ at: at * 1_000, sizeBytes: file, received })).toBeNull();
  }
});
