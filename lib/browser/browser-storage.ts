/** The part of a browser's storage that is used here. */
export type KeptValues = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's storage, or one that forgets everything where the browser forbids even to look at it. */
export function openStorage(): KeptValues {
  try {
    return globalThis.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}
