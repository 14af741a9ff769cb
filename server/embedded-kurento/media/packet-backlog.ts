import type { FaultReporter } from './fault-reporter.ts';

/** Takes a packet of one link. */
export interface PacketReceiver {
  receive(packet: Buffer): void;
}

/** How long packets may be handled, in milliseconds, before the event loop has to turn. */
const sliceMs = 20;

/**
 * Keeps the event loop turning while more packets arrive than can be handled at once. Node.js calls us back for up to a
 * thousand packets in a row, and with many viewers on a busy machine that takes seconds: clients' requests, reports and
 * pings would wait for all of them, and a server that is merely busy would be taken for one that hangs. So packets that
 * arrive after the end of a slice of time wait, in their order, for the next turn. Usually none does.
 */
export class PacketBacklog {
  readonly #faults: FaultReporter;
  readonly #nowMs: () => number;
  #waiting: { receiver: PacketReceiver; packet: Buffer }[] = [];
  /** When handling began in this turn of the event loop; `null` before. */
  #sliceSince: number | null = null;

  constructor(faults: FaultReporter, nowMs: () => number = () => performance.now()) {
    this.#faults = faults;
    this.#nowMs = nowMs;
  }

  /** Hands `packet` to `receiver`, now or soon; packets never overtake each other. Never throws. */
  add(receiver: PacketReceiver, packet: Buffer): void {
    this.#begin();
    if (this.#waiting.length === 0 && this.#hasTime()) this.#handle(receiver, packet);
    else this.#waiting.push({ receiver, packet });
  }

  /** Drops what waits for `receiver`, which takes no more. */
  forget(receiver: PacketReceiver): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.receiver !== receiver);
  }

  #begin(): void {
    if (this.#sliceSince !== null) return;
    this.#sliceSince = this.#nowMs();
    setImmediate(() => this.#turn());
  }

  /** A new turn of the event loop: what waits comes first. */
  #turn(): void {
    this.#sliceSince = null;
    if (this.#waiting.length === 0) return;
    this.#begin();
    while (this.#hasTime()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#handle(next.receiver, next.packet);
    }
  }

  #hasTime(): boolean {
    return this.#sliceSince !== null && this.#nowMs() - this.#sliceSince < sliceMs;
  }

  #handle(receiver: PacketReceiver, packet: Buffer): void {
    try {
      receiver.receive(packet);
    } catch (error) {
      this.#faults.report(error);
    }
  }
}
