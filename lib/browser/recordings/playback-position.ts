import { openStorage, type StoredValues } from '../page/browser-storage.ts';

const storageKey = 'rostrum.positions';
/** How many recordings have their position remembered; the one that was watched longest ago is forgotten first. */
const mostPositions = 50;
/** A viewer who stops this close to the beginning or the end, in seconds, starts over. */
const margin = 5;

/**
 * The position that an address asks for, in seconds: `?t=90`, `?t=90s` or `?t=1h2m3s`; `null` if it asks for none.
 * @param search the query of the address
 */
export function positionInAddress(search: string): number | null {
  const text = new URLSearchParams(search).get('t')?.trim().toLowerCase() ?? '';
  const [whole, hours, minutes, seconds] =
    /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8}(?:\.\d{1,3})?)s?)?$/.exec(text) ?? [];
  if (!whole) return null;
  return Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

/** The address of a recording's page at a position, in seconds. */
export function addressAt(origin: string, id: string, seconds: number): string {
  return `${origin}/recordings/${encodeURIComponent(id)}?t=${Math.max(0, Math.floor(seconds))}`;
}

/** Remembers in this browser how far each recording was watched. */
export class PositionMemory {
  readonly #openStorage: () => StoredValues;

  constructor(openStored: () => StoredValues = openStorage) {
    this.#openStorage = openStored;
  }

  /** Where the recording `id` was left, in seconds; `null` if it was not begun, or watched to its end. */
  recall(id: string): number | null {
    return this.#read().find(([name]) => name === id)?.[1] ?? null;
  }

  /** Notes that `id`, which has a length of `duration` seconds, was left at `seconds`. */
  remember(id: string, seconds: number, duration: number): void {
    const others = this.#read().filter(([name]) => name !== id);
    const isWithin = seconds >= margin && seconds <= duration - margin;
    const all = isWithin ? [...others, [id, Math.round(seconds)] as const] : others;
    try {
      this.#openStorage().setItem(storageKey, JSON.stringify(all.slice(-mostPositions)));
    } catch {
      // Only a convenience is lost.
    }
  }

  /** Pairs of id and seconds, the latest last. */
  #read(): (readonly [string, number])[] {
    try {
      const kept: unknown = JSON.parse(this.#openStorage().getItem(storageKey) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isPosition) : [];
    } catch {
      return [];
    }
  }
}

function isPosition(entry: unknown): entry is readonly [string, number] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]);
}
