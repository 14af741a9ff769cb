import { thumbnailLimits } from '../../thumbnail.ts';
import { hasFrameCallbacks, startFrameFeed } from './frame-feed.ts';

/** How long a track may take to deliver a frame, in milliseconds. One that shows nothing new is asked for its last. */
const frameTimeoutMs = 4_000;
/** How often to look for a frame where the browser does not report it, in milliseconds. */
const lookEveryMs = 100;

/** From good to poor. Below the last one, a smaller picture looks better. */
const qualities = [0.8, 0.6, 0.4, 0.2] as const;
const shares = [1, 0.75, 0.5, 0.25] as const;

type Canvas = OffscreenCanvas | HTMLCanvasElement;
type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/**
 * A small picture of what `track` shows now, as a JPEG within {@link thumbnailLimits}. Also works in a hidden tab, where
 * the browser has {@link hasFrameCallbacks}. `null` if the track delivers no frame, or nothing could be drawn.
 */
export async function takeThumbnail(track: MediaStreamTrack): Promise<Uint8Array<ArrayBuffer> | null> {
  const picture = await drawNextFrame(track);
  return picture && (await encode(picture));
}

/** The next frame, in the size of a thumbnail. A fresh feed has only fresh frames. */
function drawNextFrame(track: MediaStreamTrack): Promise<Canvas | null> {
  return new Promise((resolve) => {
    const finish = (canvas: Canvas | null) => {
      clearTimeout(deadline);
      clearInterval(timer);
      feed.close();
      resolve(canvas);
    };
    const look = () => {
      const frame = feed.latest();
      if (frame !== null) finish(draw(frame.image, frame, thumbnailLimits.side));
    };
    const feed = startFrameFeed(track, look);
    const timer = hasFrameCallbacks() ? undefined : setInterval(look, lookEveryMs);
    const deadline = setTimeout(() => finish(null), frameTimeoutMs);
  });
}

/** Draws `image` so that the longer side has at most `side` pixels; `null` where the browser cannot draw. */
function draw(image: CanvasImageSource, size: { width: number; height: number }, side: number): Canvas | null {
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false }) as Context | null;
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  return canvas;
}

function createCanvas(width: number, height: number): Canvas {
  // Unlike an element, it is also encoded without delay in a hidden tab.
  if (typeof OffscreenCanvas === 'function') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** The best JPEG that is small enough. */
async function encode(picture: Canvas): Promise<Uint8Array<ArrayBuffer> | null> {
  for (const share of shares) {
    const canvas = share === 1 ? picture : draw(picture, picture, Math.max(picture.width, picture.height) * share);
    if (canvas === null) return null;
    for (const quality of qualities) {
      const blob = await toJpeg(canvas, quality);
      if (blob === null) return null;
      if (blob.size <= thumbnailLimits.bytes) return new Uint8Array(await blob.arrayBuffer());
    }
  }
  return null;
}

function toJpeg(canvas: Canvas, quality: number): Promise<Blob | null> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/jpeg', quality });
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
}
