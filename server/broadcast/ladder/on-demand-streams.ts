import type { OnDemandStream } from '../../../lib/tiers.ts';

/** A stream that nobody needs any more is wanted for this long, in case somebody needs it again. */
const lingerMs = 5_000;

/** The streams that a presenter sends only while somebody needs them: which there are, which flow, and which are wanted. */
export class OnDemandStreams {
  /** The streams that the presenter has a link for, and whether they flow. */
  readonly #flowing = new Map<OnDemandStream, boolean>();
  readonly #neededAt = new Map<OnDemandStream, number>();
  #wanted: readonly OnDemandStream[] = [];

  /** Whether the presenter has a link for it. */
  has(stream: OnDemandStream): boolean {
    return this.#flowing.has(stream);
  }

  flows(stream: OnDemandStream): boolean {
    return this.#flowing.get(stream) === true;
  }

  /** The presenter has a link for the stream (`false` until it flows), or none any more (`null`). */
  set(stream: OnDemandStream, flowing: boolean | null): void {
    if (flowing === null) this.#flowing.delete(stream);
    else this.#flowing.set(stream, flowing);
  }

  /** Somebody needs the stream at this time, in milliseconds. */
  need(stream: OnDemandStream, at: number): void {
    this.#neededAt.set(stream, at);
  }

  /** The streams that the presenter is to send from now on, and no others; `null` if that has not changed. */
  review(at: number): readonly OnDemandStream[] | null {
    const isNeeded = (stream: OnDemandStream) => at - (this.#neededAt.get(stream) ?? -Infinity) < lingerMs;
    const wanted = [...this.#flowing.keys()].filter(isNeeded);
    if (wanted.length === this.#wanted.length && wanted.every((stream) => this.#wanted.includes(stream))) return null;
    this.#wanted = wanted;
    return wanted;
  }

  /** The presenter is gone, and with them all links. The next one has been told nothing yet. */
  clear(): void {
    this.#flowing.clear();
    this.#wanted = [];
  }
}
