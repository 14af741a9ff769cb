import { useEffect, useEffectEvent, useState } from 'react';
import { type Recording, recordingPaths } from '../../recording.ts';
import type { RecordingDetails } from '../../recording-details.ts';
import { pictureLimits, pictureWidths, posterTime, thumbnailTimes } from '../../thumbnail-times.ts';
import { sendPictures, type TakenPicture, takePicture } from './picture-taking.ts';
import type { RecordingPlayer } from './recording-player.ts';

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
  const isWanted = details !== null && details.thumbnails === null && !details.isMakingPictures;
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
