/** Growing pauses between attempts, in milliseconds. */
export type Pauses = Readonly<{ firstMs: number; longestMs: number }>;

/** Timers count in 31 bits of milliseconds. */
const longestTimerMs = 3_600_000;

/** What the queue does with an id. It resolves to the time after which there is more to do, in milliseconds, or `null`. */
type Work = (id: string, signal: AbortSignal) => Promise<number | null>;

/**
 * Work on ids, one after the other, each when it is due. Work that fails is tried again for ever, after growing pauses;
 * while failures follow each other, all other work waits as well: they usually have one cause.
 */
export class DueQueue {
  readonly #work: Work;
  readonly #failed: (id: string, error: unknown) => void;
  readonly #pauses: Pauses;
  /** When there is something to do for an id, in milliseconds of `performance.now()`. */
  readonly #due = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #failuresInARow = 0;
  #pausedUntil = 0;
  #current: { id: string; stop: AbortController; over: Promise<void> } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: { work: Work; failed: (id: string, error: unknown) => void; pauses: Pauses }) {
    this.#work = options.work;
    this.#failed = options.failed;
    this.#pauses = options.pauses;
  }

  /** Plans work on `id`, unless that is planned for an earlier time. */
  add(id: string, inMs = 0): void {
    const at = performance.now() + inMs;
    if (this.#isClosed || at >= (this.#due.get(id) ?? Number.POSITIVE_INFINITY)) return;
    this.#due.set(id, at);
    this.#schedule();
  }

  /** Aborts the work on `id`, if it is under way; what is planned stays. */
  interrupt(id: string): void {
    if (this.#current?.id === id) this.#current.stop.abort();
  }

  /** Aborts the work on `id` and what is planned; resolves when it is over. Never rejects. */
  async cancel(id: string): Promise<void> {
    this.interrupt(id);
    if (this.#current?.id === id) await this.#current.over;
    this.#due.delete(id);
    this.#failures.delete(id);
  }

  /** Aborts all work; resolves when it is over. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#current?.stop.abort();
    await this.#current?.over;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#current !== null || this.#due.size === 0) return;
    const at = Math.max(Math.min(...this.#due.values()), this.#pausedUntil);
    const delayMs = Math.min(Math.max(0, at - performance.now()), longestTimerMs);
    this.#timer = setTimeout(() => this.#begin(), delayMs);
    // The process need not stay alive for this: what is planned is found again at the next start.
    this.#timer.unref();
  }

  #begin(): void {
    const now = performance.now();
    const [next] = [...this.#due].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b);
    if (next !== undefined && this.#pausedUntil <= now) {
      const [id] = next;
      this.#due.delete(id);
      const stop = new AbortController();
      this.#current = { id, stop, over: this.#run(id, stop.signal) };
    }
    this.#schedule();
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    try {
      // Only after the caller has noted that this is under way.
      await Promise.resolve();
      const nextMs = await this.#work(id, signal);
      this.#failures.delete(id);
      this.#failuresInARow = 0;
      if (nextMs !== null && !signal.aborted) this.add(id, nextMs);
    } catch (error) {
      if (!signal.aborted) this.#fail(id, error);
    } finally {
      this.#current = null;
      this.#schedule();
    }
  }

  #fail(id: string, error: unknown): void {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    this.#failures.set(id, failures);
    this.#failuresInARow += 1;
    this.#pausedUntil = performance.now() + this.#pauseMs(this.#failuresInARow);
    this.add(id, this.#pauseMs(failures));
    this.#failed(id, error);
  }

  /** With jitter, so that several servers do not ask a store that comes back at the same moment. */
  #pauseMs(failures: number): number {
    const { firstMs, longestMs } = this.#pauses;
    return Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestMs) * (0.75 + Math.random() / 4);
  }
}
