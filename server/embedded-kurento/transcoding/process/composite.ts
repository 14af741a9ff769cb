import type { AvLibrary } from './av-library.ts';
import { CompositePicture, type CompositeShape } from './composite-picture.ts';
import { CompositeSound } from './composite-sound.ts';
import type { Input, RawListener } from './input.ts';
import type { PictureEncoder } from './picture-encoder.ts';
import { PortDelay } from './port-delay.ts';
import type { SoundEncoder } from './sound-encoder.ts';

type Port = { audio: Input; video: Input; listener: RawListener };

/** The pictures of all ports in a grid, and their sound mixed. Nothing is drawn or mixed while nobody wants it. */
export class Composite {
  readonly #picture: CompositePicture;
  readonly #sound: CompositeSound;
  readonly #ports = new Map<number, Port>();
  readonly #now: () => number;

  /**
   * @param now the present in milliseconds since 1970, on the clock of the frames
   * @param fault called with each error of an encoder
   */
  constructor(library: AvLibrary, shape: CompositeShape, now: () => number, fault: (error: unknown) => void) {
    this.#now = now;
    this.#picture = new CompositePicture(library, shape, now, fault);
    this.#sound = new CompositeSound(now, fault);
  }

  addPort(id: number, audio: Input, video: Input): void {
    const delay = new PortDelay();
    const listener: RawListener = {
      picture: (frame, _atMs, capturedMs) => this.#picture.take(id, frame, delay.due('video', capturedMs, this.#now())),
      sound: (samples, _atMs, capturedMs) => this.#sound.take(id, samples, delay.due('audio', capturedMs, this.#now())),
    };
    audio.add(listener);
    video.add(listener);
    this.#ports.set(id, { audio, video, listener });
  }

  /** A port got a source, or lost it. */
  setFed(id: number, kind: 'audio' | 'video', isFed: boolean): void {
    if (kind === 'audio' && !isFed) this.#sound.remove(id);
    if (kind === 'video' && !isFed) this.#picture.remove(id);
  }

  removePort(id: number): void {
    const port = this.#ports.get(id);
    port?.audio.remove(port.listener);
    port?.video.remove(port.listener);
    this.#ports.delete(id);
    this.#picture.remove(id);
    this.#sound.remove(id);
  }

  addPictureEncoder(encoder: PictureEncoder): void {
    this.#picture.addEncoder(encoder);
  }

  removePictureEncoder(encoder: PictureEncoder): void {
    this.#picture.removeEncoder(encoder);
  }

  /** @param withoutPort the port whose own sound is left out; 0 for none */
  addSoundEncoder(encoder: SoundEncoder, withoutPort: number): void {
    this.#sound.addEncoder(encoder, withoutPort);
  }

  removeSoundEncoder(encoder: SoundEncoder): void {
    this.#sound.removeEncoder(encoder);
  }

  close(): void {
    for (const id of [...this.#ports.keys()]) this.removePort(id);
    this.#picture.close();
    this.#sound.close();
  }
}
