import { isPictureOn, pictureSent, type Switches } from '../capture/camera.ts';
import type { ReadableStore } from '../page/store.ts';
import type { SentPicture } from '../rtc/sender-health.ts';

/** What viewers are sent: the presenter's own stream, or the program that was made of it and of guests. */
export class SentMedia {
  readonly #own: () => MediaStream | null;
  readonly #switches: ReadableStore<Switches>;
  readonly #program: ReadableStore<MediaStream | null> | undefined;

  /** @param program `null` in it while there is no program */
  constructor(
    own: () => MediaStream | null,
    switches: ReadableStore<Switches>,
    program: ReadableStore<MediaStream | null> | undefined,
  ) {
    this.#own = own;
    this.#switches = switches;
    this.#program = program;
  }

  /** Calls `listener` when the switches, or the program, have changed. */
  subscribe(listener: () => void): void {
    this.#switches.subscribe(listener);
    this.#program?.subscribe(listener);
  }

  /** The stream to send; `null` while there is nothing to send. */
  get stream(): MediaStream | null {
    const own = this.#own();
    return own === null ? null : (this.#program?.get() ?? own);
  }

  /** False while the camera is off, unless a screen or a guest is shown. */
  get isPictureOn(): boolean {
    return this.#hasProgram || isPictureOn(this.#switches.get(), this.#own());
  }

  /** The picture that the audience should see; `null` while the camera is off, or if there is none. */
  get picture(): SentPicture {
    return this.#hasProgram ? 'camera' : pictureSent(this.#switches.get(), this.#own());
  }

  get #hasProgram(): boolean {
    return (this.#program?.get() ?? null) !== null;
  }
}
