/** The state of picture-in-picture: `impossible` if the browser does not support it. */
export type PictureInPicture = 'impossible' | 'off' | 'on';

/** Safari's proprietary API, which iPhones still need. */
type AppleVideo = HTMLVideoElement & {
  webkitSupportsPresentationMode?: (mode: string) => boolean;
  webkitSetPresentationMode?: (mode: string) => void;
  webkitPresentationMode?: string;
};

/** Whether `video` is shown in picture-in-picture, or could be. */
export function pictureInPictureOf(video: AppleVideo): PictureInPicture {
  if (speaksStandard(video)) return document.pictureInPictureElement === video ? 'on' : 'off';
  if (video.webkitSupportsPresentationMode?.('picture-in-picture') !== true) return 'impossible';
  return video.webkitPresentationMode === 'picture-in-picture' ? 'on' : 'off';
}

/** Enters or leaves picture-in-picture with `video`. If the browser refuses, nothing changes. */
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
    // There may be no picture yet, or a setting may forbid it; the viewer sees that nothing happened.
  }
}

function speaksStandard(video: HTMLVideoElement): boolean {
  return document.pictureInPictureEnabled === true && typeof video.requestPictureInPicture === 'function';
}
