import type { PayloadFormat } from './rtp-payload.ts';

const silkMs = [10, 20, 40, 60];
const hybridMs = [10, 20];
const celtMs = [2.5, 5, 10, 20];

/** The duration of an Opus packet, in milliseconds, from its first bytes (RFC 6716 §3.1, §3.2); at most 120. */
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

/** A packet that takes the place of lost sound in a file. */
export type Concealment = { readonly data: Buffer; readonly durationMs: number };

/** A decoder can conceal this much without listeners noticing, in milliseconds; beyond that, silence is better. */
const concealedMs = 100;
const silentFrameMs = 20;
const silentFrame = [0xff, 0xfe];
/** The most silent frames in a packet: an Opus packet lasts at most 120 ms (RFC 6716 §3.4). */
const framesInPacket = 6;

/** CELT silence at full bandwidth: a single frame (code 0), or up to six of the same size (code 3). */
const silences: readonly Buffer[] = Array.from({ length: framesInPacket }, (_, i) => {
  const frames = Array.from({ length: i + 1 }, () => silentFrame).flat();
  return Buffer.from(i === 0 ? [0xf8, ...frames] : [0xfb, i + 1, ...frames]);
});

/**
 * Opus packets that last for `gapMs`, except for a remainder shorter than a frame. First come frames without content,
 * which decoders conceal with matching sound (RFC 6716 §4.4), then silence. `before` is the packet before the gap.
 */
export function* concealGap(before: Buffer, gapMs: number): Generator<Concealment> {
  // The same mode and frame size as before, one frame per packet.
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
