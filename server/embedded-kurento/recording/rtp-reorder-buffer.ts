/** The properties of a packet that the reorder buffer needs. */
export type SequencedPacket = { readonly sequenceNumber: number; readonly arrivedAt: number };

/** Receives packets in order. */
export type ReorderListener<P> = {
  packet(packet: P): void;
  /** Packets between the last one and the next are lost for good. */
  lost(): void;
};

/** How long a gap may wait for a retransmission, in milliseconds: a few round trips over a bad network. */
const maxWaitMs = 300;
const maxHeld = 1024;
/** A larger step in sequence numbers is a new stream, not a gap. */
const maxStep = 3000;

/**
 * Puts packets in the order of their sequence numbers (RFC 3550 §5.1) and drops duplicates. Packets wait only behind a
 * gap; packets in order are passed on without delay.
 */
export class RtpReorderBuffer<P extends SequencedPacket> {
  readonly #listener: ReorderListener<P>;
  readonly #held = new Map<number, P>();
  #next: number | null = null;
  #waitingSince = 0;

  constructor(listener: ReorderListener<P>) {
    this.#listener = listener;
  }

  push(packet: P): void {
    this.#next ??= packet.sequenceNumber;
    const ahead = signedStep(this.#next, packet.sequenceNumber);
    if (Math.abs(ahead) > maxStep) {
      this.flush();
      this.#listener.lost();
      this.#next = packet.sequenceNumber;
    } else if (ahead < 0) {
      return;
    }
    if (packet.sequenceNumber !== this.#next) {
      if (this.#held.size === 0) this.#waitingSince = packet.arrivedAt;
      this.#held.set(packet.sequenceNumber, packet);
      this.expire(packet.arrivedAt);
      if (this.#held.size > maxHeld) this.#skipGap();
      return;
    }
    this.#deliver(packet);
    this.#drain();
  }

  /** Gives up on gaps that have waited too long. `now` is on the clock of `arrivedAt`. */
  expire(now: number): void {
    while (this.#held.size > 0 && now - this.#waitingSince > maxWaitMs) this.#skipGap();
  }

  /** Outputs all held packets, with their gaps. */
  flush(): void {
    while (this.#held.size > 0) this.#skipGap();
  }

  /** Starts again with the next sequence number, whatever it is. */
  reset(): void {
    this.#held.clear();
    this.#next = null;
  }

  #skipGap(): void {
    const next = this.#next ?? 0;
    let nearest: P | null = null;
    for (const packet of this.#held.values()) {
      if (nearest === null || signedStep(next, packet.sequenceNumber) < signedStep(next, nearest.sequenceNumber)) {
        nearest = packet;
      }
    }
    if (nearest === null) return;
    this.#listener.lost();
    this.#next = nearest.sequenceNumber;
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const packet = this.#next === null ? undefined : this.#held.get(this.#next);
      if (packet === undefined) break;
      this.#held.delete(packet.sequenceNumber);
      this.#deliver(packet);
    }
    // The wait for a further gap began with the oldest packet that is held behind it.
    this.#waitingSince = Number.POSITIVE_INFINITY;
    for (const packet of this.#held.values()) this.#waitingSince = Math.min(this.#waitingSince, packet.arrivedAt);
  }

  #deliver(packet: P): void {
    this.#next = (packet.sequenceNumber + 1) & 0xffff;
    this.#listener.packet(packet);
  }
}

/** The step from one 16-bit number to another, −32768 … 32767. */
function signedStep(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}
