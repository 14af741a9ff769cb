import { opusDurationMs } from './opus-duration.ts';

/** What stands in a file for sound that never came. */
export type Concealment = { readonly data: Buffer; readonly durationMs: number };

/** A decoder makes up this much without anybody noticing, in milliseconds; then it is better silent. */
const concealedMs = 100;
const silentFrameMs = 20;
const silentFrame = [0xff, 0xfe];
/** An Opus packet plays for 120 ms at most (RFC 6716 §3.4). */
const framesInPacket = 6;

/** Silence of CELT at the full bandwidth: a single frame (code 0), or up to six of the same size (code 3). */
const silences: readonly Buffer[] = Array.from({ length: framesInPacket }, (_, i) => {
  const frames = Array.from({ length: i + 1 }, () => silentFrame).flat();
  return Buffer.from(i === 0 ? [0xf8, ...frames] : [0xfb, i + 1, ...frames]);
});

/**
 * Packets of Opus that play for `gapMs`, but for a rest that is shorter than a frame. First frames without content,
 * for which decoders make up sound that fits (RFC 6716 §4.4), then silence. `before` is the packet before the gap.
 */
export function* concealGap(before: Buffer, gapMs: number): Generator<Concealment> {
  // The same mode and frame size as before, one frame a packet.
  const empty = Buffer.from([(before[0] ?? 0) & 0xfc]);
  const emptyMs = opusDurationMs(empty);
  let restMs = gapMs;
  for (let madeUpMs = 0; madeUpMs < concealedMs && restMs >= emptyMs; madeUpMs += emptyMs) {
    yield { data: empty, durationMs: emptyMs };
    restMs -= emptyMs;
  }
  for (let data = silenceFor(restMs); data !== undefined; data = silenceFor(restMs)) {
    const durationMs = opusDurationMs(data);
    yield { data, durationMs };
    restMs -= durationMs;
  }
}

function silenceFor(restMs: number): Buffer | undefined {
  return silences[Math.min(framesInPacket, Math.floor(restMs / silentFrameMs)) - 1];
}
