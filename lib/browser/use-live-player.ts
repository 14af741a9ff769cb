import { useEffect, useState } from 'react';
import { LivePlayer, type PlayerState } from './live-player.ts';
import { useStore } from './use-store.ts';
import { WakeLock } from './wake-lock.ts';

/** A player that plays `stream`, and what it does. The screen stays awake meanwhile. */
export function useLivePlayer(stream: MediaStream | null): { player: LivePlayer; playing: PlayerState } {
  const [player] = useState(() => new LivePlayer());
  const [wakeLock] = useState(() => new WakeLock());
  const playing = useStore(player.state);
  useEffect(() => player.show(stream), [player, stream]);
  const awake = stream !== null && playing.playback === 'playing';
  useEffect(() => {
    wakeLock.keep(awake);
    return () => wakeLock.keep(false);
  }, [wakeLock, awake]);
  return { player, playing };
}
