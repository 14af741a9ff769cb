import type { RtpPacket } from './media-types.ts';

/**
 * The last packets of one source, found by sequence number. One history serves all viewers: each maps the numbers
 * that it asks for back to the source's own.
 */
export class PacketHistory {
  readonly #slots: (RtpPacket | null)[];
  readonly #mask: number;

  /** @param capacity packets that are kept; a power of two */
  constructor(capacity: number) {
    this.#slots = new Array<RtpPacket | null>(capacity).fill(null);
    this.#mask = capacity - 1;
  }

  add(packet: RtpPacket): void {
    this.#slots[packet.sequenceNumber & this.#mask] = packet;
  }

  find(sequenceNumber: number): RtpPacket | null {
    const packet = this.#slots[sequenceNumber & this.#mask] ?? null;
    return packet !== null && packet.sequenceNumber === sequenceNumber ? packet : null;
  }

  clear(): void {
    this.#slots.fill(null);
  }
}
