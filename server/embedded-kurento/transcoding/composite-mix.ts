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
  readonly #consumerFailed: (error: unknown) => void;
  readonly #streams = new Map<EncodedCodec, EncodedStream>();
  readonly #active = new Map<EncodedStream, number>();
  #pastPackets = 0;

  constructor(
    kind: MediaKind,
    process: TranscoderProcess,
    command: MakeEncoding,
    consumerFailed: (error: unknown) => void,
  ) {
    this.kind = kind;
    this.codecs = encodedCodecs[kind].map(({ codec }) => codec);
    this.#process = process;
    this.#command = command;
    this.#consumerFailed = consumerFailed;
  }

  get packetCount(): number {
    return [...this.#streams.values()].reduce((sum, { packetCount }) => sum + packetCount, this.#pastPackets);
  }

  streamIn(encoded: EncodedCodec): EncodedStream {
    const known = this.#streams.get(encoded);
    if (known !== undefined) return known;
    const stream: EncodedStream = new EncodedStream(this.kind, encoded, {
      wanted: () => {
        const id = this.#process.open({ frame: (frame) => stream.take(frame) });
        this.#active.set(stream, id);
        this.#process.make(this.#command(id, encoded.name));
        const now = Date.now();
        stream.setClock(onlyStream, now, now);
      },
      unwanted: () => this.#stop(stream),
      requestKeyframe: () => this.#process.requestKeyframe(this.#active.get(stream) ?? 0),
      consumerFailed: this.#consumerFailed,
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
  }
}

/** One port of a composite: what goes in, and what it hears. */
export type MixPort = {
  readonly inputs: Readonly<Record<MediaKind, FrameInput>>;
  /** All sound but its own. */
  readonly sound: MixedSource;
  close(): void;
};

/** A composite in the transcoder: a grid of pictures, and a mix of sounds. */
export class CompositeMix {
  /** The whole picture, and all sound. */
  readonly picture: MixedSource;
  readonly sound: MixedSource;
  readonly #process: TranscoderProcess;
  readonly #transcoding: Transcoding;
  readonly #id: number;

  constructor(transcoding: Transcoding, shape: CompositeShape) {
    this.#transcoding = transcoding;
    this.#process = transcoding.process();
    const process = this.#process;
    this.#id = process.open({});
    const composite = this.#id;
    process.make({ do: 'composite', id: composite, ...shape });
    const failed = (error: unknown) => transcoding.consumerFailed(error);
    this.picture = new MixedSource(
      'video',
      process,
      (id, codec) => ({ do: 'encodePicture', id, composite, codec }),
      failed,
    );
    this.sound = this.#mixWithout(0);
  }

  /** @param fedChanged called when a source was connected to an input, or taken away */
  openPort(fedChanged: (kind: MediaKind) => void): MixPort {
    const process = this.#process;
    const inputs = {
      audio: new PortInput('audio', process, () => changed('audio')),
      video: new PortInput('video', process, () => changed('video')),
    };
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
        process.drop(id);
        inputs.audio.close();
        inputs.video.close();
      },
    };
  }

  close(): void {
    this.#process.drop(this.#id);
  }

  #mixWithout(withoutPort: number): MixedSource {
    const composite = this.#id;
    return new MixedSource(
      'audio',
      this.#process,
      (id, codec) => ({ do: 'encodeSound', id, composite, withoutPort, codec }),
      (error) => this.#transcoding.consumerFailed(error),
    );
  }
}

/** An input that says when it is fed. */
class PortInput extends FrameInput {
  readonly #changed: () => void;

  constructor(kind: MediaKind, process: TranscoderProcess, changed: () => void) {
    super(kind, process);
    this.#changed = changed;
  }

  override setSource(source: RtpSource | null): void {
    const former = this.source;
    super.setSource(source);
    if (source !== former) this.#changed();
  }

  override close(): void {
    super.setSource(null);
    super.close();
  }
}
