/**
 * Tells each of several listeners, in their order. One that throws is reported, and the others are told nevertheless.
 * Listeners that come meanwhile are not told.
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
