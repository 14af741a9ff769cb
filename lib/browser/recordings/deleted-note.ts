import type { StoredValues } from '../page/browser-storage.ts';
import { openTabStorage } from '../page/browser-storage.ts';

const name = 'rostrum.deleted';
/** How long the list offers to take back what another page of ours deleted, in milliseconds. */
const offeredMs = 15_000;

/** Notes what this page has deleted, so that the list offers to take it back, also if that is the next page. */
export function leaveDeletedNote(ids: readonly string[], storage: StoredValues = openTabStorage()): void {
  quietly(() => storage.setItem(name, JSON.stringify({ ids, at: Date.now() })));
}

/** What was deleted a moment ago, once; empty if nothing was. */
export function takeDeletedNote(storage: StoredValues = openTabStorage()): string[] {
  const text = quietly(() => storage.getItem(name)) ?? null;
  if (text === null) return [];
  quietly(() => storage.removeItem(name));
  // Only this file writes it.
  const note = quietly(() => JSON.parse(text) as { ids: string[]; at: number });
  return note !== undefined && Date.now() - note.at < offeredMs ? note.ids : [];
}

/** Private windows may refuse to store anything; then the trash is the only way back. */
function quietly<Result>(access: () => Result): Result | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
