import { channels, samplesPerMs, samplesPerSecond } from './sound.ts';

/** Sound that is further off than this does not follow what came before, in samples. */
const gapSamples = 20 * samplesPerMs;

/** One second of sound that is still to be mixed, by its time. Times are numbers of samples since 1970. */
export class SoundTrack {
  readonly #ring = new Int16Array(samplesPerSecond * channels);
  #next = Number.NEGATIVE_INFINITY;

  /** Whether there is any sound at or after this time. */
  hasSoundAfter(from: number): boolean {
    return this.#next > from;
  }

  /**
   * Adds sound that is due at `at`, or where the former ended if that is nearly the same.
   * @param samples pairs of 16-bit samples
   * @param mixed up to where sound has been mixed: what is due before comes too late
   */
  write(samples: Buffer, at: number, mixed: number): void {
    const count = samples.length / (2 * channels);
    const start = Math.abs(at - this.#next) <= gapSamples ? this.#next : Math.round(at);
    const first = Math.max(0, mixed - start);
    const last = Math.min(count, mixed + samplesPerSecond - start);
    for (let index = first; index < last; index += 1) {
      const slot = ((start + index) % samplesPerSecond) * channels;
      this.#ring[slot] = samples.readInt16LE(index * 4);
      this.#ring[slot + 1] = samples.readInt16LE(index * 4 + 2);
    }
    this.#next = start + count;
  }

  /** Takes the sound from `from` on out of the track; what was never written is silence. */
  read(from: number, count: number): Int16Array {
    const sound = new Int16Array(count * channels);
    for (let index = 0; index < count; index += 1) {
      const slot = ((from + index) % samplesPerSecond) * channels;
      sound[index * 2] = this.#ring[slot] ?? 0;
      sound[index * 2 + 1] = this.#ring[slot + 1] ?? 0;
      this.#ring[slot] = 0;
      this.#ring[slot + 1] = 0;
    }
    return sound;
  }
}

/** The sum of sounds without one of them, as pairs of 16-bit samples; what is too loud is cut. */
export function mixWithout(total: Int32Array, own: Int16Array | null): Buffer {
  const bytes = Buffer.allocUnsafe(total.length * 2);
  for (let index = 0; index < total.length; index += 1) {
    const sum = (total[index] ?? 0) - (own?.[index] ?? 0);
    bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, sum)), index * 2);
  }
  return bytes;
}
