/** What asks a process to end: whoever looks after it, Ctrl-C, and a terminal that is closed. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** One wish to stop reaches a process several times: from the terminal, from npm, from a parent. In milliseconds. */
const sameWishMs = 1_000;

/**
 * Calls `stop` at the first signal to end, and `force` at the first that comes a second or more after it, when somebody
 * has lost patience.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, force: () => void): void {
  let firstAt: number | null = null;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      const now = performance.now();
      if (firstAt === null) stop(signal);
      else if (now - firstAt >= sameWishMs) force();
      firstAt ??= now;
    });
  }
}
