import { type ReadableStore, Store } from '../page/store.ts';

/** As much as is looked at of what a browser says of a picture: https://wicg.github.io/video-rvfc/ */
export type ShownPicture = { expectedDisplayTime: number; receiveTime?: number };

/** A video element, as far as it tells of its pictures. */
export type PictureSource = {
  requestVideoFrameCallback?: (tell: (now: number, picture: ShownPicture) => void) => number;
  cancelVideoFrameCallback?: (handle: number) => void;
};

/** What the parts of the way are taken from, in milliseconds; `null` is what nobody knows. */
export type LatencyParts = {
  /** From the presenter's camera to the media server, by the presenter's account. */
  uplinkMs: number | null;
  /** From here to the media server and back. */
  roundTripMs: number | null;
  /** From the arrival of a picture here until it is seen. */
  playoutMs: number | null;
};

const keptPictures = 60;
const tellEvery = 15;

/**
 * The playout latency: how long pictures wait in this browser, from their last packet's arrival until they are seen.
 */
export class PlayoutLatency {
  readonly #store = new Store<number | null>(null);
  /** The median of the last pictures, in milliseconds; `null` where the browser does not say when they arrived. */
  readonly state: ReadableStore<number | null> = this.#store;
  #delays: number[] = [];
  #count = 0;

  /** Looks at the pictures of `video` until the returned function is called. */
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
    // A figure that changes with every picture cannot be read.
    if (this.#count % tellEvery !== 0) return;
    const sorted = this.#delays.toSorted((one, other) => one - other);
    this.#store.set(sorted[Math.floor(sorted.length / 2)] ?? null);
  }
}

/**
 * The glass-to-glass latency: how old pictures are when they are seen. The presenter's browser tells what encoding,
 * sending and its half of the way take, and this one knows the rest. What a camera takes to expose, and a screen to
 * light up, is known to nobody here, and the media server forwards within a millisecond or two.
 * @returns milliseconds; `null` while a part is not known
 */
export function glassToGlassLatencyMs({ uplinkMs, roundTripMs, playoutMs }: LatencyParts): number | null {
  if (uplinkMs === null || roundTripMs === null || playoutMs === null) return null;
  return uplinkMs + roundTripMs / 2 + playoutMs;
}
