/** So many outages within so many milliseconds are no accident any more. */
const manyOutages = 3;
const lately = 30_000;

/** How often the media server went away lately: whoever waits for it should know if it does so again and again. */
export class Outages {
  #at: number[] = [];
  #loopAt = Number.NEGATIVE_INFINITY;

  /** It went away. */
  note(): void {
    this.#at = [...this.#recent(), Date.now()];
  }

  /** Somebody who looks after it says that it does not stay up, be it that it never answers in between. */
  noteLoop(): void {
    this.#loopAt = Date.now();
  }

  /** Whether it goes away again and again. */
  get recurring(): boolean {
    return this.#recent().length >= manyOutages || Date.now() - this.#loopAt < lately;
  }

  #recent(): number[] {
    return this.#at.filter((at) => Date.now() - at < lately);
  }
}
