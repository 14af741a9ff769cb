import { performance } from 'node:perf_hooks';
import { vp8Frame } from '../../../codecs/testing/test-frames.ts';
import { randomNumbers, type StreamStart, streamStart } from '../../../codecs/testing/test-seed.ts';
import type { MediaKind, RtpPacket } from '../../media/media-types.ts';
import { opus, TestSource, vp8 } from './recording-rig.ts';

/*
 * For tests: a show whose sender or network stops now and then. Packets carry their time of capture in the payload.
 */

/** Something that stops one or both kinds for a while; times in milliseconds. */
export type Interruption = {
  /**
   * `capture`: nothing is captured, and timestamps continue afterwards where they stopped, as Chromium's audio does.
   * `camera`: nothing is captured, and timestamps continue with real time, as browsers' video does.
   * `network`: captured packets are delivered late, in a burst.
   */
  cause: 'capture' | 'camera' | 'network';
  kinds: readonly MediaKind[];
  atMs: number;
  forMs: number;
  /** After a network stop, how many times faster than captured its packets arrive; all at once by default. */
  burstRate?: number;
};

/** The properties of a show. */
export type StallingShowOptions = {
  seed: number;
  interruptions: readonly Interruption[];
  /** The network's jitter, in milliseconds. */
  jitterMs: number;
  /** When the sender sends reports for this kind, in milliseconds. */
  reportsAt: (kind: MediaKind) => readonly number[];
  lengthMs: number;
  /** Between two pictures, in milliseconds; 40 by default. */
  pictureMs?: number;
};

const networkMs = 40;
const keyframeEveryMs = 2000;
const kinds = ['audio', 'video'] as const;

type Arrival = { atMs: number; order: number; deliver: () => void };

/** A sender of audio and video with a network in between, all of it simulated. */
export class StallingShow {
  readonly audio: TestSource;
  readonly video: TestSource;
  /** The arrival of media captured at 0 ms; ahead of the real clock, so that no timer considers it late. */
  readonly startMs = performance.now() + 100_000_000;
  readonly #options: StallingShowOptions;
  readonly #random: () => number;
  readonly #frameMs: Readonly<Record<MediaKind, number>>;

  constructor(options: StallingShowOptions) {
    this.#options = options;
    this.#frameMs = { audio: 20, video: options.pictureMs ?? 40 };
    this.#random = randomNumbers(options.seed);
    const start = (name: string): StreamStart => streamStart(name, options.seed);
    this.audio = new TestSource('audio', opus, start('audio'));
    this.video = new TestSource('video', vp8, start('video'));
  }

  /** Sends the whole show. */
  run(): void {
    const arrivals: Arrival[] = [];
    for (const kind of kinds) arrivals.push(...this.#packets(kind), ...this.#reports(kind));
    arrivals.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    for (const { deliver } of arrivals) deliver();
  }

  #packets(kind: MediaKind): Arrival[] {
    const source = this[kind];
    const arrivals: Arrival[] = [];
    for (let captureMs = 0; captureMs < this.#options.lengthMs; captureMs += this.#frameMs[kind]) {
      if (this.#isStalled(kind, captureMs)) continue;
      const packet = source.packet(payloadOf(kind, captureMs), this.#streamMs(kind, captureMs), 0, true);
      const atMs = this.#arrivalOf(kind, captureMs);
      arrivals.push({ atMs, order: arrivals.length, deliver: () => this.#deliver(source, packet, atMs) });
    }
    return arrivals;
  }

  #deliver(source: TestSource, packet: RtpPacket, atMs: number): void {
    source.deliver([{ ...packet, arrivedAt: this.startMs + atMs }]);
  }

  /** A report extrapolates from the last frame by the sender's clock, and is slightly inaccurate, as in browsers. */
  #reports(kind: MediaKind): Arrival[] {
    return this.#options.reportsAt(kind).map((sentMs) => ({
      atMs: sentMs + networkMs,
      order: 0,
      deliver: () => {
        let lastMs = Math.floor(sentMs / this.#frameMs[kind]) * this.#frameMs[kind];
        while (lastMs > 0 && this.#isStalled(kind, lastMs)) lastMs -= this.#frameMs[kind];
        const streamMs = this.#streamMs(kind, lastMs) + sentMs - lastMs;
        this[kind].report(streamMs, sentMs + 2 * this.#random() - 1);
      },
    }));
  }

  #of(kind: MediaKind, cause: Interruption['cause']): Interruption[] {
    return this.#options.interruptions.filter((one) => one.cause === cause && one.kinds.includes(kind));
  }

  #isStalled(kind: MediaKind, captureMs: number): boolean {
    return [...this.#of(kind, 'capture'), ...this.#of(kind, 'camera')].some(
      ({ atMs, forMs }) => captureMs >= atMs && captureMs < atMs + forMs,
    );
  }

  /** The sender's timestamp for a time of capture. */
  #streamMs(kind: MediaKind, captureMs: number): number {
    const stalls = this.#of(kind, 'capture').filter(({ atMs, forMs }) => captureMs >= atMs + forMs);
    return captureMs - stalls.reduce((sum, { forMs }) => sum + forMs, 0);
  }

  #arrivalOf(kind: MediaKind, captureMs: number): number {
    const naturalMs = captureMs + networkMs + this.#random() ** 3 * this.#options.jitterMs;
    const lateMs = this.#of(kind, 'network')
      .filter(({ atMs }) => captureMs >= atMs)
      .map(({ atMs, forMs, burstRate = 1e6 }) => atMs + forMs + networkMs + (captureMs - atMs) / burstRate);
    return Math.max(naturalMs, ...lateMs);
  }
}

function payloadOf(kind: MediaKind, captureMs: number): Buffer {
  if (kind === 'audio') {
    // The first byte means a duration of 20 ms (RFC 6716 §3.1).
    const payload = Buffer.from([0xf8, 0, 0, 0, 0]);
    payload.writeUInt32BE(captureMs, 1);
    return payload;
  }
  const frame = vp8Frame(captureMs % keyframeEveryMs === 0, 0, 16);
  frame.writeUInt32BE(captureMs, 12);
  return Buffer.concat([Buffer.from([0x10]), frame]);
}
