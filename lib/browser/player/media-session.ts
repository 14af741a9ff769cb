import { useEffect } from 'react';
import type { LivePlayer } from './live-player.ts';

/** What the system shows of a show, on a lock screen or beside its own controls. */
type SessionShow = { title: string; channel: string };

/** What its buttons do. A live show can be left and taken up again, and nothing else. */
type SessionActions = { play: () => void; pause: () => void };

/** Tells the system what plays, until the returned function is called. Browsers that have no such thing are left alone. */
function announceShow({ title, channel }: SessionShow, { play, pause }: SessionActions): () => void {
  const { mediaSession } = navigator as { mediaSession?: MediaSession };
  if (mediaSession === undefined || typeof MediaMetadata !== 'function') return () => undefined;
  const artwork = [192, 512].map((size) => ({
    src: `/icons/icon-${size}.png`,
    sizes: `${size}x${size}`,
    type: 'image/png',
  }));
  mediaSession.metadata = new MediaMetadata({ title, artist: channel, artwork });
  const actions = { play, pause, stop: pause };
  for (const [name, act] of Object.entries(actions)) handle(mediaSession, name, act);
  return () => {
    mediaSession.metadata = null;
    mediaSession.playbackState = 'none';
    for (const name of Object.keys(actions)) handle(mediaSession, name, null);
  };
}

/** Tells the system whether the show is looked at just now. */
function announcePlayback(playing: boolean): void {
  const { mediaSession } = navigator as { mediaSession?: MediaSession };
  if (mediaSession !== undefined) mediaSession.playbackState = playing ? 'playing' : 'paused';
}

function handle(session: MediaSession, name: string, act: (() => void) | null): void {
  try {
    // The names are those of the specification; a browser that lacks one throws.
    session.setActionHandler(name as MediaSessionAction, act);
  } catch {
    // Its button is missing there, and nothing else.
  }
}

/** Shows the system what is watched, as long as there is a `title`. */
export function useMediaSession(player: LivePlayer, channel: string, title: string | null, playing: boolean): void {
  useEffect(() => {
    if (title !== null) return announceShow({ title, channel }, player);
  }, [player, channel, title]);
  useEffect(() => {
    if (title !== null) announcePlayback(playing);
  }, [title, playing]);
}
