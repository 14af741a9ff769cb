import type { StoredValues } from '../page/browser-storage.ts';

const volumeKey = 'rostrum.volume';

/** The stored volume, 0 to 1; 1 if there is none. */
export function recallVolume(storage: Pick<StoredValues, 'getItem'>): number {
  const kept = Number(storage.getItem(volumeKey) ?? Number.NaN);
  return kept > 0 && kept <= 1 ? kept : 1;
}

/** Stores `volume`, but not 0, because a viewer who comes back wants to hear something. */
export function rememberVolume(storage: Pick<StoredValues, 'setItem'>, volume: number): void {
  if (volume <= 0) return;
  try {
    storage.setItem(volumeKey, String(volume));
  } catch {
    // Only a convenience is lost.
  }
}

/** A volume within 0 to 1, in the slider's steps of one twentieth: sums of decimal fractions would drift from them. */
export function volumeStep(volume: number): number {
  return Math.round(Math.min(1, Math.max(0, volume)) * 20) / 20;
}
