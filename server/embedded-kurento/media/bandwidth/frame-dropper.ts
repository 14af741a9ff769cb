import type { RtpPacket } from '../media-types.ts';
import { timestampDistance } from '../rtp/rtp-packet.ts';

/** Loss by which a network is too slow for the stream; none loses so much by its nature and is still of use. */
const narrowLoss = 0.3;
/** More than this is no slow network but none at all. */
const outageLoss = 0.9;
/** It must be said so often, and for so long, to be believed at first; a network that was slow a moment ago says it once. */
const minBadReports = 3;
const badForMs = 2500;
/** What is sent of what gets through; the rest is for sound, and empties queues. */
const capacityShare = 0.7;
/** What may be sent in one go, in milliseconds of that: about a keyframe, so that sound does not wait behind more. */
const burstMs = 500;
/** For how long a network counts as slow before the whole stream is tried again; it doubles while tries fail. */
const firstHoldMs = 15_000;
const maxHoldMs = 120_000;
/** A try that went well for so long has succeeded. */
const triedForMs = 10_000;

/**
 * Frame dropping for a slow viewer, whose network cannot carry the picture. Lost at random, too many packets spoil the
 * sound as well and leave no frame whole; so what is too much is left out in whole frames, up to a keyframe. The
 * picture stands still meanwhile, and sound is whole. Nothing happens below three tenths of loss after repair.
 */
export class FrameDropper {
  /** Whether packets are to be asked about with `allows`; a plain field, as it is looked at for each packet. */
  isOn = false;
  /** Frames are being left out. */
  isPaused = false;
  #badReports = 0;
  #badSince = 0;
  #lossSum = 0;
  #bytesPerMs = 0;
  #level = 0;
  #levelAt = 0;
  #endsAt = 0;
  #holdMs = firstHoldMs;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Of the last frame that was sent; null until one is known, as streams begin at any number and go round. */
  #timestamp: number | null = null;

  /**
   * A receiver report of the viewer came.
   * @param fractionLost 0 … 255
   * @param sentBytesPerSecond of the stream, repetitions not counted
   */
  reported(fractionLost: number, sentBytesPerSecond: number, now: number): void {
    const loss = fractionLost / 256;
    if (loss <= narrowLoss || loss > outageLoss || sentBytesPerSecond <= 0) {
      this.#badReports = 0;
      this.#lossSum = 0;
      return;
    }
    if (this.#badReports === 0) this.#badSince = now;
    this.#badReports += 1;
    this.#lossSum += loss;
    const isTry = !this.isOn && now - this.#triedAt < triedForMs;
    if (!isTry && (this.#badReports < minBadReports || now - this.#badSince < badForMs)) return;
    const arriving = 1 - this.#lossSum / this.#badReports;
    this.#badReports = 0;
    this.#lossSum = 0;
    if (this.isOn) this.#bytesPerMs *= capacityShare;
    else this.#begin((sentBytesPerSecond * arriving * capacityShare) / 1000, now);
    this.#endsAt = now + this.#holdMs;
  }

  /** Forgets everything, as for another source. */
  reset(): void {
    this.isOn = false;
    this.isPaused = false;
    this.#badReports = 0;
    this.#lossSum = 0;
  }

  /** Whether a packet is to be sent. The first one after a pause begins a keyframe. */
  allows(packet: RtpPacket): boolean {
    if (packet.keyframeStart && packet.arrivedAt >= this.#endsAt) {
      this.isOn = false;
      this.isPaused = false;
      this.#triedAt = packet.arrivedAt;
      return true;
    }
    this.#level = Math.min(
      burstMs * this.#bytesPerMs,
      this.#level + (packet.arrivedAt - this.#levelAt) * this.#bytesPerMs,
    );
    this.#levelAt = packet.arrivedAt;
    if (this.isPaused && !packet.keyframeStart) return false;
    // Only whole frames are left out, and the first packet may be from the middle of one.
    this.#timestamp ??= packet.timestamp;
    const beginsFrame = this.isPaused || timestampDistance(this.#timestamp, packet.timestamp) > 0;
    if (beginsFrame && this.#level <= 0) {
      this.isPaused = true;
      return false;
    }
    this.isPaused = false;
    if (beginsFrame) this.#timestamp = packet.timestamp;
    this.#level -= packet.bytes.length;
    return true;
  }

  #begin(bytesPerMs: number, now: number): void {
    this.#holdMs = now - this.#triedAt < triedForMs ? Math.min(maxHoldMs, this.#holdMs * 2) : firstHoldMs;
    this.#bytesPerMs = bytesPerMs;
    // What was sent until now still stands in queues.
    this.#level = 0;
    this.#levelAt = now;
    // A number from the last time may be hours old, and on either side of this one.
    this.#timestamp = null;
    this.isOn = true;
  }
}
