/** An iPhone shows videos alone in full screen, by a method of its own. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** Shows the stage in full screen, or leaves it; where pages may not do that, the video alone. */
export function toggleFullScreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement !== null && document.fullscreenElement !== undefined) {
    document.exitFullscreen().catch(() => undefined);
  } else if (typeof frame?.requestFullscreen === 'function') {
    frame.requestFullscreen().catch(() => undefined);
  } else {
    (video as AppleVideo | null)?.webkitEnterFullscreen?.();
  }
}
