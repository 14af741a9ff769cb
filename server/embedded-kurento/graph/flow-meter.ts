/** Media counts as stopped after that long without a packet, as in the original. */
export const silenceMs = 2_000;

/** Something whose packets are counted; the count only grows. */
export type PacketCounter = { readonly packetCount: number };

/** Tells from a packet counter whether media flows. */
export class FlowMeter {
  #counter: PacketCounter | null = null;
  #count = 0;
  #movedAt = 0;
  #flowing = false;

  get flowing(): boolean {
    return this.#flowing;
  }

  /** Looks at the counter at that time (monotonic, in milliseconds) and says what has changed since the last look. */
  look(counter: PacketCounter | null, now: number): 'started' | 'stopped' | null {
    const count = counter?.packetCount ?? 0;
    // Another source may have counted long before it was connected: only what it counts from here on is a flow.
    const moved = counter !== null && (counter === this.#counter || this.#counter === null) && count > this.#count;
    this.#counter = counter;
    this.#count = count;
    if (moved) this.#movedAt = now;
    if (moved && !this.#flowing) {
      this.#flowing = true;
      return 'started';
    }
    if (this.#flowing && now - this.#movedAt >= silenceMs) {
      this.#flowing = false;
      return 'stopped';
    }
    return null;
  }
}
