import { useEffect, useState, useSyncExternalStore } from 'react';
import { Lobby, type LobbyState } from './lobby.ts';

/** What is on air, as long as the component is shown. */
export function useLobby(): LobbyState {
  const [lobby] = useState(() => new Lobby());
  useEffect(() => {
    lobby.open();
    return () => lobby.close();
  }, [lobby]);
  return useSyncExternalStore(lobby.subscribe, lobby.getState, lobby.getState);
}
