import { afterEach, expect, test, vi } from 'vitest';
import { endShares, fetchRecording } from './recordings-client.ts';

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: string) => vi.stubGlobal('fetch', async () => new Response(body, { status }));

test.each([
  [401, '<h1>Please log in to this network</h1>'],
  [403, 'Forbidden by policy'],
  [404, '<h1>Not here</h1>'],
  [502, '<h1>Bad gateway</h1>'],
])('a %i from a proxy in place of the server says nothing about the presenter key', async (status, body) => {
  answer(status, body);
  await expect(endShares('one', 'a key')).rejects.toMatchObject({ code: 'connection-lost' });
  await expect(fetchRecording('one')).rejects.toMatchObject({ code: 'connection-lost' });
});

test("the server's own refusal of a key is reported as such", async () => {
  answer(401, JSON.stringify({ error: { code: 'wrong-key', message: 'This is not the key.' } }));
  await expect(endShares('one', 'a key')).rejects.toMatchObject({ code: 'wrong-key' });
});

test('an error code that is newer than this page is understood by its status', async () => {
  answer(409, JSON.stringify({ error: { code: 'held-by-a-newer-rule', message: 'Not now.' } }));
  await expect(endShares('one', 'a key')).rejects.toMatchObject({ code: 'recording-in-use' });
});
