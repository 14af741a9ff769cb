import { useEffect, useEffectEvent, useState } from 'react';
import { type Recording, recordingPaths } from '../../recording.ts';
import type { RecordingDetails } from '../../recording-details.ts';
import { pictureLimits, pictureWidths, posterTime, thumbnailTimes } from '../../thumbnail-times.ts';
import type { RecordingPlayer } from './recording-player.ts';

/** A picture as JPEG, and where in the recording it is, in milliseconds. */
export type TakenPicture = { atMs: number; jpeg: Blob };

/** JPEG qualities, the best first. */
const qualities = [0.7, 0.5, 0.3, 0.15];

/**
 * The picture that a video element shows, as JPEG; `null` if there is none, or it cannot be made small enough.
 * @param width in pixels, if the picture is not narrower
 * @param maxBytes the most that it may have
 */
async function takePicture(video: HTMLVideoElement, width: number, maxBytes: number): Promise<Blob | null> {
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
async function sendPictures(
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

/** Takes the pictures of a recording from its file, in a video element that nobody sees. */
async function takeFromFile(id: string, durationMs: number, signal: AbortSignal) {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = recordingPaths.media(id);
  const happens = (name: string) =>
    new Promise<void>((resolve, reject) => {
      video.addEventListener(name, () => resolve(), { once: true, signal });
      video.addEventListener('error', () => reject(new Error('The recording cannot be read.')), { once: true, signal });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const pictureAt = async (atMs: number, width: number, maxBytes: number) => {
    const sought = happens('seeked');
    video.currentTime = atMs / 1000;
    await sought;
    return await takePicture(video, width, maxBytes);
  };
  try {
    await happens('loadeddata');
    const poster = await pictureAt(posterTime(durationMs), pictureWidths.poster, pictureLimits.poster);
    const pictures: TakenPicture[] = [];
    for (const atMs of thumbnailTimes(durationMs)) {
      const jpeg = await pictureAt(atMs, pictureWidths.thumbnail, pictureLimits.thumbnails / 100);
      if (jpeg !== null) pictures.push({ atMs, jpeg });
    }
    return { poster, pictures };
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

/**
 * Makes the pictures of a recording when somebody with a presenter key first plays it, if the server has none and makes
 * none itself. Calls `onMade` when they are on the server.
 */
export function usePictureMaking(
  recording: Recording,
  details: RecordingDetails | null,
  player: RecordingPlayer,
  key: string | null,
  onMade: () => void,
): void {
  const { id, durationMs, contentType } = recording;
  const isWanted = details !== null && !details.hasPoster && details.thumbnails === null && !details.isMakingPictures;
  const isPossible = isWanted && key !== null && durationMs !== null && contentType.startsWith('video/');
  const [isDone, setDone] = useState(false);
  const tell = useEffectEvent(onMade);
  useEffect(() => {
    if (!isPossible || isDone) return;
    const left = new AbortController();
    const unsubscribe = player.state.subscribe(() => {
      if (!player.state.get().playing) return;
      unsubscribe();
      takeFromFile(id, durationMs, left.signal)
        .then(async ({ poster, pictures }) => await sendPictures(id, poster, pictures, key))
        .then(() => {
          setDone(true);
          tell();
        })
        // Without pictures, nothing else is missing.
        .catch(() => undefined);
    });
    return () => {
      left.abort();
      unsubscribe();
    };
  }, [id, durationMs, isPossible, isDone, key, player]);
}
