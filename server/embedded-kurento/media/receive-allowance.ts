import { QueueDelay } from './queue-delay.ts';
import { RECEIVE_INTERVAL_MS, ReceiveBitrate } from './receive-bitrate.ts';
import type { ReceivedPacket } from './rtp-packet.ts';

/** How many packets were expected and missed since the stream began, before any were repeated. */
export type LossTotals = { readonly expected: number; readonly missed: number };

/** How much a peer may send of a picture, by what comes of it: how much, how late, and how much is lost on the way. */
export class ReceiveAllowance {
  readonly #bitrate = new ReceiveBitrate();
  readonly #queue = new QueueDelay();
  #hasSendTimes = false;
  #intervalAt = 0;
  #bytes = 0;
  #expectedBefore = 0;
  #missedBefore = 0;

  /** In bit/s. */
  get bps(): number {
    return this.#bitrate.bps;
  }

  /** Kilobits per second; 0 means no ceiling. */
  setCeiling(kbps: number): void {
    this.#bitrate.setCeiling(kbps);
  }

  /** By the time that packets say they were sent; of those that do not, by the time that their frames were captured. */
  packetArrived({ bytes, sendTime, timestamp, codec, arrivedAt }: ReceivedPacket): void {
    this.#bytes += bytes.length;
    if (sendTime >= 0) {
      if (!this.#hasSendTimes) this.#queue.reset();
      this.#hasSendTimes = true;
      this.#queue.packetArrived(sendTime, 24, 2 ** 18 / 1000, arrivedAt);
    } else if (!this.#hasSendTimes) this.#queue.packetArrived(timestamp, 32, codec.clockRate / 1000, arrivedAt);
  }

  /** Whether it is time to judge again; `now` is in milliseconds on the monotonic clock. */
  isDue(now: number): boolean {
    return now - this.#intervalAt >= RECEIVE_INTERVAL_MS;
  }

  /** Judges what came since the last time. Loss counts before it was repaired: a repaired line is just as full. */
  update({ expected, missed }: LossTotals, now: number): void {
    this.#bitrate.update({
      durationMs: now - this.#intervalAt,
      bytes: this.#bytes,
      expected: expected - this.#expectedBefore,
      missed: missed - this.#missedBefore,
      queueMs: this.#queue.take(now),
    });
    this.#intervalAt = now;
    this.#bytes = 0;
    this.#expectedBefore = expected;
    this.#missedBefore = missed;
  }

  /** Another stream begins, with a clock of its own; what the peer can send is the same. */
  streamChanged(): void {
    this.#queue.reset();
    this.#hasSendTimes = false;
  }
}
