/*
 * The messages between the media server and its transcoder process, which share one pipe, so that their order is kept.
 * Each is preceded by its length in bytes (4, big-endian) and begins with a byte that says what it is: a command or
 * report as JSON, or a frame.
 */

/** One frame of sound or picture, encoded. */
export type PipedFrame = {
  /** The input that it is for, or the encoding that it comes from. */
  readonly id: number;
  /** A decoder can start here; always true for audio. */
  readonly isKeyframe: boolean;
  /** Which of the streams of an input it belongs to, 0 … 255; a new one begins whenever the sender starts again. */
  readonly stream: number;
  /** Milliseconds on the stream's own clock; for media of a composite, milliseconds since 1970. */
  readonly atMs: number;
  /** When it was captured, in milliseconds since 1970; the order of inputs that are mixed follows from it. */
  readonly capturedMs: number;
  /** When it was written into the pipe, in milliseconds since 1970. */
  readonly sentMs: number;
  readonly data: Buffer;
};

/** The codecs that are decoded and encoded. */
export type TranscodedCodec = 'VP8' | 'VP9' | 'H264' | 'AV1' | 'opus' | 'PCMU' | 'PCMA';

/** The commands to the transcoder. All ids come from one sequence. */
export type Command =
  /** How far the media server's time of day is ahead of the clock that all processes of this machine share. */
  | { do: 'clock'; offsetMs: number }
  /** Frames with this id follow. */
  | { do: 'input'; id: number; kind: 'audio' | 'video' }
  /** The frames that follow are of this stream and codec. */
  | { do: 'stream'; id: number; stream: number; codec: TranscodedCodec }
  /** A picture of the given size from the inputs of its ports, and their sound mixed; sizes in pixels. */
  | { do: 'composite'; id: number; width: number; height: number; framesPerSecond: number }
  | { do: 'port'; id: number; composite: number; audio: number; video: number }
  /** Whether the port has a source; without one it has no place in the picture. */
  | { do: 'feed'; id: number; kind: 'audio' | 'video'; isFed: boolean }
  /** Encodes an input. */
  | { do: 'encode'; id: number; input: number; codec: TranscodedCodec }
  /** Encodes the picture of a composite, or the sound of all its ports but `withoutPort`, which may be 0 for none. */
  | { do: 'encodePicture'; id: number; composite: number; codec: TranscodedCodec }
  | { do: 'encodeSound'; id: number; composite: number; withoutPort: number; codec: TranscodedCodec }
  /** The largest bitrate of an encoded picture, in bit/s; null for that of its size. */
  | { do: 'bitrate'; id: number; maxBps: number | null }
  | { do: 'keyframe'; id: number }
  /** Ends what has this id. */
  | { do: 'close'; id: number }
  /** Asks for a sign of life. */
  | { do: 'ping' };

/** What the transcoder reports. */
export type Report =
  | { say: 'ready' }
  | { say: 'alive' }
  /** The decoder of this input cannot go on without a keyframe. */
  | { say: 'keyframe-needed'; id: number }
  | { say: 'fault'; id: number; text: string };

export type PipeMessage<Json> = { json: Json; frame: null } | { json: null; frame: PipedFrame };

const lengthBytes = 4;
const jsonType = 0;
const frameType = 1;
const frameHeaderBytes = 31;
/** No frame is this large, in bytes; a length beyond it means that the reader lost its place. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Milliseconds on a clock that all processes of this machine share, and that is never set. */
export function sharedMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** A command or report, as it is written. */
export function writeJson(json: Command | Report): Buffer {
  const text = Buffer.from(JSON.stringify(json));
  const head = Buffer.alloc(lengthBytes + 1);
  head.writeUInt32BE(1 + text.length);
  head[lengthBytes] = jsonType;
  return Buffer.concat([head, text]);
}

/** A frame, as it is written. */
export function writeFrame(frame: PipedFrame): Buffer {
  const message = Buffer.allocUnsafe(lengthBytes + frameHeaderBytes + frame.data.length);
  message.writeUInt32BE(frameHeaderBytes + frame.data.length);
  message[4] = frameType;
  message.writeUInt32BE(frame.id, 5);
  message[9] = frame.isKeyframe ? 1 : 0;
  message[10] = frame.stream;
  message.writeDoubleBE(frame.atMs, 11);
  message.writeDoubleBE(frame.capturedMs, 19);
  message.writeDoubleBE(frame.sentMs, 27);
  frame.data.copy(message, lengthBytes + frameHeaderBytes);
  return message;
}

/** Cuts what arrives from the pipe into messages. */
export class PipeReader<Json extends Command | Report> {
  readonly #take: (message: PipeMessage<Json>) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(take: (message: PipeMessage<Json>) => void) {
    this.#take = take;
  }

  /**
   * Takes the next bytes, however they were cut.
   * @throws Error when they are no messages
   */
  push(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#needed()) return;
    let rest = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    for (let end = messageEnd(rest); end !== null && end <= rest.length; end = messageEnd(rest)) {
      this.#take(readMessage<Json>(rest.subarray(lengthBytes, end)));
      rest = rest.subarray(end);
    }
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
  }

  /** How many bytes the first message has, as far as that is known. */
  #needed(): number {
    const [first] = this.#parts;
    return first === undefined ? lengthBytes : (messageEnd(first) ?? lengthBytes);
  }
}

/** Where the first message ends; null while its length has not arrived. */
function messageEnd(bytes: Buffer): number | null {
  if (bytes.length < lengthBytes) return null;
  const length = bytes.readUInt32BE(0);
  if (length === 0 || length > maxMessageBytes) throw new Error(`A message of ${length} bytes is not one`);
  return lengthBytes + length;
}

function readMessage<Json>(bytes: Buffer): PipeMessage<Json> {
  if (bytes[0] !== frameType) return { json: JSON.parse(bytes.toString('utf8', 1)) as Json, frame: null };
  const frame = {
    id: bytes.readUInt32BE(1),
    isKeyframe: bytes[5] === 1,
    stream: bytes[6] ?? 0,
    atMs: bytes.readDoubleBE(7),
    capturedMs: bytes.readDoubleBE(15),
    sentMs: bytes.readDoubleBE(23),
    data: bytes.subarray(frameHeaderBytes),
  };
  return { json: null, frame };
}
