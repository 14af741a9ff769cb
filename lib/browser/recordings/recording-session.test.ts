import { afterEach, expect, test, vi } from 'vitest';
import { sessionPath } from '../../recording.ts';
import { hasCredentials, openSession } from './recording-session.ts';

function storageOf(entries: Record<string, string>) {
  const values = new Map(Object.entries(entries));
  return {
    get length() {
      return values.size;
    },
    key: (index: number) => [...values.keys()][index] ?? null,
    getItem: (name: string) => values.get(name) ?? null,
    removeItem: (name: string) => void values.delete(name),
    names: () => [...values.keys()],
  };
}

afterEach(() => vi.unstubAllGlobals());

test('the presenter’s key and the viewer’s tickets are shown one after the other, and nothing else', async () => {
  const shown: string[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    expect([path, init.method]).toEqual([sessionPath, 'POST']);
    const { Authorization: credential = '' } = init.headers as Record<string, string>;
    shown.push(credential);
    return { status: credential.includes('old') ? 401 : 204 };
  });
  const tab = storageOf({ 'rostrum.resume': 'secret', 'rostrum.ticket.art-101': 'eyJ.new.link' });
  const browser = storageOf({ 'rostrum.presenter-key': 'old key', 'rostrum.ticket.math-101': 'rs_old', theme: 'dark' });
  await openSession([tab, browser]);
  expect(shown).toEqual(['Bearer eyJ.new.link', 'Bearer old key', 'Bearer rs_old']);
  // The ticket is over. Whether a key is, the studio finds out.
  expect(browser.names()).toEqual(['rostrum.presenter-key', 'theme']);
  expect(tab.names()).toContain('rostrum.ticket.art-101');
});

test('an unreachable server does no harm, and without credentials there is nothing to show', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('Failed to fetch');
  });
  const browser = storageOf({ 'rostrum.ticket.math-101': 'rs_ticket' });
  await openSession([browser]);
  expect(browser.names()).toHaveLength(1);
  expect(hasCredentials([browser])).toBe(true);
  expect(hasCredentials([storageOf({ theme: 'dark' })])).toBe(false);
});
