import type { RtpSource, SenderClock } from '../media/media-types.ts';
import type { EncodedCodec } from './codecs.ts';
import { EncodedStream } from './encoded-stream.ts';
import { type DecodedStream, FrameInput } from './frame-input.ts';
import type { Encodable } from './raw-source.ts';
import type { TranscoderProcess } from './transcoder-process.ts';

/** A source in other codecs than its own: decoded once, and encoded once for each codec, while somebody wants that. */
export class TranscodedSource implements Encodable {
  readonly kind: RtpSource['kind'];
  readonly #source: RtpSource;
  readonly #pickProcess: () => TranscoderProcess;
  readonly #consumerFailed: (error: unknown) => void;
  readonly #streams = new Map<EncodedCodec, EncodedStream>();
  readonly #active = new Map<EncodedStream, number>();
  /** While anything is encoded. */
  #decoding: { process: TranscoderProcess; input: FrameInput } | null = null;
  #current: DecodedStream | null = null;
  /** The number of the last stream; one that begins later is another one, whatever decodes it. */
  #lastStream = 0;

  /** @param pickProcess called whenever decoding begins */
  constructor(source: RtpSource, pickProcess: () => TranscoderProcess, consumerFailed: (error: unknown) => void) {
    this.kind = source.kind;
    this.#source = source;
    this.#pickProcess = pickProcess;
    this.#consumerFailed = consumerFailed;
  }

  streamIn(encoded: EncodedCodec): EncodedStream {
    const known = this.#streams.get(encoded);
    if (known !== undefined) return known;
    const stream: EncodedStream = new EncodedStream(this.kind, encoded, {
      wanted: () => this.#start(stream, encoded),
      unwanted: () => this.#stop(stream),
      requestKeyframe: () => this.#decoding?.process.requestKeyframe(this.#active.get(stream) ?? 0),
      consumerFailed: this.#consumerFailed,
    });
    this.#streams.set(encoded, stream);
    return stream;
  }

  forget(stream: EncodedStream): void {
    for (const [encoded, known] of this.#streams) if (known === stream) this.#streams.delete(encoded);
    this.#stop(stream);
  }

  #start(stream: EncodedStream, { name }: EncodedCodec): void {
    this.#decoding ??= this.#open();
    const { process, input } = this.#decoding;
    const id = process.open({ frame: (frame) => stream.take(frame) });
    this.#active.set(stream, id);
    process.make({ do: 'encode', id, input: input.id, codec: name });
    this.#sendClock(stream, this.#source.senderClock);
    // Only now, so that the first keyframe is encoded, too.
    if (input.source === null) input.setSource(this.#source);
  }

  #stop(stream: EncodedStream): void {
    const id = this.#active.get(stream);
    if (id === undefined) return;
    this.#decoding?.process.drop(id);
    this.#active.delete(stream);
    if (this.#active.size > 0) return;
    this.#decoding?.input.close();
    this.#decoding = null;
    this.#current = null;
  }

  #open(): { process: TranscoderProcess; input: FrameInput } {
    const process = this.#pickProcess();
    const input = new FrameInput(this.kind, process, {
      begun: (current) => {
        this.#current = current;
        this.#lastStream = current.stream;
        for (const stream of this.#active.keys()) this.#sendClock(stream, this.#source.senderClock);
      },
      clock: (clock) => {
        for (const stream of this.#active.keys()) this.#sendClock(stream, clock);
      },
      lastStream: this.#lastStream,
    });
    return { process, input };
  }

  /** The stream has the source's clock: its times are the same, in milliseconds. */
  #sendClock(stream: EncodedStream, clock: SenderClock | null): void {
    const current = this.#current;
    if (current === null || clock === null || clock.ssrc !== current.clock.ssrc) return;
    stream.setClock(current.stream, current.clock.toMs(clock.rtpTimestamp), clock.ntpMs);
  }
}
