/** A picture of its own above all windows: `impossible` where the browser has none. */
export type PictureInPicture = 'impossible' | 'off' | 'on';

/** Safari's own way, which iPhones need to this day. */
type AppleVideo = HTMLVideoElement & {
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
};

/** Whether `video` is in a picture of its own, or could be. */
export function pictureInPictureOf(video: AppleVideo): PictureInPicture {
  if (speaksStandard(video)) return document.pictureInPictureElement === video ? 'on' : 'off';
  if (video.webkitSupportsPresentationMode?.('picture-in-picture') !== true) return 'impossible';
  return video.webkitPresentationMode === 'picture-in-picture' ? 'on' : 'off';
}

/** Puts `video` into a picture of its own, or takes it back. What the browser refuses is left as it is. */
export async function togglePictureInPicture(video: AppleVideo): Promise<void> {
  const now = pictureInPictureOf(video);
  if (now === 'impossible') return;
  if (!speaksStandard(video)) {
    video.webkitSetPresentationMode?.(now === 'on' ? 'inline' : 'picture-in-picture');
    return;
  }
  try {
    if (now === 'on') await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } catch {
    // There may be no picture yet, or a setting against it; the person sees that nothing happened.
  }
}

function speaksStandard(video: HTMLVideoElement): boolean {
  return document.pictureInPictureEnabled === true && typeof video.requestPictureInPicture === 'function';
}
