import type { MediaEngineOptions } from '../media/media-types.ts';

/** Media counts as stopped after that long without a packet, as in the original. */
const silenceMs = 2_000;

/** Something whose packets are counted; the count only grows. */
export type PacketCounter = { readonly packetCount: number };

/** Tells from a packet counter whether media flows. */
export class FlowMeter {
  #counter: PacketCounter | null = null;
  #count = 0;
  #movedAt = 0;
  #flowing = false;

  get flowing(): boolean {
    return this.#flowing;
  }

  /** Looks at the counter at that time (monotonic, in milliseconds) and says what has changed since the last look. */
  look(counter: PacketCounter | null, now: number): 'started' | 'stopped' | null {
    const count = counter?.packetCount ?? 0;
    // Another source may have counted long before it was connected: only what it counts from here on is a flow.
    const moved = counter !== null && (counter === this.#counter || this.#counter === null) && count > this.#count;
    this.#counter = counter;
    this.#count = count;
    if (moved) this.#movedAt = now;
    if (moved && !this.#flowing) {
      this.#flowing = true;
      return 'started';
    }
    if (this.#flowing && now - this.#movedAt >= silenceMs) {
      this.#flowing = false;
      return 'stopped';
    }
    return null;
  }
}

/** Longer than any wait for a keyframe. */
const starvedAfterMs = 5_000;
const fewPackets = 25;

/**
 * Notices a sink that gets nothing through although its source sends. That happens when a source that negotiated
 * several codecs sends one which the sink did not negotiate: until packets come, the two seem to fit.
 */
export class StarvationMeter {
  #source: PacketCounter | null = null;
  #sourceCount = 0;
  #sinkCount = 0;
  #since = 0;
  #isReported = false;

  /** Looks at both counters at that time (monotonic, in milliseconds); true once for each source that starves it. */
  look(source: PacketCounter | null, sink: PacketCounter, now: number): boolean {
    if (source !== this.#source) this.#isReported = false;
    const restarts = source !== this.#source || sink.packetCount !== this.#sinkCount;
    if (restarts || source === null || source.packetCount === this.#sourceCount) {
      this.#source = source;
      this.#sourceCount = source?.packetCount ?? 0;
      this.#sinkCount = sink.packetCount;
      this.#since = now;
      return false;
    }
    const starved = now - this.#since >= starvedAfterMs && source.packetCount - this.#sourceCount >= fewPackets;
    if (!starved || this.#isReported) return false;
    this.#isReported = true;
    return true;
  }
}

/** How often packet counters are looked at. */
const lookEveryMs = 200;

/** What is looked at. */
export interface MonitoredFlow {
  /** Compares counters with the last look; `now` is monotonic, in milliseconds. */
  checkFlow(now: number): void;
}

/** One timer for all that must be looked at regularly; it runs only while there is something to look at. */
export class FlowMonitor {
  readonly #monitored = new Set<MonitoredFlow>();
  readonly #log: MediaEngineOptions['log'];
  #timer: NodeJS.Timeout | undefined;

  constructor(log: MediaEngineOptions['log']) {
    this.#log = log;
  }

  add(monitored: MonitoredFlow): void {
    this.#monitored.add(monitored);
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
  }

  remove(monitored: MonitoredFlow): void {
    this.#monitored.delete(monitored);
    if (this.#monitored.size === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const monitored of this.#monitored) {
      try {
        monitored.checkFlow(now);
      } catch (error) {
        // A fault of one must not end the looking at all others.
        this.#log('error', 'A flow could not be looked at', { error });
      }
    }
  }
}
