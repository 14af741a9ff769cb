/** Work that is repeated at an interval, never twice at the same time. */
export class Upkeep {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param work must not reject */
  constructor(work: () => Promise<void>, everyMs: number) {
    this.#work = work;
    this.#everyMs = everyMs;
  }

  /** Does the work now, and from then on again and again. */
  begin(): void {
    this.#underWay = this.#work().then(() => {
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => this.begin(), this.#everyMs);
      this.#timer.unref();
    });
  }

  /** Resolves when work that is under way is over; then there is no more. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }
}
