/** Not in TypeScript's library: https://w3c.github.io/mediacapture-transform/ in its first version, as in Chromium. */
type TrackGenerator = MediaStreamTrack & { writable: WritableStream<VideoFrame> };
type TrackGeneratorClass = new (options: { kind: 'video' }) => TrackGenerator;

/** A track that shows a canvas. */
export type CanvasTrack = { track: MediaStreamTrack; push: () => void };

/**
 * Makes a track of the canvas; `push` sends the picture as it is now. `null` in a browser that cannot.
 * @param frameRate the most pictures per second
 */
export function openCanvasTrack(canvas: HTMLCanvasElement, frameRate: number): CanvasTrack | null {
  const Generator = (globalThis as { MediaStreamTrackGenerator?: TrackGeneratorClass }).MediaStreamTrackGenerator;
  if (Generator === undefined) {
    const [track] = canvas.captureStream(frameRate).getVideoTracks();
    return track === undefined ? null : { track, push: () => undefined };
  }
  const track = new Generator({ kind: 'video' });
  const writer = track.writable.getWriter();
  return {
    track,
    push: () => {
      if ((writer.desiredSize ?? 0) <= 0) return;
      const frame = new VideoFrame(canvas, { timestamp: performance.now() * 1_000 });
      // After the track was stopped, frames are no longer accepted.
      writer.write(frame).catch(() => frame.close());
    },
  };
}
