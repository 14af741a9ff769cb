import type { MediaChoice } from './local-media.ts';
import { Store } from './store.ts';

/** What the presenter lets through. A camera that is off sends black, so nothing has to be negotiated anew. */
export type Switches = { microphone: boolean; camera: boolean };

const allOn: Switches = { microphone: true, camera: true };

/** What opens and stops devices. */
export type CameraParts = {
  openMedia: (choice: MediaChoice) => Promise<MediaStream>;
  stopMedia: (stream: MediaStream | null) => void;
};

/** Opens the presenter's devices, of which only the newest choice counts, and mutes them. */
export class Camera {
  readonly #parts: CameraParts;
  readonly #switches = new Store<Switches>(allOn);
  /** Counts the requests: only the newest one's stream is kept. */
  #request = 0;

  constructor(parts: CameraParts) {
    this.#parts = parts;
  }

  readonly getSwitches = (): Switches => this.#switches.get();
  readonly subscribeToSwitches = (listener: () => void): (() => void) => this.#switches.subscribe(listener);

  /**
   * Opens what was chosen; `null` when somebody left, or chose another one, while the browser was asking.
   * @throws AppError of a camera, unless nobody wants to know any more
   */
  async open(choice: MediaChoice): Promise<MediaStream | null> {
    this.#request += 1;
    const request = this.#request;
    try {
      const stream = await this.#parts.openMedia(choice);
      if (request === this.#request) {
        this.#obey(stream);
        return stream;
      }
      this.#parts.stopMedia(stream);
      return null;
    } catch (error) {
      if (request !== this.#request) return null;
      throw error;
    }
  }

  /** Turns microphone or camera of `stream` off and on again, and of every stream to come. */
  switchOn(change: Partial<Switches>, stream: MediaStream | null): void {
    this.#switches.set({ ...this.#switches.get(), ...change });
    this.#obey(stream);
  }

  /** Turns everything off; a camera that still opens is turned off when it does. */
  close(stream: MediaStream | null): void {
    this.#request += 1;
    this.#parts.stopMedia(stream);
    this.#switches.set(allOn);
  }

  #obey(stream: MediaStream | null): void {
    const { microphone, camera } = this.#switches.get();
    for (const track of stream?.getAudioTracks() ?? []) track.enabled = microphone;
    for (const track of stream?.getVideoTracks() ?? []) track.enabled = camera;
  }
}
