/** A picture to be drawn, and its size in pixels. */
type FeedFrame = { image: CanvasImageSource; width: number; height: number };

/** The newest picture of a track. */
export type FrameFeed = {
  /** `null` until there is one. */
  latest: () => FeedFrame | null;
  close: () => void;
};

/** Not in TypeScript's library: https://w3c.github.io/mediacapture-transform/#track-processor */
type TrackProcessor = { readable: ReadableStream<VideoFrame> };
type TrackProcessorClass = new (options: { track: MediaStreamTrack; maxBufferSize?: number }) => TrackProcessor;

/** The browser's own way to a track's frames, also in hidden tabs; Chromium has it. */
function trackProcessor(): TrackProcessorClass | undefined {
  return (globalThis as { MediaStreamTrackProcessor?: TrackProcessorClass }).MediaStreamTrackProcessor;
}

/** True when feeds tell of every frame as it comes; where not, one has to look again and again. */
export function hasFrameCallbacks(): boolean {
  return trackProcessor() !== undefined;
}

/** Follows the pictures of `track`, and calls `onFrame` for each where the browser tells. */
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
      newest?.close();
      newest = value;
      onFrame();
    }
  };
  // It ends with its track, whose owner knows.
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
