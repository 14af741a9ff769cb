import { afterEach, expect, test, vi } from 'vitest';
import { diagnoseSignaling } from './reach-server.ts';

afterEach(() => vi.unstubAllGlobals());

const answer = (status: number, body: string) => {
  const fetched = vi.fn(async (_address: string, _init: RequestInit) => new Response(body, { status }));
  vi.stubGlobal('fetch', fetched);
  return fetched;
};

test.each([200, 503])(
  'a server that answers %i with its own body is reachable, so signalling is blocked',
  async (status) => {
    const fetched = answer(status, JSON.stringify({ status: 'ok' }));
    expect((await diagnoseSignaling('')).code).toBe('signaling-blocked');
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/health');
  },
);

test('a proxy that answers in place of an absent server does not mean that signalling is blocked', async () => {
  answer(502, '<h1>Bad gateway</h1>');
  expect((await diagnoseSignaling('')).code).toBe('connection-lost');
});

test('without an answer, the connection is lost', async () => {
  expect((await diagnoseSignaling('http://127.0.0.1:9')).code).toBe('connection-lost');
});
