import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressCheckingServer, isReadableAddress } from './bad-address.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Each of these does not decode to text, or is not an address at all. */
const unreadable = [
  '/%',
  '/%E0%A4%A',
  '/watch/%ff',
  '/%c0%af',
  '/a/%zz/b?c=d',
  '*',
  'watch',
  'http://',
  'http://x:99999/',
  'http://x/%',
];
const readable = [
  '/',
  '/watch/math-101',
  '/%ED%95%9C',
  '/?%',
  '/a?b=%E0%A4#c',
  '//',
  '/..',
  '/[',
  'http://x/watch',
  'https://x/%20?%',
];

it.each(unreadable)('a malformed address is recognised: %s', (target) => {
  expect(isReadableAddress(target)).toBe(false);
});

it.each(readable)('a well-formed address is left to other handlers: %s', (target) => {
  expect(isReadableAddress(target)).toBe(true);
});

describe('a server that checks addresses', () => {
  let server: Server;
  let seen: string[];
  beforeEach(async () => {
    seen = [];
    server = new AddressCheckingServer(root);
    server.on('request', (request, response) => {
      seen.push(request.url ?? '');
      response.end('fine');
    });
    server.on('upgrade', (request, socket) => {
      seen.push(request.url ?? '');
      socket.end('HTTP/1.1 426 Upgrade Required\r\n\r\n');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends the head of a request unchanged, and returns the whole response. */
  function ask(method: string, target: string, ...headers: string[]): Promise<string> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1')
        .on('data', (data) => {
          text += data;
        })
        .on('close', () => resolve(text))
        .on('error', reject);
      const connection = headers.some((header) => header.startsWith('Upgrade')) ? 'Upgrade' : 'close';
      socket.write(
        [`${method} ${target} HTTP/1.1`, 'Host: x', `Connection: ${connection}`, ...headers, '', ''].join('\r\n'),
      );
    });
  }

  // Node's own parser refuses a target that is neither an absolute address nor begins with a slash.
  it.each(unreadable.filter((target) => target !== 'watch'))(
    'answers 400 to every request for %s, and no other handler sees it',
    async (target) => {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
        const answer = await ask(method, target);
        expect(answer, method).toMatch(/^HTTP\/1\.1 400 /);
        if (method !== 'HEAD') expect(answer).toContain('{"error":{"code":"bad-request"');
      }
      expect(await ask('GET', target, 'Upgrade: websocket')).toMatch(/^HTTP\/1\.1 400 /);
      expect(seen).toEqual([]);
    },
  );

  it.each([
    ['ko', /lang="ko".*<h1>[^<]*[가-힣]/],
    ['en', /lang="en".*<h1>The server did not accept this<\/h1>/],
  ])('answers people in their language: %s', async (language, words) => {
    const answer = await ask('GET', '/watch/%', 'Accept: text/html', `Accept-Language: ${language}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(words);
  });

  it('lets everything else pass', async () => {
    for (const target of readable) expect(await ask('GET', target)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask('GET', '/', 'Upgrade: websocket')).toMatch(/^HTTP\/1\.1 426 /);
    expect(seen).toEqual([...readable, '/']);
  });

  it('survives a socket that breaks before a handler has taken it over', async () => {
    server.removeAllListeners('upgrade');
    const broken = new Promise<void>((resolve) => {
      server.on('upgrade', (_request, socket) => {
        socket.once('close', resolve);
        socket.destroy(new Error('The other side is gone.'));
      });
    });
    void ask('GET', '/', 'Upgrade: websocket').catch(() => {});
    await broken;
    expect(await ask('GET', '/')).toMatch(/^HTTP\/1\.1 200 /);
  });
});
