/** How large the picture is, by its height in pixels. */
export const pictureHeights = [360, 480, 720, 1080] as const;
/** How smooth motion is, in frames per second. */
export const frameRates = [15, 30, 60] as const;

/** A height out of {@link pictureHeights}. */
export type PictureHeight = (typeof pictureHeights)[number];
/** A rate out of {@link frameRates}. */
type FrameRate = (typeof frameRates)[number];
/** What the presenter wants the picture to be; a camera may be able to do less. */
export type Quality = { height: PictureHeight; frameRate: FrameRate };

/** What a picture is, in pixels and frames per second; the rate is unknown to some browsers. */
export type PictureSize = { width: number; height: number; frameRate: number | null };

/** Good for most. */
export const defaultQuality: Quality = { height: 720, frameRate: 30 };

/** The width of a picture of 16:9 with that height; always even, as video coders want it. */
export function widthFor(height: PictureHeight): number {
  return Math.round((height * 16) / 9 / 2) * 2;
}

/** The constraints of a camera. All of them are preferences, so that a camera that can do less gives what it can. */
export function cameraConstraints({ height, frameRate }: Quality): MediaTrackConstraints {
  return {
    width: { ideal: widthFor(height) },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: frameRate },
  };
}

/** The constraints of a screen: it is made smaller where it is larger, and never blown up. */
export function screenConstraints({ height, frameRate }: Quality): MediaTrackConstraints {
  return {
    width: { max: widthFor(height) },
    height: { max: height },
    frameRate: { ideal: frameRate, max: frameRate },
  };
}

/** The size of a track's picture; `null` while the browser does not tell. */
export function sizeOf(track: MediaStreamTrack): PictureSize | null {
  const { width, height, frameRate } = track.getSettings();
  if (width === undefined || height === undefined) return null;
  return { width, height, frameRate: frameRate === undefined ? null : Math.round(frameRate) };
}

/** True when a camera gives clearly less than was requested. Phones held upright give their width as the height. */
export function fallsShort(requested: Quality, given: PictureSize): boolean {
  const height = Math.min(given.width, given.height);
  return height < requested.height * 0.9 || (given.frameRate ?? requested.frameRate) < requested.frameRate * 0.75;
}

/**
 * How many kbit/s a moving picture is worth: with more, hardly anybody sees a difference. Four times the
 * pixels take twice as much, because larger pictures have larger plain areas; twice the frames take half as much again.
 */
export function enoughKbps({ width, height, frameRate }: PictureSize): number {
  const pixelsOf720p = 1280 * 720;
  const share = Math.sqrt((width * height) / pixelsOf720p);
  return Math.round(2_500 * share * Math.max(0.6, ((frameRate ?? 30) / 30) ** 0.6));
}

/** What was kept of a quality, where it still is one that can be chosen. */
export function qualityFrom(height: unknown, frameRate: unknown): Quality {
  return {
    height: pictureHeights.find((one) => one === height) ?? defaultQuality.height,
    frameRate: frameRates.find((one) => one === frameRate) ?? defaultQuality.frameRate,
  };
}
