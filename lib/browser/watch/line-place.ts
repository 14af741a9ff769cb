import type { Signaling } from '../signaling/signaling-client.ts';
import type { LinePlaceParts, WaitingPlace } from './waiting-place.ts';

/** A viewer's place in the line for a full stream. Few viewers ever wait, so the code for that is loaded only then. */
export class LinePlace {
  readonly #parts: LinePlaceParts;
  #loaded: WaitingPlace | null = null;
  /** Counts the beginnings and ends of waiting. */
  #turn = 0;

  constructor(parts: LinePlaceParts) {
    this.#parts = parts;
  }

  /** Takes a place in the line, or returns to the one that was taken before. */
  wait(signaling: Signaling): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#parts.apply({ type: 'queued', position: null });
    import('./waiting-place.ts').then(
      (module) => {
        this.#loaded ??= new module.WaitingPlace(this.#parts);
        if (this.#turn === turn) this.#loaded.wait(signaling);
      },
      () => {
        if (this.#turn === turn) this.#parts.retry.later(this.#parts.join);
      },
    );
  }

  /** The server announced another position. */
  moved(position: number): void {
    this.#loaded?.moved(position);
  }

  /** Waits no longer over this socket; the server keeps the place for a while. */
  pause(): void {
    this.#turn += 1;
    this.#loaded?.pause();
  }

  /** Gives the place up: the viewer got in, or leaves. */
  leave(): void {
    this.#turn += 1;
    this.#loaded?.leave();
  }
}
