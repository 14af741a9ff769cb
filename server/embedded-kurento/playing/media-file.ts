import type { EncodedPacketSink, Input, InputAudioTrack, InputVideoTrack } from 'mediabunny';
import type { MediaKind } from '../media/media-types.ts';
import { type ByteSource, type MediaAddress, type Mediabunny, openBytes } from './byte-source.ts';
import { asFault, brokenMedia, invalidUri, PlayerFault, unknownMedia } from './player-fault.ts';
import { type TrackFormat, trackFormat } from './track-format.ts';

/** A track that can be played as it is. */
export type PlayableTrack = {
  readonly kind: MediaKind;
  readonly format: TrackFormat;
  readonly packets: EncodedPacketSink;
};

/** An open file, with at most one track of each kind. */
export type MediaFile = {
  readonly tracks: readonly PlayableTrack[];
  /** Tracks of the file that cannot be played, with the name of the codec. */
  readonly leftOut: readonly { kind: MediaKind; codec: string }[];
  /** The file's time of its first moment when it does not begin at 0, in milliseconds. */
  readonly originMs: number;
  /** 0 when unknown. */
  readonly durationMs: number;
  readonly isSeekable: boolean;
  /** Closes the file; pending reads fail. May be called twice. */
  close(): void;
};

/** How a file is opened. */
export type OpenOptions = {
  /** The address as it was given, for messages. */
  uri: string;
  /** Timeout for opening the file, in milliseconds. */
  timeoutMs: number;
  /** Cancels opening. */
  signal: AbortSignal;
  /** Called with failures that occur while no read is pending. */
  onFault: (fault: PlayerFault) => void;
};

/** A file that begins later than this uses the times of another clock, in milliseconds. */
const latestOriginMs = 1000;
/** Encoders that reorder pictures do so within the first few. */
const framesLookedAt = 32;

/**
 * Opens a WebM, Matroska or MP4 file.
 * @throws PlayerFault when there is no such file, or nothing in it can be read
 */
export async function openMediaFile(address: MediaAddress, options: OpenOptions): Promise<MediaFile> {
  const mediabunny = await import('mediabunny');
  // Failures are returned as errors, and need not be printed on the console as well.
  mediabunny.Logging.level = mediabunny.LogLevel.Silent;
  const bytes = await openBytes(mediabunny, address, (error) => options.onFault(asFault(error, options.uri)));
  const { WEBM, MATROSKA, MP4, QTFF } = mediabunny;
  const input = new mediabunny.Input({ source: bytes.source, formats: [MATROSKA, WEBM, MP4, QTFF] });
  let isLate = false;
  const giveUp = (): void => input.dispose();
  const timer = setTimeout(() => {
    isLate = true;
    giveUp();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', giveUp);
  try {
    options.signal.throwIfAborted();
    return await readFile(mediabunny, input, bytes, address);
  } catch (error) {
    input.dispose();
    if (isLate) throw brokenMedia(`'${options.uri}' did not open within ${options.timeoutMs / 1000} s.`);
    throw openingFault(error, mediabunny, options.uri);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', giveUp);
  }
}

async function readFile(
  mediabunny: Mediabunny,
  input: Input,
  { isRandomAccess }: ByteSource,
  address: MediaAddress,
): Promise<MediaFile> {
  const found = [
    await choose(mediabunny, 'video', await input.getVideoTracks()),
    await choose(mediabunny, 'audio', await input.getAudioTracks()),
  ];
  const tracks = found.flatMap(({ track }) => track ?? []);
  const leftOut = found.flatMap(({ refused }) => refused ?? []);
  if (tracks.length === 0 && leftOut.length === 0) throw unknownMedia('It contains neither audio nor video.');
  const inputs = tracks.map(({ from }) => from);
  const firstMs = 1000 * (await input.getFirstTimestamp(inputs));
  const originMs = firstMs > latestOriginMs ? firstMs : 0;
  // Without ranges, finding the end would mean loading everything.
  const mayLook = address.kind === 'file';
  const endS = (await input.getDurationFromMetadata(inputs)) ?? (mayLook ? await input.computeDuration(inputs) : 0);
  const durationMs = Math.max(0, Math.round(1000 * endS - originMs));
  return {
    tracks: tracks.map(({ kind, format, from }) => ({ kind, format, packets: new mediabunny.EncodedPacketSink(from) })),
    leftOut,
    originMs,
    durationMs,
    isSeekable: isRandomAccess() && durationMs > 0,
    close: () => input.dispose(),
  };
}

type Choice = {
  track: { kind: MediaKind; format: TrackFormat; from: InputVideoTrack | InputAudioTrack } | null;
  refused: { kind: MediaKind; codec: string } | null;
};

/** The first track that can be played; otherwise the codec of the first one. */
async function choose(
  { EncodedPacketSink: Sink }: Mediabunny,
  kind: MediaKind,
  candidates: readonly (InputVideoTrack | InputAudioTrack)[],
): Promise<Choice> {
  let refused: Choice['refused'] = null;
  for (const from of candidates) {
    const format = await trackFormat(from);
    const isReordered = format?.codec.name === 'H264' && (await hasReorderedFrames(new Sink(from)));
    if (format !== null && !isReordered) return { track: { kind, format, from }, refused: null };
    const codec = (await from.getCodec()) ?? String((await from.getInternalCodecId()) ?? 'unknown');
    refused ??= { kind, codec: isReordered ? 'H264 with B-frames' : codec };
  }
  return { track: null, refused };
}

/**
 * Whether pictures are shown in another order than they are decoded in, as encoders for files often do. Browsers do
 * not restore the order: Chromium decoded one frame in twenty of such a file, and requested keyframes all the time.
 */
async function hasReorderedFrames(packets: EncodedPacketSink): Promise<boolean> {
  let shownAt = Number.NEGATIVE_INFINITY;
  let packet = await packets.getFirstPacket({ metadataOnly: true });
  for (let count = 0; packet !== null && count < framesLookedAt; count += 1) {
    if (packet.timestamp < shownAt) return true;
    shownAt = packet.timestamp;
    packet = await packets.getNextPacket(packet, { metadataOnly: true });
  }
  return false;
}

function openingFault(error: unknown, { UnsupportedInputFormatError }: Mediabunny, uri: string): PlayerFault {
  // The error of `fetch` itself says nothing; its cause does.
  if (error instanceof TypeError && error.cause instanceof Error) {
    return invalidUri(`'${uri}' cannot be fetched: ${error.cause.message}.`, { cause: error });
  }
  if (error instanceof PlayerFault) return error;
  const isKnown = error instanceof UnsupportedInputFormatError;
  const reason = isKnown || !(error instanceof Error) ? '' : `: ${error.message}`;
  return unknownMedia(`'${uri}' is not a readable WebM, Matroska or MP4 file${reason}`, { cause: error });
}
