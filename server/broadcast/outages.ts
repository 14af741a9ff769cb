/** This many outages within this many milliseconds are no coincidence. */
const manyOutages = 3;
const lately = 30_000;

/** The recent outages of the media server: those who wait for it should know if it keeps going away. */
export class Outages {
  #at: number[] = [];
  #loopAt = Number.NEGATIVE_INFINITY;

  /** The media server went away. */
  note(): void {
    this.#at = [...this.#recent(), Date.now()];
  }

  /** Its supervisor reports that it does not stay up, even if it never responds between two deaths. */
  noteLoop(): void {
    this.#loopAt = Date.now();
  }

  /** Whether it keeps going away. */
  get recurring(): boolean {
    return this.#recent().length >= manyOutages || Date.now() - this.#loopAt < lately;
  }

  #recent(): number[] {
    return this.#at.filter((at) => Date.now() - at < lately);
  }
}
