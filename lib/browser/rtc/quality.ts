/** The sizes of the picture that can be chosen, as heights in pixels. */
export const pictureHeights = [360, 480, 720, 1080] as const;
/** The frame rates that can be chosen, in frames per second. */
export const frameRates = [15, 30, 60] as const;

/** A height from {@link pictureHeights}. */
export type PictureHeight = (typeof pictureHeights)[number];
/** A rate from {@link frameRates}. */
type FrameRate = (typeof frameRates)[number];
/** The picture quality that the presenter chose; a camera may be able to do less. */
export type Quality = { height: PictureHeight; frameRate: FrameRate };

/** The actual size of a picture, in pixels and frames per second; some browsers do not know the rate. */
export type PictureSize = { width: number; height: number; frameRate: number | null };

/** Suitable for most shows. */
export const defaultQuality: Quality = { height: 720, frameRate: 30 };

/** The width of a 16:9 picture of that height; always even, as video encoders require. */
export function widthFor(height: PictureHeight): number {
  return Math.round((height * 16) / 9 / 2) * 2;
}

/**
 * The constraints for a camera. All of them are preferences, so that a camera that can do less delivers what it can.
 */
export function cameraConstraints({ height, frameRate }: Quality): MediaTrackConstraints {
  return {
    width: { ideal: widthFor(height) },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: frameRate },
  };
}

/** The constraints for a screen: a larger one is scaled down, and a smaller one is never scaled up. */
export function screenConstraints({ height, frameRate }: Quality): MediaTrackConstraints {
  return {
    width: { max: widthFor(height) },
    height: { max: height },
    frameRate: { ideal: frameRate, max: frameRate },
  };
}

/** The size of a track's picture; `null` while the browser does not report it. */
export function sizeOf(track: MediaStreamTrack): PictureSize | null {
  const { width, height, frameRate } = track.getSettings();
  if (width === undefined || height === undefined) return null;
  return { width, height, frameRate: frameRate === undefined ? null : Math.round(frameRate) };
}

/**
 * True when a camera delivers clearly less than was requested. Phones held upright report their width as the height.
 */
export function fallsShort(requested: Quality, given: PictureSize): boolean {
  const height = Math.min(given.width, given.height);
  return height < requested.height * 0.9 || (given.frameRate ?? requested.frameRate) < requested.frameRate * 0.75;
}

/**
 * The bitrate in kbit/s above which hardly anyone sees a difference in a moving picture. Four times the pixels need
 * twice as much, because larger pictures have larger plain areas; twice the frame rate needs half as much again.
 */
export function enoughKbps({ width, height, frameRate }: PictureSize): number {
  const pixelsOf720p = 1280 * 720;
  const share = Math.sqrt((width * height) / pixelsOf720p);
  return Math.round(2_500 * share * Math.max(0.6, ((frameRate ?? 30) / 30) ** 0.6));
}

/** A stored quality; the default where it can no longer be chosen. */
export function qualityFrom(height: unknown, frameRate: unknown): Quality {
  return {
    height: pictureHeights.find((one) => one === height) ?? defaultQuality.height,
    frameRate: frameRates.find((one) => one === frameRate) ?? defaultQuality.frameRate,
  };
}
