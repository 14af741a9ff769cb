import { useEffect, useState } from 'react';
import type { RecordingMeasure } from '../../recording-measure.ts';
import type { RecordingPhase } from '../../signaling.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';

/** How often the server is asked while recording, and when it is asked again after a failure, in milliseconds. */
const askEveryMs = 5_000;
const tickEveryMs = 1_000;
/** If the displayed length would go back by less than this, in milliseconds, it stays where it is instead. */
const jitterMs = 2_000;

const measured: ReadonlySet<RecordingPhase> = new Set<RecordingPhase>(['recording', 'paused', 'finished']);

/**
 * The length of a recording, and the free space for it. The server is asked every few seconds while the recording
 * grows, once if it does not grow, and not at all if there is none. In between, the length is extrapolated here.
 */
export class RecordingMeter {
  readonly #ask: () => Promise<RecordingMeasure>;
  readonly #store = new Store<RecordingMeasure | null>(null);
  /** The last known measure; `null` while there is nothing to measure, or no reply yet. */
  readonly state: ReadableStore<RecordingMeasure | null> = this.#store;
  #phase: RecordingPhase = 'off';
  /** The length in the last reply, and when that arrived, in milliseconds by the page's steady clock. */
  #reported: { recordedMs: number; at: number } | null = null;
  #tick: ReturnType<typeof setInterval> | undefined;
  #next: ReturnType<typeof setTimeout> | undefined;
  /** Counts the calls of {@link follow} and {@link close}: replies to earlier requests are ignored. */
  #turn = 0;

  /** @param ask gets the measure from the server; repeated after a failure */
  constructor(ask: () => Promise<RecordingMeasure>) {
    this.#ask = ask;
  }

  /** Measures a recording that is in `phase` from now on, instead of the one that was followed before. */
  follow(phase: RecordingPhase): void {
    this.close();
    this.#phase = phase;
    if (phase === 'off' || phase === 'finishing') this.#store.set(null);
    if (!measured.has(phase)) return;
    if (phase === 'recording') this.#tick = setInterval(() => this.#show(), tickEveryMs);
    this.#measure();
  }

  /** Stops asking and counting; the last measure stays. May be called repeatedly. */
  close(): void {
    this.#turn += 1;
    this.#reported = null;
    clearInterval(this.#tick);
    clearTimeout(this.#next);
  }

  #measure(): void {
    const turn = this.#turn;
    const again = () => {
      if (turn === this.#turn) this.#next = setTimeout(() => this.#measure(), askEveryMs);
    };
    this.#ask().then((measure) => {
      if (turn !== this.#turn) return;
      this.#take(measure);
      if (this.#phase === 'recording') again();
    }, again);
  }

  #take(measure: RecordingMeasure): void {
    const now = performance.now();
    const shownMs = this.#reported === null ? 0 : this.#reported.recordedMs + now - this.#reported.at;
    const isJitter = shownMs > measure.recordedMs && shownMs - measure.recordedMs < jitterMs;
    this.#reported = { recordedMs: isJitter ? shownMs : measure.recordedMs, at: now };
    this.#store.set({ ...measure, recordedMs: this.#reported.recordedMs });
  }

  #show(): void {
    const known = this.#store.get();
    if (known === null || this.#reported === null) return;
    this.#store.set({ ...known, recordedMs: this.#reported.recordedMs + performance.now() - this.#reported.at });
  }
}

/**
 * The length of the recording, counting up, and the free space for it, as long as the component is mounted.
 * @param ask only the function of the first render is used
 * @param ready false while the server cannot be asked: then the last measure is frozen
 */
export function useRecordingMeter(
  ask: () => Promise<RecordingMeasure>,
  phase: RecordingPhase,
  ready: boolean,
): RecordingMeasure | null {
  const [meter] = useState(() => new RecordingMeter(ask));
  useEffect(() => {
    if (ready) meter.follow(phase);
    return () => meter.close();
  }, [meter, phase, ready]);
  return useStore(meter.state);
}
