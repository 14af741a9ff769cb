import { samplesPerMs } from './sound.ts';
import type { SoundEncoder } from './sound-encoder.ts';
import { mixWithout, SoundTrack } from './sound-track.ts';

/** How much is mixed at a time, in milliseconds. */
const chunkMs = 20;
const chunkSamples = chunkMs * samplesPerMs;
/** After a standstill of this process longer than this, mixing goes on with the present. */
const standstillMs = 500;

/** Mixes the sound of all ports. Times are numbers of samples since 1970, unless they are in milliseconds. */
export class CompositeSound {
  readonly #now: () => number;
  readonly #fault: (error: unknown) => void;
  readonly #tracks = new Map<number, SoundTrack>();
  /** Each with the port whose own sound is left out, or 0. */
  readonly #encoders = new Map<SoundEncoder, number>();
  #mixed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number, fault: (error: unknown) => void) {
    this.#now = now;
    this.#fault = fault;
  }

  /** Takes sound of a port, which is heard when it is due. */
  take(port: number, samples: Buffer, dueMs: number): void {
    if (this.#timer === undefined) return;
    const track = this.#tracks.get(port) ?? new SoundTrack();
    this.#tracks.set(port, track);
    track.write(samples, dueMs * samplesPerMs, this.#mixed);
  }

  /** The port has no sound any more. */
  remove(port: number): void {
    this.#tracks.delete(port);
  }

  addEncoder(encoder: SoundEncoder, withoutPort: number): void {
    this.#encoders.set(encoder, withoutPort);
    if (this.#timer !== undefined) return;
    this.#mixed = Math.floor(this.#now()) * samplesPerMs;
    this.#timer = setInterval(() => this.#tick(), chunkMs / 2);
  }

  removeEncoder(encoder: SoundEncoder): void {
    this.#encoders.delete(encoder);
    if (this.#encoders.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tracks.clear();
  }

  #tick(): void {
    const nowMs = this.#now();
    if (nowMs - this.#mixed / samplesPerMs > standstillMs) this.#mixed = Math.floor(nowMs) * samplesPerMs;
    while (this.#mixed + chunkSamples <= nowMs * samplesPerMs) this.#mix();
  }

  #mix(): void {
    const from = this.#mixed;
    this.#mixed += chunkSamples;
    const total = new Int32Array(2 * chunkSamples);
    const own = new Map<number, Int16Array>();
    for (const [port, track] of this.#tracks) {
      if (!track.hasSoundAfter(from)) continue;
      const sound = track.read(from, chunkSamples);
      own.set(port, sound);
      for (let index = 0; index < total.length; index += 1) total[index] = (total[index] ?? 0) + (sound[index] ?? 0);
    }
    for (const [encoder, withoutPort] of this.#encoders) {
      try {
        encoder.encode(mixWithout(total, own.get(withoutPort) ?? null), from / samplesPerMs);
      } catch (error) {
        this.#fault(error);
      }
    }
  }
}
