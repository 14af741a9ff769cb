import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { type EmbeddedKurento, startEmbeddedKurento } from '../supervised-media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

/** The status with which a socket is refused; 101 if it is accepted, and undefined if nobody listens. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.on('error', () => resolve(undefined));
    socket.once('unexpected-response', (_request, response) => {
      socket.terminate();
      resolve(response.statusCode);
    });
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
  });
}

describe('the secret', () => {
  let server: MediaServer | undefined;
  let kurento: EmbeddedKurento | undefined;
  afterEach(async () => {
    await server?.close();
    await kurento?.close();
  });

  it('D2: is required of every socket, in whatever way another is given', async () => {
    server = await openMediaServer({ log: silentLog, secret: 'sesame & more' });
    expect(await statusOf(server.url)).toBe(101);
    const { origin } = new URL(server.url.replace('ws:', 'http:'));
    const bare = `${origin.replace('http:', 'ws:')}/kurento`;
    const wrong = ['', '?', '?secret', '?secret=', '?secret=sesame', '?secret=SESAME%20%26%20more', '/sesame'];
    for (const query of [
      ...wrong,
      '?secret=x&secret=sesame%20%26%20more',
      '?secret[]=sesame',
      `?secret=${'x'.repeat(9_000)}`,
    ]) {
      expect(await statusOf(`${bare}${query}`), query).toBe(401);
    }
    expect(await statusOf(server.url, { Authorization: 'sesame & more' })).toBe(101);
    expect(await statusOf(bare, { Authorization: 'sesame & more', Cookie: 'secret=sesame' })).toBe(401);
    expect(await statusOf(server.url, { Origin: origin })).toBe(403);
  });

  it('D2: is random in a supervised server, stays the same for the next process, and shows in no command line', async () => {
    kurento = await startEmbeddedKurento({ log: silentLog });
    const url = new URL(kurento.url);
    const secret = url.searchParams.get('secret') ?? '';
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(await statusOf(kurento.url)).toBe(101);
    url.search = '';
    expect(await statusOf(url.href)).toBe(401);
    const pid = kurento.pid() ?? 0;
    const seen = await Promise.all(['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')));
    expect(seen.join()).not.toContain(secret);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => statusOf(kurento?.url ?? ''), { timeout: 10_000 }).toBe(101);
    expect(await statusOf(url.href)).toBe(401);
    const other = await startEmbeddedKurento({ log: silentLog });
    expect(new URL(other.url).searchParams.get('secret')).not.toBe(secret);
    await other.close();
  });

  it('D2: is not needed by a server without one', async () => {
    server = await openMediaServer({ log: silentLog });
    expect(new URL(server.url).search).toBe('');
    const client = await RawClient.connect(server.url);
    expect(await client.result('ping')).toEqual({ value: 'pong' });
  });
});
