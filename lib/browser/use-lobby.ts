import { useEffect, useState, useSyncExternalStore } from 'react';
import { Lobby, type LobbyState } from './lobby.ts';

/** What is on air, as long as the component is shown; and its line, for whoever leaves for a channel. */
export function useLobby(): LobbyState & Pick<Lobby, 'handOver'> {
  const [lobby] = useState(() => new Lobby());
  useEffect(() => {
    lobby.open();
    return () => lobby.close();
  }, [lobby]);
  const state = useSyncExternalStore(lobby.subscribe, lobby.getState, lobby.getState);
  return { ...state, handOver: lobby.handOver };
}
