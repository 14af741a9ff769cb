import type { ReceivedStreams } from './receivers.ts';

/** Plays what others say, so that a person who takes part hears them; never that person's own sound. */
export class Monitor {
  readonly #elements = new Map<string, HTMLAudioElement>();
  /** Those that the browser does not play without a click. */
  readonly #blocked = new Set<HTMLAudioElement>();
  readonly #onBlocked: (isBlocked: boolean) => void;

  /** @param onBlocked called when the browser wants a click before it plays anything, and once it has had one */
  constructor(onBlocked: (isBlocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /**
   * Plays these streams, and no others. Those that are not `audible` are played silently: browsers decode sound for a
   * mix only while an element plays it.
   */
  play(streams: ReceivedStreams, audible: ReadonlySet<string>): void {
    for (const [id, element] of this.#elements) if (streams.get(id) !== element.srcObject) this.#drop(id, element);
    for (const [id, stream] of streams) {
      const present = this.#elements.get(id);
      const element = present ?? this.#open(id, stream);
      const isMuted = !audible.has(id);
      if (present !== undefined && present.muted === isMuted) continue;
      element.muted = isMuted;
      // Browsers that want a click pause an element that becomes audible without one.
      this.#start(element);
    }
  }

  /** Tries again, in a click handler. */
  resume(): void {
    for (const element of this.#elements.values()) this.#start(element);
  }

  close(): void {
    this.play(new Map(), new Set());
  }

  #open(id: string, stream: MediaStream): HTMLAudioElement {
    const element = new Audio();
    element.srcObject = stream;
    element.dataset.person = id;
    // It shows nothing. Some browsers suspend an element that is not in the page.
    document.body.append(element);
    this.#elements.set(id, element);
    return element;
  }

  #drop(id: string, element: HTMLAudioElement): void {
    this.#elements.delete(id);
    element.srcObject = null;
    element.remove();
    this.#note(element, false);
  }

  #start(element: HTMLAudioElement): void {
    element.play().then(
      () => this.#note(element, false),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.#note(element, true);
      },
    );
  }

  #note(element: HTMLAudioElement, isBlocked: boolean): void {
    if (isBlocked) this.#blocked.add(element);
    else this.#blocked.delete(element);
    this.#onBlocked(this.#blocked.size > 0);
  }
}
