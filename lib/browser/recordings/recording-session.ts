import type { ErrorBody } from '../../errors.ts';
import { sessionPath } from '../../recording.ts';
import { presenterKeyName, ticketPrefix } from '../page/stored-credentials.ts';

/** Where credentials are kept: the storages of the tab and of the browser. */
type Kept = Pick<Storage, 'length' | 'key' | 'getItem' | 'removeItem'>;

/** The address of the page, as far as a share link is in it. */
type Address = Pick<Window, 'location' | 'history'>;

/**
 * Shows the server what this browser has that may let it see recordings: the presenter's key, the viewer's tickets, and
 * the share link in the address, which is removed there. The browser gets a session for them. Tickets that are no longer
 * valid are removed. Never rejects.
 * @returns why the share link is not accepted; `null` if it is, or if there is none
 */
export async function openSession(
  storages: readonly Kept[] = openStorages(),
  address: Address | null = openAddress(),
): Promise<ErrorBody | null> {
  const share = takeShare(address);
  // One after the other, because each adds to the cookie that the one before has set.
  for (const { storage, name } of storages.flatMap(credentialsIn)) {
    const headers = { Authorization: `Bearer ${storage.getItem(name) ?? ''}` };
    const response = await fetch(sessionPath, { method: 'POST', headers, cache: 'no-store' }).catch(() => null);
    if (response?.status === 401 && name.startsWith(ticketPrefix)) storage.removeItem(name);
  }
  if (share === null) return null;
  const headers = { Authorization: `Bearer ${share}` };
  const response = await fetch(sessionPath, { method: 'POST', headers, cache: 'no-store' }).catch(() => null);
  if (response?.status !== 401) return null;
  return { code: 'link-expired', message: 'This link has expired. Please ask for a new one where you got it.' };
}

/** Whether there is anything to show. */
export function hasCredentials(
  storages: readonly Kept[] = openStorages(),
  address: Address | null = openAddress(),
): boolean {
  return shareIn(address) !== null || storages.some((storage) => credentialsIn(storage).length > 0);
}

function shareIn(address: Address | null): string | null {
  return new URLSearchParams(address?.location.hash.slice(1)).get('share') || null;
}

/** Like keys, share links are not left in the address, so that they are not copied with it by accident. */
function takeShare(address: Address | null): string | null {
  const share = shareIn(address);
  if (share !== null && address !== null) {
    const { location, history } = address;
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return share;
}

function openAddress(): Address | null {
  return typeof window === 'undefined' ? null : window;
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
