import type { RtpPacket } from '../media-types.ts';

/** A probe ends by itself unless it is renewed within this time, in milliseconds. */
const expiresAfterMs = 3_000;
/** No more is caught up on than what is missing for this long, in milliseconds: a pause is not followed by a burst. */
const maxArrearsMs = 100;
/** A packet is followed by at most this many repetitions, of it and those before it; receivers reject older ones. */
const maxRepetitions = 64;
/** The highest bitrate that can be probed, in kbit/s. */
const maxKbps = 20_000;

/** So many requests for lost packets, or this rise of the round trip in milliseconds, mean that the padding is too much. */
const [tooManyNacks, risenMs] = [4, 60];

/** Sends packets once more. */
interface Repeating {
  /** @returns the packet's size in bytes; 0 if it could not be sent */
  repeat(sequenceNumber: number, now: number): number;
}

/**
 * Pads a stream up to a bitrate, to see whether a downlink carries it before something larger is sent. It decides how
 * much padding is due; recent packets, sent once more, are the padding. Receivers drop them as replayed
 * (https://www.rfc-editor.org/rfc/rfc3711#section-3.3.2), unless the first copy was lost.
 */
export class BandwidthProbe {
  /** Whether `pad` must be called for packets; a plain field, as it is read for each packet. */
  isOn = false;
  #bytesPerMs = 0;
  #expiresAt = 0;
  #nacks = 0;
  /** The round trip before the probe, in milliseconds. */
  #calmMs = 0;
  /** The padding was too much, until the client ends this probe. */
  #isStopped = false;
  #lastAt = 0;
  #arrears = 0;
  readonly #roundTripMs: () => number;

  /** @param roundTripMs the present round trip in milliseconds */
  constructor(roundTripMs: () => number) {
    this.#roundTripMs = roundTripMs;
  }

  /**
   * Begins, renews or ends a probe.
   * @param kbps the bitrate of stream and padding together; 0 ends the probe
   * @param now milliseconds on the monotonic clock
   */
  set(kbps: number, now: number): void {
    if (kbps === 0 || now >= this.#expiresAt) {
      this.#isStopped = false;
      this.#calmMs = this.#roundTripMs();
      this.#lastAt = now;
      this.#arrears = 0;
    }
    this.isOn = kbps > 0 && !this.#isStopped;
    this.#bytesPerMs = Math.min(kbps, maxKbps) / 8;
    this.#expiresAt = kbps > 0 ? now + expiresAfterMs : now;
    this.#nacks = 0;
  }

  /** The peer asked for lost packets. */
  nacked(): void {
    this.#nacks += 1;
    if (this.#nacks >= tooManyNacks) this.#stop();
  }

  /** The peer's report tells the round trip. */
  reported(): void {
    if (this.#roundTripMs() > this.#calmMs + risenMs) this.#stop();
  }

  /** A packet was sent: repeats it and those before it, as many as are due. */
  pad({ bytes, arrivedAt, sequenceNumber }: RtpPacket, stream: Repeating): void {
    if (arrivedAt >= this.#expiresAt) this.isOn = false;
    if (!this.isOn) return;
    const limit = maxArrearsMs * this.#bytesPerMs;
    this.#arrears = Math.min(limit, this.#arrears + (arrivedAt - this.#lastAt) * this.#bytesPerMs - bytes.length);
    this.#lastAt = arrivedAt;
    for (let back = 0; back < maxRepetitions && this.#arrears > 0; back += 1) {
      const repeated = stream.repeat(sequenceNumber - back, arrivedAt);
      if (repeated === 0) return;
      this.#arrears -= repeated;
    }
  }

  #stop(): void {
    this.isOn = false;
    this.#isStopped = true;
  }
}
