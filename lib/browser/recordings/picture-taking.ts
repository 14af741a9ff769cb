import { recordingPaths } from '../../recording.ts';
import { pictureLimits } from '../../thumbnail-times.ts';

/** A picture as JPEG, and where in the recording it is, in milliseconds. */
export type TakenPicture = { atMs: number; jpeg: Blob };

/** JPEG qualities, the best first. */
const qualities = [0.7, 0.5, 0.3, 0.15];

/**
 * The picture that a video element shows, as JPEG; `null` if there is none, or it cannot be made small enough.
 * @param width in pixels, if the picture is not narrower
 * @param maxBytes the most that it may have
 */
export async function takePicture(video: HTMLVideoElement, width: number, maxBytes: number): Promise<Blob | null> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(width, videoWidth);
  canvas.height = Math.max(1, Math.round((canvas.width * videoHeight) / videoWidth));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of qualities) {
    const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (jpeg !== null && jpeg.size <= maxBytes) return jpeg;
  }
  return null;
}

/** Sends pictures of a recording to the server, in portions. @throws when the server refuses them or does not answer */
export async function sendPictures(
  id: string,
  poster: Blob | null,
  pictures: readonly TakenPicture[],
  key: string,
): Promise<void> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/octet-stream' };
  const send = async (query: string, blobs: readonly Blob[]) => {
    const answer = await fetch(`${recordingPaths.pictures(id)}?${query}`, {
      method: 'POST',
      headers,
      body: new Blob([...blobs]),
    });
    if (!answer.ok) throw new Error(`The server refused pictures: ${answer.status}.`);
  };
  if (poster !== null) await send(`poster=${poster.size}`, [poster]);
  let portion: TakenPicture[] = [];
  const flush = async () => {
    if (portion.length > 0)
      await send(
        `at=${portion.map(({ atMs, jpeg }) => `${atMs}:${jpeg.size}`).join(',')}`,
        portion.map(({ jpeg }) => jpeg),
      );
    portion = [];
  };
  for (const picture of pictures) {
    const size = portion.reduce((sum, { jpeg }) => sum + jpeg.size, 0);
    if (size + picture.jpeg.size > pictureLimits.upload) await flush();
    portion.push(picture);
  }
  await flush();
}
