import { type EncodedPacket, EncodedPacketSink, type PacketRetrievalOptions } from 'mediabunny';
import type { PlayableTrack } from '../media-file.ts';

/** A piece of a file, and the kinds of media to copy of it. Times are milliseconds in the file. */
export type Cut = { fromMs: number; toMs: number; kinds: readonly ('video' | 'audio')[] };

/** Timestamps are rounded in files. */
const roundingMs = 0.5;

/** Whether a track has a kind that is to be copied. */
export function isWanted(track: PlayableTrack, cut: Cut | undefined): boolean {
  return cut === undefined || cut.kinds.includes(track.isVideoTrack() ? 'video' : 'audio');
}

/** The packets of a track in their order: all of them, or those that begin within a piece. */
export async function* packetsOf(
  track: PlayableTrack,
  cut: Cut | undefined,
  options: PacketRetrievalOptions = {},
): AsyncGenerator<EncodedPacket, void, unknown> {
  const sink = new EncodedPacketSink(track);
  if (cut === undefined || cut.fromMs <= 0) {
    yield* until(sink.packets(undefined, undefined, options), cut?.toMs);
    return;
  }
  // A track that begins later has no packet before the piece.
  const start = await sink.getPacket(cut.fromMs / 1000, options);
  for await (const packet of until(sink.packets(start ?? undefined, undefined, options), cut.toMs)) {
    if (packet.timestamp * 1000 >= cut.fromMs - roundingMs) yield packet;
  }
}

/** Those before `toMs`. Live encoders send frames in the order in which they are shown. */
async function* until(
  packets: AsyncGenerator<EncodedPacket, void, unknown>,
  toMs: number | undefined,
): AsyncGenerator<EncodedPacket, void, unknown> {
  for await (const packet of packets) {
    if (toMs !== undefined && packet.timestamp * 1000 >= toMs - roundingMs) return;
    yield packet;
  }
}

/**
 * Where a piece can begin: at a picture that needs no other one, at `fromMs` or as soon as possible after it. Without
 * `video`, anywhere.
 * @returns milliseconds; `null` if there is no such picture before `toMs`
 */
export async function startOfPiece(
  video: PlayableTrack | undefined,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<number | null> {
  if (video === undefined) return fromMs < toMs ? fromMs : null;
  const sink = new EncodedPacketSink(video);
  const options = { metadataOnly: true };
  let key = (await sink.getKeyPacket(fromMs / 1000, options)) ?? (await sink.getFirstKeyPacket(options));
  while (key !== null && key.timestamp * 1000 < fromMs - roundingMs) key = await sink.getNextKeyPacket(key, options);
  return key === null || key.timestamp * 1000 >= toMs ? null : Math.max(0, key.timestamp * 1000);
}
