import { type ReadableStore, Store } from '../page/store.ts';

/** The part that we use of a browser's metadata about a video frame: https://wicg.github.io/video-rvfc/ */
export type ShownPicture = { expectedDisplayTime: number; receiveTime?: number };

/** The part of a video element that reports its frames. */
export type PictureSource = {
  requestVideoFrameCallback?: (tell: (now: number, picture: ShownPicture) => void) => number;
  cancelVideoFrameCallback?: (handle: number) => void;
};

/** The measurements that make up the latency, in milliseconds; `null` means unknown. */
export type LatencyParts = {
  /** From the presenter's camera to the media server, as the presenter's browser reports it. */
  uplinkMs: number | null;
  /** From this browser to the media server and back. */
  roundTripMs: number | null;
  /** From the arrival of a frame in this browser until it is displayed. */
  playoutMs: number | null;
};

const keptPictures = 60;
const tellEvery = 15;

/**
 * The playout latency: how long frames wait in this browser, from the arrival of their last packet until they are
 * displayed.
 */
export class PlayoutLatency {
  readonly #store = new Store<number | null>(null);
  /** The median of the last frames, in milliseconds; `null` where the browser does not report when they arrived. */
  readonly state: ReadableStore<number | null> = this.#store;
  #delays: number[] = [];
  #count = 0;

  /** Follows the frames of `video` until the returned function is called. */
  readonly follow = (video: PictureSource): (() => void) => {
    if (video.requestVideoFrameCallback === undefined) return () => undefined;
    let handle = 0;
    const ask = () => {
      handle = video.requestVideoFrameCallback?.(look) ?? 0;
    };
    const look = (_now: number, picture: ShownPicture) => {
      this.#take(picture);
      ask();
    };
    ask();
    return () => {
      video.cancelVideoFrameCallback?.(handle);
      this.#delays = [];
      this.#store.set(null);
    };
  };

  #take({ expectedDisplayTime, receiveTime }: ShownPicture): void {
    if (receiveTime === undefined) return;
    this.#delays = [...this.#delays, expectedDisplayTime - receiveTime].slice(-keptPictures);
    this.#count += 1;
    // A figure that changes with every frame cannot be read.
    if (this.#count % tellEvery !== 0) return;
    const sorted = this.#delays.toSorted((one, other) => one - other);
    this.#store.set(sorted[Math.floor(sorted.length / 2)] ?? null);
  }
}

/**
 * The glass-to-glass latency: the age of a frame when it is displayed. The presenter's browser reports the time for
 * encoding, sending and its half of the round trip; this browser knows the rest. The exposure time of the camera and
 * the response time of the screen are unknown here. The media server forwards within a millisecond or two.
 * @returns milliseconds; `null` while a part is unknown
 */
export function glassToGlassLatencyMs({ uplinkMs, roundTripMs, playoutMs }: LatencyParts): number | null {
  if (uplinkMs === null || roundTripMs === null || playoutMs === null) return null;
  return uplinkMs + roundTripMs / 2 + playoutMs;
}
