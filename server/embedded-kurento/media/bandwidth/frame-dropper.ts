import type { RtpPacket } from '../media-types.ts';
import { timestampDistance } from '../rtp/rtp-packet.ts';

/** Packet loss that means a network is too slow for the stream; no usable network loses this much by its nature. */
const narrowLoss = 0.3;
/** More packet loss than this means no network at all, rather than a slow one. */
const outageLoss = 0.9;
/** This many bad reports over this time are needed at first; for a network that was slow recently, one is enough. */
const minBadReports = 3;
const badForMs = 2500;
/** The share that is sent of what gets through; the rest is for audio, and drains queues. */
const capacityShare = 0.7;
/** The maximum burst in milliseconds of that rate: about a keyframe, so that audio does not wait behind more. */
const burstMs = 500;
/** How long a network counts as slow before the whole stream is tried again; doubles while attempts fail. */
const firstHoldMs = 15_000;
const maxHoldMs = 120_000;
/** An attempt that went well for this long has succeeded. */
const triedForMs = 10_000;

/**
 * Frame dropping for a slow viewer, whose network cannot carry the video. Random packet loss at that level damages the
 * audio as well and leaves no frame complete. So the excess is dropped in whole frames, up to a keyframe. The picture
 * freezes meanwhile, and the audio stays intact. Nothing happens below 30% of packet loss after repair.
 */
export class FrameDropper {
  /** Whether `allows` must be called for packets; a plain field, as it is read for each packet. */
  isOn = false;
  /** Frames are being dropped. */
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
  /** Of the last frame that was sent; null until one is known, as timestamps start at any value and wrap around. */
  #timestamp: number | null = null;

  /**
   * The viewer sent a receiver report.
   * @param fractionLost 0 … 255
   * @param sentBytesPerSecond of the stream, without retransmissions
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

  /** Whether to send a packet. The first one after a pause begins a keyframe. */
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
    // Only whole frames are dropped, and the first packet may be from the middle of one.
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
    // The packets sent until now are still in queues.
    this.#level = 0;
    this.#levelAt = now;
    // A timestamp from the last time may be hours old, and could seem to be before or after the present one.
    this.#timestamp = null;
    this.isOn = true;
  }
}
