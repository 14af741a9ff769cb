import type { PayloadFormat } from './rtp-payload.ts';

const silkMs = [10, 20, 40, 60];
const hybridMs = [10, 20];
const celtMs = [2.5, 5, 10, 20];

/** How long an Opus packet plays, in milliseconds, by its first bytes (RFC 6716 §3.1, §3.2); at most 120. */
export function opusDurationMs(packet: Buffer): number {
  const toc = packet[0] ?? 0;
  const configuration = toc >> 3;
  let frameMs = celtMs[configuration & 3] ?? 20;
  if (configuration < 12) frameMs = silkMs[configuration & 3] ?? 20;
  else if (configuration < 16) frameMs = hybridMs[configuration & 1] ?? 20;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
  return Math.min(120, frameMs * Math.max(1, frames));
}

/** RFC 7587 §4.2: the payload is one Opus packet. */
export const opusFormat: PayloadFormat = {
  isFramePerPacket: true,
  read: (payload) => ({ bytes: payload, isFrameStart: true }),
  assemble: (parts) => ({ data: Buffer.concat(parts), isKeyframe: true, setup: null }),
};

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
