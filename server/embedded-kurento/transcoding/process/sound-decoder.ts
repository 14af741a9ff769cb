import type { TranscodedCodec } from '../pipe-messages.ts';
import { type AvCodecContext, type AvFrame, type AvLibrary, av } from './av-library.ts';
import { SoundConverter, samplesPerSecond } from './sound.ts';

const decoders: Readonly<Partial<Record<TranscodedCodec, { name: string; rate: number }>>> = {
  opus: { name: 'libopus', rate: 48_000 },
  PCMU: { name: 'pcm_mulaw', rate: 8_000 },
  PCMA: { name: 'pcm_alaw', rate: 8_000 },
};

/** Receives pairs of 16-bit samples at 48 kHz. */
export type SoundListener = (samples: Buffer, atMs: number) => void;

/** Decodes one stream of sound. */
export class SoundDecoder {
  readonly #library: AvLibrary;
  readonly #context: AvCodecContext;
  readonly #frame: AvFrame;
  readonly #converter: SoundConverter;
  readonly #take: SoundListener;

  /** @throws Error when there is no such decoder */
  constructor(library: AvLibrary, codec: TranscodedCodec, take: SoundListener) {
    this.#library = library;
    this.#take = take;
    const { name, rate } = decoders[codec] ?? { name: '', rate: 0 };
    const decoder = library.Codec.findDecoderByName(name);
    if (decoder === null) throw new Error(`${codec} cannot be decoded`);
    this.#context = new library.CodecContext();
    this.#context.allocContext3(decoder);
    this.#context.sampleRate = rate;
    this.#context.channelLayout = codec === 'opus' ? av.stereo : av.mono;
    if (this.#context.open2Sync(decoder, null) < 0) throw new Error(`The decoder for ${codec} could not be opened`);
    this.#frame = new library.Frame();
    this.#frame.alloc();
    this.#converter = new SoundConverter(library, av.stereo, samplesPerSecond);
  }

  /** Decodes a frame; one that cannot be decoded is left out. */
  decode(data: Buffer, atMs: number): void {
    const packet = new this.#library.Packet();
    packet.alloc();
    packet.data = data;
    this.#context.sendPacketSync(packet);
    packet.free();
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      this.#take(this.#converter.convert(this.#frame), atMs);
      this.#frame.unref();
    }
  }

  close(): void {
    this.#converter.close();
    this.#frame.free();
    this.#context.freeContext();
  }
}
