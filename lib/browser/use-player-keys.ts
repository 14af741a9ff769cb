import { type RefObject, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import { KeySwitch } from './key-switch.ts';
import { keyPlaceOf, type PlayerCommand, playerCommandFor } from './player-keys.ts';

/** Calls `onCommand` for keys that are meant for the player, and tells how to turn them off. */
export function usePlayerKeys(
  stage: RefObject<HTMLElement | null>,
  onCommand: (command: PlayerCommand) => void,
): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const [keys] = useState(() => new KeySwitch());
  const keysOn = useSyncExternalStore(keys.subscribe, keys.getState, keys.getState);
  const obey = useEffectEvent(onCommand);
  useEffect(() => keys.recall(), [keys]);
  useEffect(() => {
    if (!keysOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = playerCommandFor(event, keyPlaceOf(event.target, stage.current));
      if (command === null) return;
      event.preventDefault();
      obey(command);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keysOn, stage]);
  return { keysOn, setKeysOn: keys.set };
}
