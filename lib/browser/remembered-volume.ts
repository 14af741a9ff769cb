import type { KeptValues } from './browser-storage.ts';

const storageKey = 'rostrum.volume';

/** The volume that was chosen last time, 0 to 1; full where none was. */
export function recallVolume(storage: Pick<KeptValues, 'getItem'>): number {
  const kept = Number(storage.getItem(storageKey) ?? Number.NaN);
  return kept > 0 && kept <= 1 ? kept : 1;
}

/** Remembers `volume`; silence is not remembered, because who comes back wants to hear something. */
export function rememberVolume(storage: Pick<KeptValues, 'setItem'>, volume: number): void {
  if (volume <= 0) return;
  try {
    storage.setItem(storageKey, String(volume));
  } catch {
    // Nothing is lost but a convenience.
  }
}
