/**
 * Calls `tell` for each listener, in order. If one throws, that is reported, and the others are still called.
 * Listeners that are added meanwhile are not called.
 */
export function notifyEach<Listener>(
  listeners: Iterable<Listener>,
  tell: (listener: Listener) => void,
  failed: (error: unknown) => void,
): void {
  for (const listener of [...listeners]) {
    try {
      tell(listener);
    } catch (error) {
      failed(error);
    }
  }
}
