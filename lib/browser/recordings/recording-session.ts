import { sessionPath } from '../../recording.ts';
import { presenterKeyName, ticketPrefix } from '../page/stored-credentials.ts';

/** Where credentials are kept: the storages of the tab and of the browser. */
type Kept = Pick<Storage, 'length' | 'key' | 'getItem' | 'removeItem'>;

/**
 * Shows the server what this browser has that may let it see recordings: the presenter's key and the viewer's tickets.
 * The browser gets a session for them. Tickets that are no longer valid are removed. Never rejects.
 */
export async function openSession(storages: readonly Kept[] = openStorages()): Promise<void> {
  // One after the other, because each adds to the cookie that the one before has set.
  for (const { storage, name } of storages.flatMap(credentialsIn)) {
    const headers = { Authorization: `Bearer ${storage.getItem(name) ?? ''}` };
    const response = await fetch(sessionPath, { method: 'POST', headers, cache: 'no-store' }).catch(() => null);
    if (response?.status === 401 && name.startsWith(ticketPrefix)) storage.removeItem(name);
  }
}

/** Whether there is anything to show. */
export function hasCredentials(storages: readonly Kept[] = openStorages()): boolean {
  return storages.some((storage) => credentialsIn(storage).length > 0);
}

function credentialsIn(storage: Kept): { storage: Kept; name: string }[] {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
  const isCredential = (name: string) => name === presenterKeyName || name.startsWith(ticketPrefix);
  return names.filter(isCredential).map((name) => ({ storage, name }));
}

/** None where the browser forbids any access to them. */
function openStorages(): Kept[] {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}
