import { type RefObject, useEffect, useEffectEvent } from 'react';
import { useKeySwitch } from '../page/key-switch.ts';

/** The player commands that have a key. */
export type PlayerCommand =
  | 'play'
  | 'sound'
  | 'full-screen'
  | 'picture-in-picture'
  | 'louder'
  | 'softer'
  | 'details'
  | 'keys';

/** The part of a keyboard event that we use. */
export type PressedKey = Pick<KeyboardEvent, 'key' | 'code' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/**
 * Where a key was pressed: in a text field or dialog (`writing`), on a `button`, on the `stage`, or elsewhere on the
 * `page`.
 */
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

/** The command for `pressed`; `null` when the key is not meant for the player. */
export function playerCommandFor(pressed: PressedKey, place: KeyPlace): PlayerCommand | null {
  if (place === 'writing' || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const command = commandOf[latinKey(pressed)];
  if (command === undefined) return null;
  // The space bar presses a button, and the arrow keys scroll a page.
  if (pressed.key === ' ' && place === 'button') return null;
  const isVolume = command === 'louder' || command === 'softer';
  if (isVolume) return place === 'page' ? null : command;
  return pressed.repeat ? null : command;
}

/** The key's Latin letter, also on keyboards for another script: on a Korean keyboard, `m` types `ㅡ`. */
export function latinKey({ key, code }: PressedKey): string {
  if (/^Key[A-Z]$/.test(code) && !/^[a-z]$/i.test(key)) return code.slice(3).toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
}

/** Where a key whose event has this `target` was pressed. */
export function keyPlaceOf(target: EventTarget | null, stage: Element | null): KeyPlace {
  const element = target instanceof Element ? target : null;
  if (
    element?.closest('input, textarea, select, [contenteditable], [role="menu"], [role="log"], dialog, [role="dialog"]')
  ) {
    return 'writing';
  }
  if (element?.closest('button, a, summary')) return 'button';
  const isOnStage = stage !== null && (stage.contains(element) || document.fullscreenElement?.contains(stage) === true);
  return isOnStage ? 'stage' : 'page';
}

/** Calls `onCommand` for keys that are meant for the player, and returns a switch to turn these keys off. */
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
