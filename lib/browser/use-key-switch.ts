import { useEffect, useState } from 'react';
import { KeySwitch } from './key-switch.ts';
import { useStore } from './use-store.ts';

/** Whether keys of a single letter are on, on this device, and how to turn them off or on. */
export function useKeySwitch(): { keysOn: boolean; setKeysOn: (on: boolean) => void } {
  const [keys] = useState(() => new KeySwitch());
  useEffect(() => keys.recall(), [keys]);
  return { keysOn: useStore(keys.state), setKeysOn: keys.set };
}
