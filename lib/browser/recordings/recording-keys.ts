import { type RefObject, useEffect, useEffectEvent } from 'react';
import { useKeySwitch } from '../page/key-switch.ts';
import { type KeyPlace, keyPlaceOf, latinKey, type PressedKey } from '../player/player-keys.ts';

/** What a key does in the player of a recording. `by` is in seconds, `share` a part of the length, 0 to 0.9. */
export type RecordingCommand =
  | { do: 'play' | 'sound' | 'full-screen' | 'picture-in-picture' | 'keys' }
  | { do: 'seek'; by: number }
  | { do: 'go'; share: number }
  | { do: 'step' | 'rate' | 'volume'; direction: 1 | -1 };

const commandOf: Readonly<Record<string, RecordingCommand>> = {
  ' ': { do: 'play' },
  k: { do: 'play' },
  m: { do: 'sound' },
  f: { do: 'full-screen' },
  i: { do: 'picture-in-picture' },
  '?': { do: 'keys' },
  j: { do: 'seek', by: -10 },
  l: { do: 'seek', by: 10 },
  ArrowLeft: { do: 'seek', by: -5 },
  ArrowRight: { do: 'seek', by: 5 },
  ArrowUp: { do: 'volume', direction: 1 },
  ArrowDown: { do: 'volume', direction: -1 },
  ',': { do: 'step', direction: -1 },
  '.': { do: 'step', direction: 1 },
  '<': { do: 'rate', direction: -1 },
  '>': { do: 'rate', direction: 1 },
};

const repeatable = new Set<RecordingCommand['do']>(['seek', 'step', 'volume']);

/** The command for `pressed`; `null` when the key is not meant for the player. */
export function recordingCommandFor(pressed: PressedKey, place: KeyPlace): RecordingCommand | null {
  if (place === 'writing' || pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  const key = latinKey(pressed);
  const command = /^\d$/.test(key) ? ({ do: 'go', share: Number(key) / 10 } as const) : commandOf[key];
  if (command === undefined) return null;
  // The space bar presses a button, and these arrow keys scroll a page.
  if (key === ' ' && place === 'button') return null;
  if (command.do === 'volume' && place === 'page') return null;
  return pressed.repeat && !repeatable.has(command.do) ? null : command;
}

/** Calls `onCommand` for keys that are meant for the player, and returns a switch to turn these keys off. */
export function useRecordingKeys(
  stage: RefObject<HTMLElement | null>,
  onCommand: (command: RecordingCommand) => void,
): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const { keysOn, setKeysOn } = useKeySwitch();
  const handleCommand = useEffectEvent(onCommand);
  useEffect(() => {
    if (!keysOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = recordingCommandFor(event, keyPlaceOf(event.target, stage.current));
      if (command === null) return;
      event.preventDefault();
      handleCommand(command);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keysOn, stage]);
  return { keysOn, setKeysOn };
}
