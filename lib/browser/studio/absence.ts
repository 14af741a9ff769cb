/** A presenter who was away for longer than this, and finds the show live, was replaced by another one. */
const replacedMs = 30_000;

/**
 * How long nothing of a presenter has gone out. The clock of the device tells when it seems long, and is the only one
 * that counts a sleep; as it may have been set meanwhile, the server's clock confirms it.
 */
export class Absence {
  readonly #serverNow: () => number | null;
  /** When it began, in milliseconds since the epoch, by the device and by the server. */
  #began: { deviceMs: number; serverMs: number | null } | null = null;

  /** @param serverNow the server's time in milliseconds since the epoch, as of its last answer; `null` before the first */
  constructor(serverNow: () => number | null) {
    this.#serverNow = serverNow;
  }

  /** Nothing goes out any more, since `gapMs` milliseconds ago. Does nothing while that is so already. */
  begin(gapMs = 0): void {
    this.#began ??= { deviceMs: Date.now() - gapMs, serverMs: this.#serverNow() };
  }

  /** It goes out again, or another show begins. */
  end(): void {
    this.#began = null;
  }

  /** Reason enough to ask the server before anything is sent again. */
  get seemsLong(): boolean {
    return this.#began !== null && Date.now() - this.#began.deviceMs > replacedMs;
  }

  /** Whether it was long; to be asked when the server has just answered, so that its time is known. */
  get wasLong(): boolean {
    const [from, to] = [this.#began?.serverMs ?? null, this.#serverNow()];
    return from === null || to === null ? this.seemsLong : to - from > replacedMs;
  }
}
