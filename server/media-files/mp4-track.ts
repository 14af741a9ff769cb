import type { CodecSetup, RecordedCodec } from '../codecs/rtp-payload.ts';
import type { FileTrack } from './container-file.ts';
import { ascii, box, fullBox, u16, u32, u64 } from './mp4-boxes.ts';

/** The units per second of a movie's own times. */
export const movieTimescale = 1000;
/** The matrix of a picture that is neither rotated nor scaled (§6.2.2). */
export const unityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const largestSize = 0xffff;

/** The units per second of a track's times: those of RTP, which MP4 requires for Opus. */
function timescaleOf(track: FileTrack): number {
  return track.setup === null ? 48_000 : 90_000;
}

/** Converts a time to a track's units. */
export function ticks(track: FileTrack, timeMs: number): number {
  return (timeMs * timescaleOf(track)) / 1000;
}

/** A track (§8.3) with its table of samples, from `startMs` until `endMs` of the movie. */
export function trackBox(track: FileTrack, span: { startMs: number; endMs: number }, table: Buffer): Buffer {
  const isVideo = track.setup !== null;
  const { width, height } = sizeOf(track.setup);
  return box(
    'trak',
    fullBox(
      'tkhd',
      0,
      // Enabled, and part of the presentation.
      3,
      u32(0, 0, track.number, 0, span.endMs, 0, 0),
      u16(0, 0, isVideo ? 0 : 0x0100, 0),
      unityMatrix,
      u32(width * 0x10000, height * 0x10000),
    ),
    ...editList(span),
    box(
      'mdia',
      fullBox(
        'mdhd',
        1,
        0,
        u64(0),
        u64(0),
        u32(timescaleOf(track)),
        u64(ticks(track, span.endMs - span.startMs)),
        language,
      ),
      fullBox('hdlr', 0, 0, u32(0), ascii(isVideo ? 'vide' : 'soun'), u32(0, 0, 0), ascii('Rostrum\0')),
      box(
        'minf',
        isVideo ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, u16(0, 0)),
        box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
        table,
      ),
    ),
  );
}

/** The description of how samples are coded (§8.5.2). */
export function sampleDescription(track: FileTrack): Buffer {
  const entry = track.setup === null ? opusEntry(track.channels) : videoEntry(track.codec, track.setup);
  return fullBox('stsd', 0, 0, u32(1), entry);
}

/** "und" in three times five bits (§8.4.2), followed by zeros. */
const language = u16(0x55c4, 0);

/** A late track begins with an empty edit (§8.6.6). */
function editList({ startMs, endMs }: { startMs: number; endMs: number }): Buffer[] {
  if (startMs === 0) return [];
  const nothing = u32(startMs, 0xffffffff, 0x10000);
  const media = u32(endMs - startMs, 0, 0x10000);
  return [box('edts', fullBox('elst', 0, 0, u32(2), nothing, media))];
}

const videoEntries: Readonly<Record<RecordedCodec, { entry: string; configuration: string; isFull: boolean }>> = {
  H264: { entry: 'avc1', configuration: 'avcC', isFull: false },
  AV1: { entry: 'av01', configuration: 'av1C', isFull: false },
  VP9: { entry: 'vp09', configuration: 'vpcC', isFull: true },
  // No recording profile uses these two here; the names are those of the registration authority.
  VP8: { entry: 'vp08', configuration: 'vpcC', isFull: true },
  opus: { entry: 'Opus', configuration: 'dOps', isFull: false },
};

/** A VisualSampleEntry (§12.1.3), with 72 dpi and 24 bits, as all have. */
function videoEntry(codec: RecordedCodec, setup: CodecSetup): Buffer {
  const { entry, configuration, isFull } = videoEntries[codec];
  const { width, height } = sizeOf(setup);
  const content = setup.mp4Configuration ?? setup.codecPrivate ?? Buffer.alloc(0);
  return box(
    entry,
    u16(0, 0, 0, 1),
    u32(0, 0, 0, 0),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, -1),
    isFull ? fullBox(configuration, 1, 0, content) : box(configuration, content),
  );
}

/** An AudioSampleEntry of Opus: https://opus-codec.org/docs/opus_in_isobmff.html. A live stream needs no pre-skip. */
function opusEntry(channels: number): Buffer {
  const configuration = box('dOps', Buffer.from([0, channels]), u16(0), u32(48_000), u16(0), Buffer.from([0]));
  return box('Opus', u16(0, 0, 0, 1), u32(0, 0), u16(channels, 16, 0, 0), u32(48_000 * 0x10000), configuration);
}

/** The size, limited to what a file can state; a stream may claim more. */
function sizeOf(setup: CodecSetup | null): { width: number; height: number } {
  const { width, height } = setup ?? { width: 0, height: 0 };
  return { width: Math.min(width, largestSize), height: Math.min(height, largestSize) };
}
