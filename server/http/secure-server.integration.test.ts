import { once } from 'node:events';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectSecurely } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readClientAddresses } from '../gates/client-address.ts';
import { limitConnections } from '../gates/socket-limits.ts';
import { freeTcpPort } from '../testing/free-port.ts';
import { makeSelfSignedCertificate } from '../tls/self-signed-certificate.ts';
import type { ServerCertificate } from '../tls/server-certificate.ts';
import { HttpsFront } from './https-front.ts';
import { listen } from './listening.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let first: ServerCertificate;
let second: ServerCertificate;
beforeAll(async () => {
  [first, second] = [await makeSelfSignedCertificate(['localhost']), await makeSelfSignedCertificate(['localhost'])];
});

/** A source whose certificate the test replaces. */
class ReplacedCertificate {
  current: ServerCertificate;
  #listener: (certificate: ServerCertificate) => void = () => {};

  constructor(current: ServerCertificate) {
    this.current = current;
  }

  onChanged(listener: (certificate: ServerCertificate) => void): void {
    this.#listener = listener;
  }

  replace(certificate: ServerCertificate): void {
    this.current = certificate;
    this.#listener(certificate);
  }

  start(): void {}
  close(): void {}
}

describe('a server with HTTPS', () => {
  let front: HttpsFront;
  let source: ReplacedCertificate;
  let port: number;
  let httpPort: number;
  const answers = new Map<string, string>();

  beforeEach(async () => {
    source = new ReplacedCertificate(first);
    httpPort = await freeTcpPort();
    front = new HttpsFront({ root, publicUrl: null, certificates: source, answers, httpPort });
    front.server.on('request', (request, response) => {
      front.setHeaders(response);
      response.end(`${request.url} from ${request.socket.remotePort}`);
    });
    front.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'));
    port = await listen(front.server, { port: 0, host: '127.0.0.1', setting: 'PORT' });
    await front.listen(port, '127.0.0.1');
  });
  afterEach(async () => {
    await front.close();
    const closed = once(front.server, 'close');
    front.server.close();
    front.server.closeAllConnections();
    await closed;
  });

  async function ask(path: string, agent: Agent): Promise<{ response: IncomingMessage; body: string }> {
    const [response] = (await once(get({ host: 'localhost', port, path, agent }), 'response')) as [IncomingMessage];
    return { response, body: await text(response) };
  }

  /** Sends `bytes` as they are, and returns everything that comes back until the connection ends. */
  async function send(bytes: string | Buffer): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(bytes);
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk;
    });
    await once(socket, 'close');
    return all;
  }

  it('answers over TLS, and redirects plain HTTP on the same port', async () => {
    const agent = new Agent({ ca: first.chain });
    expect((await ask('/watch/a', agent)).body).toMatch(/^\/watch\/a from /);
    agent.destroy();
    const answer = await send('GET /watch/a?b HTTP/1.1\r\nHost: localhost:81\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 307 [\s\S]*\r\nLocation: https:\/\/localhost:81\/watch\/a\?b\r\n/);
    const upload = 'POST /x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 4\r\n\r\ntext';
    expect(await send(upload)).toMatch(/\r\nLocation: https:\/\/127\.0\.0\.1:80\/x\r\n/);
  });

  it('redirects plain HTTP on the other port to its own, and answers certificate authorities there', async () => {
    const fetchPlain = async (path: string) => {
      const request = getPlain({ host: '127.0.0.1', port: httpPort, path, headers: { host: 'localhost' } });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return { status: response.statusCode, location: response.headers.location, body: await text(response) };
    };
    answers.set('token', 'token.thumbprint');
    const challenge = '/.well-known/acme-challenge/';
    expect(await fetchPlain(`${challenge}token`)).toMatchObject({ status: 200, body: 'token.thumbprint' });
    for (const path of ['/', `${challenge}other`, `${challenge}..%2ftoken`]) {
      expect(await fetchPlain(path)).toMatchObject({ status: 307, location: `https://localhost:${port}${path}` });
    }
  });

  it('uses a new certificate for new connections, and keeps those that are open', async () => {
    const [before, after] = [first, second].map(({ chain }) => new Agent({ ca: chain, keepAlive: true }));
    if (before === undefined || after === undefined) throw new Error('There are two agents.');
    const open = (await ask('/', before)).body;
    source.replace(second);
    expect((await ask('/', before)).body).toBe(open);
    expect((await ask('/', after)).body).toMatch(/^\/ from /);
    const refused = new Agent({ ca: first.chain });
    await expect(ask('/', refused)).rejects.toThrow(/self-signed/);
    for (const agent of [before, after, refused]) agent.destroy();
  });

  it('lets browsers remember HTTPS only if an issuer vouches for the certificate', async () => {
    const agent = new Agent({ ca: first.chain });
    const header = async () => (await ask('/', agent)).response.headers['strict-transport-security'];
    expect(await header()).toBeUndefined();
    source.current = { ...first, vouchedFor: 'issuer' };
    expect(await header()).toBe('max-age=15552000');
    agent.destroy();
  });

  it('limits silent connections of an address, and does not take those with requests for silent ones', async () => {
    limitConnections(front.server, 3, readClientAddresses([]));
    const agents = Array.from({ length: 8 }, () => new Agent({ ca: first.chain, keepAlive: true }));
    for (const agent of agents) expect((await ask('/', agent)).body).toMatch(/^\/ from /);
    const silent = Array.from({ length: 4 }, () =>
      connectSecurely({ port, host: '127.0.0.1', servername: 'localhost', ca: first.chain }),
    );
    let closed = 0;
    for (const socket of silent) socket.on('error', () => {}).on('close', () => closed++);
    await expect.poll(() => closed).toBe(1);
    for (const socket of silent) socket.destroy();
    for (const agent of agents) agent.destroy();
  });

  it('hands WebSockets on, and refuses malformed addresses', async () => {
    for (const [path, answer] of [
      ['/', /^HTTP\/1\.1 101 [\s\S]*hello$/],
      ['/%', /^HTTP\/1\.1 400 /],
    ] as const) {
      const socket = connectSecurely({ port, host: '127.0.0.1', servername: 'localhost', ca: first.chain });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      expect(await text(socket)).toMatch(answer);
    }
  });

  it('survives connections that speak neither TLS nor HTTP, or nothing at all', async () => {
    expect(await send(Buffer.from([0x16, 3, 1, 0, 4, 1, 2, 3, 4]))).not.toContain('HTTP');
    expect(await send('SSH-2.0-client\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    silent.end();
    await once(silent.resume(), 'close');
    // This one is closed together with the server.
    await once(
      connect(port, '127.0.0.1').on('error', () => {}),
      'connect',
    );
    const agent = new Agent({ ca: first.chain });
    expect((await ask('/', agent)).body).toMatch(/^\/ from /);
    agent.destroy();
  });
});
