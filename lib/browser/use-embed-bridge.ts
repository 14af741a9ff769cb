import { useEffect, useEffectEvent, useState } from 'react';
import type { EmbedOrigins } from '../embed-api.ts';
import { EmbedBridge, type EmbedTold, embedStateOf, findEmbedHost } from './embed-bridge.ts';
import type { LivePlayer, PlayerState } from './live-player.ts';
import type { WatcherState } from './watcher-state.ts';

type EmbedParts = {
  channel: string;
  origins: EmbedOrigins;
  player: LivePlayer;
  state: WatcherState;
  playing: PlayerState;
};

/** Connects the player to the page that holds it in a frame, as long as the component is shown. */
export function useEmbedBridge({ channel, origins, player, state, playing }: EmbedParts): void {
  const [bridge] = useState(() => {
    const host = globalThis.document === undefined ? null : findEmbedHost();
    return host === null ? null : new EmbedBridge({ channel, origins, player, host });
  });
  const { playback, muted, volume } = playing;
  const now: EmbedTold = { state: embedStateOf(state), playback, muted, volume };
  const open = useEffectEvent(() => bridge?.open(now));
  useEffect(() => {
    open();
    return () => bridge?.close();
  }, [bridge]);
  useEffect(
    () => bridge?.update({ state: now.state, playback, muted, volume }),
    [bridge, now.state, playback, muted, volume],
  );
}
