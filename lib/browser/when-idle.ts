/** Where a browser does not tell, nobody waits longer for the page to be drawn, in milliseconds. */
const drawnMs = 300;

/**
 * Calls `act` once the page has nothing better to do.
 * @returns a function after which it is not called any more
 */
export function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const idle = requestIdleCallback(act, { timeout: 2_000 });
    return () => cancelIdleCallback(idle);
  }
  // Safari: https://caniuse.com/requestidlecallback
  const timer = setTimeout(act, drawnMs);
  return () => clearTimeout(timer);
}
