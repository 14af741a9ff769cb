import { type RefObject, useEffect, useEffectEvent } from 'react';
import { keyPlaceOf, type PlayerCommand, playerCommandFor } from './player-keys.ts';
import { useKeySwitch } from './use-key-switch.ts';

/** Calls `onCommand` for keys that are meant for the player, and tells how to turn them off. */
export function usePlayerKeys(
  stage: RefObject<HTMLElement | null>,
  onCommand: (command: PlayerCommand) => void,
): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const { keysOn, setKeysOn } = useKeySwitch();
  const obey = useEffectEvent(onCommand);
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
  return { keysOn, setKeysOn };
}
