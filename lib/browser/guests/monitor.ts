import type { ReceivedStreams } from './receivers.ts';

/** Plays what others say, so that a person who takes part hears them; never that person's own sound. */
export class Monitor {
  readonly #elements = new Map<string, HTMLAudioElement>();
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
    for (const [id, element] of this.#elements) {
      if (streams.get(id) === element.srcObject) continue;
      this.#elements.delete(id);
      element.srcObject = null;
      element.remove();
    }
    for (const [id, stream] of streams) {
      const element = this.#elements.get(id) ?? this.#open(id, stream);
      element.muted = !audible.has(id);
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
    element.muted = true;
    element.srcObject = stream;
    element.dataset.person = id;
    // It shows nothing. Some browsers suspend an element that is not in the page.
    document.body.append(element);
    this.#elements.set(id, element);
    this.#start(element);
    return element;
  }

  #start(element: HTMLAudioElement): void {
    // The element is played before it is made audible, so a refusal is noticed here as well.
    queueMicrotask(() => {
      element.play().then(
        () => this.#onBlocked(false),
        (error: unknown) => {
          if (error instanceof DOMException && error.name === 'NotAllowedError') this.#onBlocked(true);
        },
      );
    });
  }
}
