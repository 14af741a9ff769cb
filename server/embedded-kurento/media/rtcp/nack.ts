import { sequenceDistance } from '../rtp/rtp-packet.ts';

type MissingPacket = { sequenceNumber: number; missedAt: number; askedAt: number; tries: number };

/** A larger gap means that the stream restarted, rather than loss. */
const largestGap = 1000;
const maxTries = 10;
const giveUpAfterMs = 1000;
const firstRoundTripGuessMs = 100;

/** The outcome of a packet's arrival. `lost` means that too many packets are missing to request them. */
export type ArrivalKind = 'next' | 'gap' | 'late' | 'lost';

/**
 * Keeps the list of missing packets and decides when to request them, and when to request them again:
 * https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1
 */
export class NackGenerator {
  /** Packets that were due for the first time, since the start. */
  expected = 0;
  /** The expected packets that were missing when their turn came; packets that were just reordered do not count. */
  missed = 0;
  readonly #missing = new Map<number, MissingPacket>();
  #highest = -1;
  #roundTripMs = firstRoundTripGuessMs;

  /** True while any packet is awaited. */
  get waiting(): boolean {
    return this.#missing.size > 0;
  }

  /** Whether this packet is missing and still being requested. */
  awaits(sequenceNumber: number): boolean {
    return this.#missing.has(sequenceNumber);
  }

  /** The newest sequence number; −1 before the first packet. */
  get highest(): number {
    return this.#highest;
  }

  /** The smoothed time from a request to its answer, in milliseconds. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Forgets everything; the next packet starts a new list. */
  reset(): void {
    this.#missing.clear();
    this.#highest = -1;
  }

  /** @param now milliseconds on the monotonic clock */
  packetArrived(sequenceNumber: number, now: number): ArrivalKind {
    if (this.#highest < 0) {
      this.#highest = sequenceNumber;
      this.expected += 1;
      return 'next';
    }
    const distance = sequenceDistance(this.#highest, sequenceNumber);
    if (distance <= 0) {
      this.#found(sequenceNumber, now);
      return 'late';
    }
    const before = this.#highest;
    this.#highest = sequenceNumber;
    if (distance === 1) {
      this.expected += 1;
      return 'next';
    }
    if (distance > largestGap || this.#missing.size + distance > largestGap) {
      this.#missing.clear();
      return 'lost';
    }
    this.expected += distance;
    this.missed += distance - 1;
    for (let step = 1; step < distance; step += 1) {
      const missing = (before + step) & 0xffff;
      this.#missing.set(missing, { sequenceNumber: missing, missedAt: now, askedAt: 0, tries: 0 });
    }
    return 'gap';
  }

  /**
   * Fills `due` with the sequence numbers to request now.
   * @returns how many packets were given up
   */
  collectDue(now: number, due: number[]): number {
    let givenUp = 0;
    for (const entry of this.#missing.values()) {
      if (entry.tries >= maxTries || now - entry.missedAt > giveUpAfterMs) {
        this.#missing.delete(entry.sequenceNumber);
        givenUp += 1;
      } else if (entry.tries === 0 || now - entry.askedAt >= this.#retryAfterMs(entry.tries)) {
        entry.tries += 1;
        entry.askedAt = now;
        due.push(entry.sequenceNumber);
      }
    }
    return givenUp;
  }

  #retryAfterMs(tries: number): number {
    return Math.max(20, this.#roundTripMs * 1.2) * (1 + (tries - 1) * 0.25);
  }

  #found(sequenceNumber: number, now: number): void {
    const entry = this.#missing.get(sequenceNumber);
    if (entry === undefined) return;
    this.#missing.delete(sequenceNumber);
    // No answer to a request arrives that quickly, so the packet was only reordered.
    if (entry.tries <= 1 && now - entry.missedAt < this.#roundTripMs / 4) this.missed -= 1;
    // Only a first request measures the round trip: later, it is unknown which request was answered (Karn's rule).
    if (entry.tries === 1) this.#roundTripMs += (now - entry.askedAt - this.#roundTripMs) / 8;
  }
}

/** Packets whose last retransmission is remembered; a power of two, and more than NACKs can name in a round trip. */
const remembered = 512;
/** A packet is not sent again within this part of a round trip: the answer to the first request is on its way. */
const roundTripShare = 0.75;
const minPauseMs = 5;
const maxPauseMs = 600;
/** The part of the bytes first sent in a second that may be retransmitted; one fifth of packet loss needs a quarter. */
const streamShare = 0.5;
/**
 * The minimum retransmission budget of a second. 96 kbit/s still fit into a downlink that carries only the low tier. The first
 * second has a keyframe burst.
 */
const minBytes = 12_000;
const firstBytes = 128_000;

/**
 * Decides which of a viewer's NACKs (https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1) are answered: never twice
 * for a packet that is already on its way, and no more than a slow network can carry in addition to the stream itself.
 */
export class Retransmissions {
  // Allocated at the first loss, as most viewers have none.
  #numbers: Uint16Array | null = null;
  #times: Float64Array | null = null;
  #bytesLeft = firstBytes;
  #repeatedBytes = 0;
  #sentBytesBefore = 0;

  /**
   * Whether the packet should be retransmitted now; if so, it is counted.
   * @param now milliseconds on the monotonic clock
   * @param roundTripMs 0 when it is not known
   */
  allows(sequenceNumber: number, bytes: number, now: number, roundTripMs: number): boolean {
    this.#numbers ??= new Uint16Array(remembered);
    this.#times ??= new Float64Array(remembered).fill(Number.NEGATIVE_INFINITY);
    if (this.#bytesLeft < bytes) return false;
    const slot = sequenceNumber & (remembered - 1);
    const pause = Math.max(minPauseMs, Math.min(maxPauseMs, roundTripMs * roundTripShare));
    if (this.#numbers[slot] === sequenceNumber && now - (this.#times[slot] ?? 0) < pause) return false;
    this.#numbers[slot] = sequenceNumber;
    this.#times[slot] = now;
    this.#bytesLeft -= bytes;
    this.#repeatedBytes += bytes;
    return true;
  }

  /**
   * A second has passed: the bytes sent in it limit the retransmissions of the next one.
   * @param sentBytes all bytes sent since the start, retransmissions included
   * @returns the bytes sent for the first time in that second
   */
  renew(sentBytes: number): number {
    const fresh = sentBytes - this.#sentBytesBefore - this.#repeatedBytes;
    this.#sentBytesBefore = sentBytes;
    this.#repeatedBytes = 0;
    this.#bytesLeft = Math.max(minBytes, fresh * streamShare);
    return fresh;
  }
}
