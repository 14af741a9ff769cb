/** The part of the Web Storage API that is used here. */
export type StoredValues = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's storage; or one that forgets everything, where the browser forbids any access to its own. */
export function openStorage(): StoredValues {
  return orForgetful(() => globalThis.localStorage);
}

/** The storage of this tab alone, which survives reloads and crashes; or one that forgets everything. */
export function openTabStorage(): StoredValues {
  return orForgetful(() => globalThis.sessionStorage);
}

function orForgetful(open: () => StoredValues | undefined): StoredValues {
  const forgetful = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  try {
    return open() ?? forgetful;
  } catch {
    return forgetful;
  }
}
