/** Lets a test wait until a condition that it observes holds, without polling. */
export class ConditionWaiter {
  readonly #waiting = new Set<() => void>();

  /** Call this after every change. */
  changed(): void {
    for (const check of [...this.#waiting]) check();
  }

  /**
   * Resolves as soon as `reached` holds.
   * @throws Error that names `what` after `timeoutMs`
   */
  until(what: string, reached: () => boolean, timeoutMs = 8_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        try {
          if (!reached()) return;
          resolve();
        } catch (error) {
          // A condition that throws makes only its own wait fail.
          reject(error);
        }
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`The condition did not hold in time: ${what}.`));
      }, timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }
}
