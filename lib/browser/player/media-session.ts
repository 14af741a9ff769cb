import { useEffect } from 'react';
import type { LivePlayer } from './live-player.ts';

/** The facts that the system shows about a show, on a lock screen or next to its own controls. */
type SessionShow = { title: string; channel: string };

/** The actions of the system's buttons. A live show can only be paused and resumed. */
type SessionActions = { play: () => void; pause: () => void };

/**
 * Informs the system about the show until the returned function is called. Does nothing in browsers without a media
 * session.
 */
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

/** Informs the system whether the show is playing. */
function announcePlayback(playing: boolean): void {
  const { mediaSession } = navigator as { mediaSession?: MediaSession };
  if (mediaSession !== undefined) mediaSession.playbackState = playing ? 'playing' : 'paused';
}

function handle(session: MediaSession, name: string, act: (() => void) | null): void {
  try {
    // The names are from the specification; a browser that does not support one throws.
    session.setActionHandler(name as MediaSessionAction, act);
  } catch {
    // Only that button is missing there.
  }
}

/** Shows the current show in the system's media controls, as long as there is a `title`. */
export function useMediaSession(player: LivePlayer, channel: string, title: string | null, playing: boolean): void {
  useEffect(() => {
    if (title !== null) return announceShow({ title, channel }, player);
  }, [player, channel, title]);
  useEffect(() => {
    if (title !== null) announcePlayback(playing);
  }, [title, playing]);
}
