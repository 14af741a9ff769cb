import { type RefObject, useEffect, useEffectEvent } from 'react';
import { useKeySwitch } from '../page/key-switch.ts';

/** What a key may do to a player. */
export type PlayerCommand =
  | 'play'
  | 'sound'
  | 'full-screen'
  | 'picture-in-picture'
  | 'louder'
  | 'softer'
  | 'details'
  | 'keys';

/** As much of a keyboard event as is looked at. */
export type PressedKey = Pick<KeyboardEvent, 'key' | 'code' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** Where a key was pressed: `writing` in a field, on a `button`, on the `stage`, or elsewhere on the `page`. */
export type KeyPlace = 'writing' | 'button' | 'stage' | 'page';

const commandOf: Readonly<Record<string, PlayerCommand>> = {
  ' ': 'play',
  k: 'play',
  m: 'sound',
  f: 'full-screen',
  i: 'picture-in-picture',
  s: 'details',
  '?': 'keys',
  ArrowUp: 'louder',
  ArrowDown: 'softer',
};

/** What `pressed` asks for; `null` when it is meant for somebody else. */
export function playerCommandFor(pressed: PressedKey, place: KeyPlace): PlayerCommand | null {
  if (place === 'writing' || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const command = commandOf[latinKey(pressed)];
  if (command === undefined) return null;
  // A button is pressed with the space bar, and a page is scrolled with the arrows.
  if (pressed.key === ' ' && place === 'button') return null;
  const isVolume = command === 'louder' || command === 'softer';
  if (isVolume) return place === 'page' ? null : command;
  return pressed.repeat ? null : command;
}

/** The key's Latin letter, also where it writes another script: on a Korean keyboard `m` writes `ㅡ`. */
function latinKey({ key, code }: PressedKey): string {
  if (/^Key[A-Z]$/.test(code) && !/^[a-z]$/i.test(key)) return code.slice(3).toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
}

/** Where the event that goes to `target` was pressed. */
function keyPlaceOf(target: EventTarget | null, stage: Element | null): KeyPlace {
  const element = target instanceof Element ? target : null;
  if (element?.closest('input, textarea, select, [contenteditable], [role="menu"], dialog, [role="dialog"]')) {
    return 'writing';
  }
  if (element?.closest('button, a, summary')) return 'button';
  const isOnStage = stage !== null && (stage.contains(element) || document.fullscreenElement === stage);
  return isOnStage ? 'stage' : 'page';
}

/** Calls `onCommand` for keys that are meant for the player, and tells how to turn them off. */
export function usePlayerKeys(
  stage: RefObject<HTMLElement | null>,
  onCommand: (command: PlayerCommand) => void,
): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const { keysOn, setKeysOn } = useKeySwitch();
  const handleCommand = useEffectEvent(onCommand);
  useEffect(() => {
    if (!keysOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = playerCommandFor(event, keyPlaceOf(event.target, stage.current));
      if (command === null) return;
      event.preventDefault();
      handleCommand(command);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keysOn, stage]);
  return { keysOn, setKeysOn };
}
