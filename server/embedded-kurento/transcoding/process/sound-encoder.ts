import type { TranscodedCodec } from '../pipe-messages.ts';
import { type AvCodecContext, type AvLibrary, type AvPacket, av, type ChannelLayout } from './av-library.ts';
import type { EncodedListener } from './picture-encoder.ts';
import { channels, SoundConverter, samplesPerMs, samplesPerSecond } from './sound.ts';

/** The sound in a packet, as WebRTC has it: https://www.rfc-editor.org/rfc/rfc7874#section-3 */
const packetMs = 20;
/** Sound that is further off than this does not follow what came before, in milliseconds. */
const gapMs = 20;
const bytesPerSample = 2;

type Encoder = { name: string; rate: number; layout: ChannelLayout; options: Readonly<Record<string, string>> };

const encoders: Readonly<Partial<Record<TranscodedCodec, Encoder>>> = {
  opus: { name: 'libopus', rate: 48_000, layout: av.stereo, options: { application: 'audio', frame_duration: '20' } },
  PCMU: { name: 'pcm_mulaw', rate: 8_000, layout: av.mono, options: {} },
  PCMA: { name: 'pcm_alaw', rate: 8_000, layout: av.mono, options: {} },
};
const opusBitrate = 64_000n;

/** Encodes sound in packets of 20 ms. */
export class SoundEncoder {
  readonly #library: AvLibrary;
  readonly #encoder: Encoder;
  readonly #context: AvCodecContext;
  readonly #packet: AvPacket;
  readonly #converter: SoundConverter;
  readonly #take: EncodedListener;
  readonly #bytesPerPacket: number;
  #held = Buffer.alloc(0);
  #heldAtMs = 0;
  #nextAtMs = Number.NaN;
  #encodedSamples = 0;

  /** @throws Error when there is no such encoder */
  constructor(library: AvLibrary, codec: TranscodedCodec, take: EncodedListener) {
    this.#library = library;
    this.#take = take;
    const known = encoders[codec];
    const encoder = library.Codec.findEncoderByName(known?.name ?? '');
    if (known === undefined || encoder === null) throw new Error(`${codec} cannot be encoded`);
    this.#encoder = known;
    this.#bytesPerPacket = (known.rate / 1000) * packetMs * known.layout.nbChannels * bytesPerSample;
    this.#context = new library.CodecContext();
    this.#context.allocContext3(encoder);
    this.#context.sampleRate = known.rate;
    this.#context.sampleFormat = av.samples16;
    this.#context.channelLayout = known.layout;
    this.#context.timeBase = new library.Rational(1, known.rate);
    if (codec === 'opus') this.#context.bitRate = opusBitrate;
    for (const [option, value] of Object.entries(known.options)) this.#context.setOption(option, value);
    if (this.#context.open2Sync(encoder, null) < 0) {
      throw new Error(`The encoder for ${codec} could not be opened`);
    }
    this.#packet = new library.Packet();
    this.#packet.alloc();
    this.#converter = new SoundConverter(library, known.layout, known.rate);
  }

  /** @param samples pairs of 16-bit samples at 48 kHz */
  encode(samples: Buffer, atMs: number): void {
    const nbSamples = samples.length / (channels * bytesPerSample);
    if (Number.isNaN(this.#nextAtMs)) this.#heldAtMs = atMs;
    else if (Math.abs(atMs - this.#nextAtMs) > gapMs) {
      this.#finishPacket();
      this.#heldAtMs = atMs;
      this.#nextAtMs = atMs;
    }
    this.#nextAtMs = (Number.isNaN(this.#nextAtMs) ? atMs : this.#nextAtMs) + nbSamples / samplesPerMs;
    const sound = { nbSamples, format: av.samples16, sampleRate: samplesPerSecond, channelLayout: av.stereo };
    const isPlain = this.#encoder.rate === samplesPerSecond && this.#encoder.layout.nbChannels === channels;
    const converted = isPlain ? samples : this.#converter.convert({ ...sound, data: [samples] });
    this.#held = this.#held.length === 0 ? Buffer.from(converted) : Buffer.concat([this.#held, converted]);
    while (this.#held.length >= this.#bytesPerPacket) {
      this.#encodePacket(this.#held.subarray(0, this.#bytesPerPacket));
      this.#held = this.#held.subarray(this.#bytesPerPacket);
    }
  }

  close(): void {
    this.#converter.close();
    this.#packet.free();
    this.#context.freeContext();
  }

  /** Fills the packet that has begun with silence. */
  #finishPacket(): void {
    if (this.#held.length === 0) return;
    this.#encodePacket(Buffer.concat([this.#held], this.#bytesPerPacket));
    this.#held = Buffer.alloc(0);
  }

  #encodePacket(bytes: Buffer): void {
    const { rate, layout } = this.#encoder;
    const nbSamples = bytes.length / (layout.nbChannels * bytesPerSample);
    const atMs = this.#heldAtMs;
    this.#heldAtMs += packetMs;
    const frame = this.#library.Frame.fromAudioBuffer(bytes, {
      nbSamples,
      format: av.samples16,
      sampleRate: rate,
      channelLayout: layout,
      timeBase: { num: 1, den: rate },
      pts: BigInt(this.#encodedSamples),
    });
    this.#encodedSamples += nbSamples;
    this.#context.sendFrameSync(frame);
    frame.free();
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      this.#take(Buffer.from(this.#packet.data ?? []), true, atMs);
      this.#packet.unref();
    }
  }
}
