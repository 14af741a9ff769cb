import type { MediaKind, RtpCodec, RtpConsumer, RtpSource, SenderClock } from '../media/media-types.ts';
import { type EncodedCodec, encodedCodecs } from './codecs.ts';
import { EncodedStream } from './encoded-stream.ts';
import { FrameInput } from './frame-input.ts';
import type { Command } from './pipe-messages.ts';
import type { RawSource } from './raw-source.ts';
import type { TranscoderProcess } from './transcoder-process.ts';
import type { Transcoding } from './transcoding.ts';

/** How a composite is made; sizes in pixels, even ones. */
export type CompositeShape = { width: number; height: number; framesPerSecond: number };

/** What makes an encoding with this id. */
type MakeEncoding = (
  id: number,
  codec: EncodedCodec['name'],
) => Exclude<Command, { do: 'clock' | 'keyframe' | 'close' | 'ping' }>;

/** What the owner of a mixed source learns. */
type MixedSourceEvents = {
  /** So many encodings more, or fewer, are made of it. */
  encodes(change: 1 | -1): void;
  consumerFailed(error: unknown): void;
};

/** All times of a composite are milliseconds since 1970, and there is one stream of each of its media. */
const onlyStream = 0;

/** The picture of a composite, or the sound that one of its ports hears, available in any codec. */
export class MixedSource implements RawSource {
  readonly isRaw = true;
  readonly kind: MediaKind;
  readonly codecs: readonly RtpCodec[];
  /** Frames from a composite carry the time of day: a clock needs no report. */
  readonly senderClock: SenderClock | null = null;
  readonly #process: TranscoderProcess;
  readonly #command: MakeEncoding;
  readonly #events: MixedSourceEvents;
  readonly #streams = new Map<EncodedCodec, EncodedStream>();
  readonly #active = new Map<EncodedStream, number>();
  #pastPackets = 0;
  #maxBps: number | null = null;

  constructor(kind: MediaKind, process: TranscoderProcess, command: MakeEncoding, events: MixedSourceEvents) {
    this.kind = kind;
    this.codecs = encodedCodecs[kind].map(({ codec }) => codec);
    this.#process = process;
    this.#command = command;
    this.#events = events;
  }

  get packetCount(): number {
    return [...this.#streams.values()].reduce((sum, { packetCount }) => sum + packetCount, this.#pastPackets);
  }

  /** Limits the bitrate of what is encoded, in bit/s; null for that of the picture's size. */
  limit(maxBps: number | null): void {
    if (maxBps === this.#maxBps) return;
    this.#maxBps = maxBps;
    for (const id of this.#active.values()) this.#process.make({ do: 'bitrate', id, maxBps });
  }

  streamIn(encoded: EncodedCodec): EncodedStream {
    const known = this.#streams.get(encoded);
    if (known !== undefined) return known;
    const stream: EncodedStream = new EncodedStream(this.kind, encoded, {
      wanted: () => {
        const id = this.#process.open({ frame: (frame) => stream.take(frame) });
        this.#active.set(stream, id);
        this.#process.make(this.#command(id, encoded.name));
        if (this.#maxBps !== null) this.#process.make({ do: 'bitrate', id, maxBps: this.#maxBps });
        const now = Date.now();
        stream.setClock(onlyStream, now, now);
        this.#events.encodes(1);
      },
      unwanted: () => this.#stop(stream),
      requestKeyframe: () => this.#process.requestKeyframe(this.#active.get(stream) ?? 0),
      consumerFailed: this.#events.consumerFailed,
    });
    this.#streams.set(encoded, stream);
    return stream;
  }

  forget(stream: EncodedStream): void {
    for (const [encoded, known] of this.#streams) if (known === stream) this.#streams.delete(encoded);
    this.#pastPackets += stream.packetCount;
    this.#stop(stream);
  }

  /** Packets are those of the streams: a graph connects sinks with these. */
  addConsumer(_consumer: RtpConsumer): void {}

  removeConsumer(_consumer: RtpConsumer): void {}

  requestKeyframe(): void {
    for (const stream of this.#streams.values()) stream.requestKeyframe();
  }

  #stop(stream: EncodedStream): void {
    const id = this.#active.get(stream);
    if (id === undefined) return;
    this.#active.delete(stream);
    this.#process.drop(id);
    this.#events.encodes(-1);
  }
}

/** One port of a composite: what goes in, and what it hears. */
export type MixPort = {
  readonly inputs: Readonly<Record<MediaKind, FrameInput>>;
  /** All sound but its own. */
  readonly sound: MixedSource;
  close(): void;
};

/**
 * A composite in the transcoder: a grid of pictures, and a mix of sounds. Room for one encoding of each is kept, and what
 * goes in is decoded only while it is wanted.
 */
export class CompositeMix {
  /** The whole picture, and all sound. */
  readonly picture: MixedSource;
  readonly sound: MixedSource;
  readonly #process: TranscoderProcess;
  readonly #transcoding: Transcoding;
  readonly #id: number;
  readonly #ports = new Set<Readonly<Record<MediaKind, PortInput>>>();
  /** How many encodings of each kind are made. */
  readonly #encodings: Record<MediaKind, number> = { audio: 0, video: 0 };
  readonly #reservations: readonly (() => void)[];

  /** Why there is no room for a composite, as a sentence; null when there is. */
  static refusal(transcoding: Transcoding): string | null {
    return transcoding.refusalOfRoom(['video', 'audio']);
  }

  constructor(transcoding: Transcoding, shape: CompositeShape) {
    this.#transcoding = transcoding;
    this.#process = transcoding.process();
    const process = this.#process;
    this.#id = process.open({});
    const composite = this.#id;
    process.make({ do: 'composite', id: composite, ...shape });
    this.picture = new MixedSource(
      'video',
      process,
      (id, codec) => ({ do: 'encodePicture', id, composite, codec }),
      this.#eventsOf('video'),
    );
    this.sound = this.#mixWithout(0);
    this.#reservations = [transcoding.reserve(this.picture), transcoding.reserve(this.sound)];
  }

  /** @param fedChanged called when a source was connected to an input, or taken away */
  openPort(fedChanged: (kind: MediaKind) => void): MixPort {
    const process = this.#process;
    const inputs = {
      audio: new PortInput('audio', process, () => changed('audio')),
      video: new PortInput('video', process, () => changed('video')),
    };
    this.#ports.add(inputs);
    for (const kind of ['audio', 'video'] as const) inputs[kind].setWanted(this.#encodings[kind] > 0);
    const id = process.open({});
    process.make({ do: 'port', id, composite: this.#id, audio: inputs.audio.id, video: inputs.video.id });
    const changed = (kind: MediaKind) => {
      process.make({ do: 'feed', id, kind, isFed: inputs[kind].source !== null });
      fedChanged(kind);
    };
    return {
      inputs,
      sound: this.#mixWithout(id),
      close: () => {
        this.#ports.delete(inputs);
        process.drop(id);
        inputs.audio.close();
        inputs.video.close();
      },
    };
  }

  close(): void {
    this.#process.drop(this.#id);
    for (const free of this.#reservations) free();
  }

  #eventsOf(kind: MediaKind): MixedSourceEvents {
    return {
      encodes: (change) => {
        this.#encodings[kind] += change;
        for (const inputs of this.#ports) inputs[kind].setWanted(this.#encodings[kind] > 0);
      },
      consumerFailed: (error) => this.#transcoding.consumerFailed(error),
    };
  }

  #mixWithout(withoutPort: number): MixedSource {
    const composite = this.#id;
    return new MixedSource(
      'audio',
      this.#process,
      (id, codec) => ({ do: 'encodeSound', id, composite, withoutPort, codec }),
      this.#eventsOf('audio'),
    );
  }
}

/** An input that says when it is fed, and that takes nothing while nothing of the composite is wanted. */
class PortInput extends FrameInput {
  readonly #changed: () => void;
  #fedBy: RtpSource | null = null;
  #isWanted = false;

  constructor(kind: MediaKind, process: TranscoderProcess, changed: () => void) {
    super(kind, process);
    this.#changed = changed;
  }

  /** What is connected to the port, whether it is taken or not. */
  override get source(): RtpSource | null {
    return this.#fedBy;
  }

  override setSource(source: RtpSource | null): void {
    const former = this.#fedBy;
    this.#fedBy = source;
    super.setSource(this.#isWanted ? source : null);
    if (source !== former) this.#changed();
  }

  setWanted(isWanted: boolean): void {
    this.#isWanted = isWanted;
    super.setSource(isWanted ? this.#fedBy : null);
  }

  override close(): void {
    this.#fedBy = null;
    super.setSource(null);
    super.close();
  }
}
