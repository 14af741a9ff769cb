/** A signal that is aborted when somebody stops this process, so that a measurement closes what it has opened. */
export function abortedWhenStopped(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new Error(`The measurement was stopped by ${signal}.`)));
  }
  return interrupted.signal;
}
