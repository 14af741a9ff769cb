import { useEffect, useState, useSyncExternalStore } from 'react';
import { KeySwitch } from './key-switch.ts';

/** Whether keys of a single letter are on, on this device, and how to turn them off or on. */
export function useKeySwitch(): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const [keys] = useState(() => new KeySwitch());
  const keysOn = useSyncExternalStore(keys.subscribe, keys.getState, keys.getState);
  useEffect(() => keys.recall(), [keys]);
  return { keysOn, setKeysOn: keys.set };
}
