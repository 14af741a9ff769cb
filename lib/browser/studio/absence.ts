/** A presenter who was away for longer than this, and finds the show live, has been replaced by another one. */
const replacedMs = 30_000;

/**
 * How long a presenter has sent nothing. The device's clock shows whether the absence seems long, and it is the only
 * one that runs during a sleep. As it may have been set meanwhile, the server's clock confirms it.
 */
export class Absence {
  readonly #serverNow: () => number | null;
  /** When the absence began, in milliseconds since the epoch, by the device's clock and by the server's. */
  #began: { deviceMs: number; serverMs: number | null } | null = null;

  /**
   * @param serverNow the server's time in milliseconds since the epoch, derived from its last reply; `null` before the
   * first one
   */
  constructor(serverNow: () => number | null) {
    this.#serverNow = serverNow;
  }

  /** The presenter stopped sending `gapMs` milliseconds ago. Does nothing during an absence. */
  begin(gapMs = 0): void {
    this.#began ??= { deviceMs: Date.now() - gapMs, serverMs: this.#serverNow() };
  }

  /** The presenter sends again, or another show begins. */
  end(): void {
    this.#began = null;
  }

  /** True when the server should be asked before anything is sent again. */
  get seemsLong(): boolean {
    return this.#began !== null && Date.now() - this.#began.deviceMs > replacedMs;
  }

  /** Whether the absence was long. Read it just after a reply from the server, so that the server's time is known. */
  get wasLong(): boolean {
    const [from, to] = [this.#began?.serverMs ?? null, this.#serverNow()];
    return from === null || to === null ? this.seemsLong : to - from > replacedMs;
  }
}
