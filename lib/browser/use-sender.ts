import { useSyncExternalStore } from 'react';
import type { SenderState, SenderWatch } from './sender-watch.ts';

/** How well it goes out, anew every second. */
export function useSender(watch: SenderWatch): SenderState {
  return useSyncExternalStore(watch.subscribe, watch.getState, watch.getState);
}
