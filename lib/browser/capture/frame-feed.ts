/** A frame to draw, and its size in pixels. */
type FeedFrame = { image: CanvasImageSource; width: number; height: number };

/** Provides the newest frame of a track. */
export type FrameFeed = {
  /** The newest frame; `null` until there is one. */
  latest: () => FeedFrame | null;
  close: () => void;
};

/** Not in TypeScript's library: https://w3c.github.io/mediacapture-transform/#track-processor */
type TrackProcessor = { readable: ReadableStream<VideoFrame> };
type TrackProcessorClass = new (options: { track: MediaStreamTrack; maxBufferSize?: number }) => TrackProcessor;

/** The browser's API for the frames of a track, which also works in hidden tabs; Chromium has it. */
function trackProcessor(): TrackProcessorClass | undefined {
  return (globalThis as { MediaStreamTrackProcessor?: TrackProcessorClass }).MediaStreamTrackProcessor;
}

/** True if feeds call back for every frame; otherwise the owner has to poll them. */
export function hasFrameCallbacks(): boolean {
  return trackProcessor() !== undefined;
}

/** Follows the frames of `track`, and calls `onFrame` for each one where the browser supports that. */
export function startFrameFeed(track: MediaStreamTrack, onFrame: () => void): FrameFeed {
  const Processor = trackProcessor();
  return Processor === undefined
    ? videoFeed(track)
    : processorFeed(new Processor({ track, maxBufferSize: 1 }), onFrame);
}

function processorFeed({ readable }: TrackProcessor, onFrame: () => void): FrameFeed {
  const reader = readable.getReader();
  let newest: VideoFrame | null = null;
  let open = true;
  const read = async () => {
    while (open) {
      const { value, done } = await reader.read();
      if (done) return;
      if (!open) {
        // It was under way when the feed was closed. A frame that is not closed holds up its source.
        value.close();
        return;
      }
      newest?.close();
      newest = value;
      onFrame();
    }
  };
  // Reading ends with the track, and the track's owner knows when that happens.
  read().catch(() => undefined);
  return {
    latest: () => newest && { image: newest, width: newest.displayWidth, height: newest.displayHeight },
    close: () => {
      open = false;
      reader.cancel().catch(() => undefined);
      newest?.close();
      newest = null;
    },
  };
}

function videoFeed(track: MediaStreamTrack): FrameFeed {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => undefined);
  return {
    latest: () => {
      const { videoWidth: width, videoHeight: height } = video;
      return video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || width === 0
        ? null
        : { image: video, width, height };
    },
    close: () => {
      video.srcObject = null;
    },
  };
}
