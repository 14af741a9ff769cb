import { sequenceDistance } from '../rtp/rtp-packet.ts';

type MissingPacket = { sequenceNumber: number; missedAt: number; askedAt: number; tries: number };

/** A larger gap is a new start of the stream rather than loss. */
const largestGap = 1000;
const maxTries = 10;
const giveUpAfterMs = 1000;
const firstRoundTripGuessMs = 100;

/** What the arrival of a packet tells. `lost` means that too much is missing to ask for it. */
export type ArrivalKind = 'next' | 'gap' | 'late' | 'lost';

/**
 * Keeps the list of packets that are missing and decides when to ask for them (again):
 * https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1
 */
export class NackGenerator {
  /** Packets that should have come for the first time, since the start. */
  expected = 0;
  /** Those of them that were not there when their turn came; those that were merely overtaken do not count. */
  missed = 0;
  readonly #missing = new Map<number, MissingPacket>();
  #highest = -1;
  #roundTripMs = firstRoundTripGuessMs;

  /** True while something is being waited for. */
  get waiting(): boolean {
    return this.#missing.size > 0;
  }

  /** Whether this packet is missing and still asked for. */
  awaits(sequenceNumber: number): boolean {
    return this.#missing.has(sequenceNumber);
  }

  /** The newest sequence number; −1 before the first packet. */
  get highest(): number {
    return this.#highest;
  }

  /** The time from a request to its answer, smoothed; in milliseconds. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Forgets everything; the next packet starts anew. */
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
   * Fills `due` with the numbers to ask for now.
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
    // No answer to a request is that quick.
    if (entry.tries <= 1 && now - entry.missedAt < this.#roundTripMs / 4) this.missed -= 1;
    // Only the first request tells the round trip: later, nobody knows which one was answered (Karn's rule).
    if (entry.tries === 1) this.#roundTripMs += (now - entry.askedAt - this.#roundTripMs) / 8;
  }
}

/** Packets whose last repetition is remembered; a power of two, and more than one NACK can name in a round trip. */
const remembered = 512;
/** A packet is not repeated again within this part of a round trip: the answer to the first request is on its way. */
const roundTripShare = 0.75;
const minPauseMs = 5;
const maxPauseMs = 300;
/** Of what is sent for the first time in a second, this part may be repeated; a fifth of loss needs a quarter. */
const streamShare = 0.5;
/** What may be repeated in a second however little is sent, and in the first one, in which a keyframe burst falls. */
const minBytes = 32_000;
const firstBytes = 128_000;

/**
 * Which of a viewer's NACKs (https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1) are answered: not twice for what
 * is on its way already, and no more than a narrow network can bear beside the stream itself.
 */
export class Retransmissions {
  // Made at the first loss, as most viewers have none.
  #numbers: Uint16Array | null = null;
  #times: Float64Array | null = null;
  #bytesLeft = firstBytes;
  #repeatedBytes = 0;
  #sentBytesBefore = 0;

  /**
   * Whether the packet is to be repeated now; if so, it is counted.
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
   * A second is over: what it carried decides what may be repeated in the next one.
   * @param sentBytes all that was sent since the start, repetitions included
   * @returns what was sent for the first time in that second, in bytes
   */
  renew(sentBytes: number): number {
    const fresh = sentBytes - this.#sentBytesBefore - this.#repeatedBytes;
    this.#sentBytesBefore = sentBytes;
    this.#repeatedBytes = 0;
    this.#bytesLeft = Math.max(minBytes, fresh * streamShare);
    return fresh;
  }
}
