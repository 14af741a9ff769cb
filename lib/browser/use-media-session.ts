import { useEffect } from 'react';
import type { LivePlayer } from './live-player.ts';
import { announcePlayback, announceShow } from './media-session.ts';

/** Shows the system what is watched, as long as there is a `title`. */
export function useMediaSession(player: LivePlayer, channel: string, title: string | null, playing: boolean): void {
  useEffect(() => {
    if (title !== null) return announceShow({ title, channel }, player);
  }, [player, channel, title]);
  useEffect(() => {
    if (title !== null) announcePlayback(playing);
  }, [title, playing]);
}
