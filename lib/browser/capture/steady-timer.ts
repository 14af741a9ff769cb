/** A timer that keeps running while the page is hidden. */
export type SteadyTimer = { close: () => void };

/**
 * Calls `onTick` every `everyMs` milliseconds, also in a hidden tab: there, browsers throttle a page's own timers to
 * once a second, but not those of its workers. Where workers are forbidden, it is an ordinary timer.
 */
export function startSteadyTimer(everyMs: number, onTick: () => void): SteadyTimer {
  try {
    const source = new Blob([`setInterval(() => postMessage(0), ${Number(everyMs)});`], { type: 'text/javascript' });
    const address = URL.createObjectURL(source);
    const worker = new Worker(address);
    worker.addEventListener('message', onTick);
    return {
      close: () => {
        worker.terminate();
        URL.revokeObjectURL(address);
      },
    };
  } catch {
    const timer = setInterval(onTick, everyMs);
    return { close: () => clearInterval(timer) };
  }
}
