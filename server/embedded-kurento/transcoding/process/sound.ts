import { type AvFrame, type AvLibrary, type AvResampler, av, type ChannelLayout } from './av-library.ts';

/** All sound is handled as pairs of 16-bit samples at this rate; per millisecond. */
export const samplesPerMs = 48;
export const samplesPerSecond = samplesPerMs * 1000;
export const channels = 2;
const bytesPerSample = 2;

/** Converts the sound of one stream to another rate, number of channels or format. */
export class SoundConverter {
  readonly #library: AvLibrary;
  readonly #layout: ChannelLayout;
  readonly #rate: number;
  #resampler: AvResampler | null = null;
  #shape = '';

  /** @param rate of the result, in samples per second */
  constructor(library: AvLibrary, layout: ChannelLayout, rate: number) {
    this.#library = library;
    this.#layout = layout;
    this.#rate = rate;
  }

  /** The sound as interleaved 16-bit samples, in a buffer of its own. */
  convert(sound: Pick<AvFrame, 'data' | 'nbSamples' | 'format' | 'sampleRate' | 'channelLayout'>): Buffer {
    const resampler = this.#resamplerFor(sound);
    const room = resampler.getOutSamples(sound.nbSamples);
    const bytes = Buffer.alloc(room * this.#layout.nbChannels * bytesPerSample);
    const samples = resampler.convertSync([bytes], room, sound.data ?? [], sound.nbSamples);
    return bytes.subarray(0, Math.max(0, samples) * this.#layout.nbChannels * bytesPerSample);
  }

  close(): void {
    this.#resampler?.free();
    this.#resampler = null;
  }

  #resamplerFor({ channelLayout, format, sampleRate }: Pick<AvFrame, 'channelLayout' | 'format' | 'sampleRate'>) {
    const shape = [channelLayout.nbChannels, format, sampleRate].join(' ');
    if (this.#resampler !== null && this.#shape === shape) return this.#resampler;
    this.close();
    const resampler = new this.#library.SoftwareResampleContext();
    resampler.alloc();
    resampler.allocSetOpts2(this.#layout, av.samples16, this.#rate, channelLayout, format, sampleRate);
    if (resampler.init() < 0) throw new Error(`Sound of ${sampleRate} Hz could not be converted`);
    this.#resampler = resampler;
    this.#shape = shape;
    return resampler;
  }
}
