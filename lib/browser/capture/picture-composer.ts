import { type Quality, widthFor } from '../rtc/quality.ts';
import { openCanvasTrack } from './canvas-track.ts';
import { limitDrawing } from './draw-limiter.ts';
import { hasFrameCallbacks, startFrameFeed } from './frame-feed.ts';
import { type Corner, layOut, type Rect, type Size } from './picture-layout.ts';
import { startSteadyTimer } from './steady-timer.ts';

/** A screen and a camera, composed into one picture. */
export type ComposedPicture = { track: MediaStreamTrack; close: () => void };

/** The parts of a composed picture. */
export type PictureParts = { screen: MediaStreamTrack; camera: MediaStreamTrack; corner: Corner; quality: Quality };

/** The interval at which a picture without motion is repeated for viewers who join late, in milliseconds. */
const repeatMs = 500;

/**
 * Draws `screen` with `camera` in a corner, as a 16:9 picture of the size of `quality`. A camera that is turned off is
 * left out. Drawing continues in a hidden tab, because a presenter who shows another tab hides this one.
 */
export function composePicture({ screen, camera, corner, quality }: PictureParts): ComposedPicture | null {
  const size: Size = { width: widthFor(quality.height), height: quality.height };
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) return null;
  const output = openCanvasTrack(canvas, quality.frameRate);
  if (output === null) return null;
  const frameMs = 1_000 / quality.frameRate;

  const drawing = limitDrawing(() => {
    const whole = screenFeed.latest();
    const face = camera.enabled ? cameraFeed.latest() : null;
    const layout = layOut(size, whole, face, corner);
    context.fillStyle = 'black';
    context.fillRect(0, 0, size.width, size.height);
    if (whole !== null && layout.screen !== null) {
      const { x, y, width, height } = layout.screen;
      context.drawImage(whole.image, x, y, width, height);
    }
    if (face !== null && layout.camera !== null && layout.cameraPart !== null) {
      drawRounded(context, face.image, layout.cameraPart, layout.camera, layout.radius);
    }
    output.push();
  });
  // Two sources deliver frames at different times; drawing for each frame would be twice the work.
  const onFrame = () => drawing.drawAfter(frameMs * 0.7);
  const screenFeed = startFrameFeed(screen, onFrame);
  const cameraFeed = startFrameFeed(camera, onFrame);
  const everyMs = hasFrameCallbacks() ? repeatMs : frameMs;
  const timer = startSteadyTimer(everyMs, () => drawing.drawAfter(everyMs * 0.7));
  return {
    track: output.track,
    close: () => {
      timer.close();
      screenFeed.close();
      cameraFeed.close();
      output.track.stop();
    },
  };
}

type Context = CanvasRenderingContext2D;

function drawRounded(context: Context, image: CanvasImageSource, part: Rect, place: Rect, radius: number): void {
  context.save();
  context.beginPath();
  context.roundRect(place.x, place.y, place.width, place.height, radius);
  context.clip();
  context.drawImage(image, part.x, part.y, part.width, part.height, place.x, place.y, place.width, place.height);
  context.restore();
  // Without a border, the camera's picture would blend into a screen that is as dark or as light as the room.
  context.strokeStyle = 'rgb(255 255 255 / 0.75)';
  context.lineWidth = Math.max(1, place.height / 100);
  context.stroke();
}
