import type { MediaEngineOptions } from '../media/media-types.ts';

/** Media counts as stopped after this long without a packet, as in the original. */
const silenceMs = 2_000;

/** Something whose packets are counted; the count only grows. */
export type PacketCounter = { readonly packetCount: number };

/** Determines from a packet counter whether media flows. */
export class FlowMeter {
  #counter: PacketCounter | null = null;
  #count = 0;
  #movedAt = 0;
  #flowing = false;

  get flowing(): boolean {
    return this.#flowing;
  }

  /** Checks the counter at time `now` (monotonic, in milliseconds) and returns the change since the last check. */
  look(counter: PacketCounter | null, now: number): 'started' | 'stopped' | null {
    const count = counter?.packetCount ?? 0;
    // A new source may have counted long before it was connected: only packets from here on count as flow.
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
 * Detects a sink that gets nothing through although its source sends. This happens when a source that negotiated
 * several codecs sends one that the sink did not negotiate: until packets arrive, the two seem compatible.
 */
export class StarvationMeter {
  #source: PacketCounter | null = null;
  #sourceCount = 0;
  #sinkCount = 0;
  #since = 0;
  #isReported = false;

  /** Checks both counters at time `now` (monotonic, in milliseconds); true once per source that starves the sink. */
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

/** How often packet counters are checked. */
const lookEveryMs = 200;

/** Something whose flow is checked regularly. */
export interface MonitoredFlow {
  /** Compares the counters with the last check; `now` is monotonic, in milliseconds. */
  checkFlow(now: number): void;
}

/** One timer for everything that must be checked regularly; it runs only while there is something to check. */
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
        // A fault in one must not stop the checks of all others.
        this.#log('error', 'A flow could not be checked', { error });
      }
    }
  }
}
