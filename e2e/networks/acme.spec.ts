import { get as getPlain, type IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { whyNoProgram } from '../../server/testing/debian-package.ts';
import { freeTcpPort } from '../../server/testing/free-port.ts';
import { Pebble } from '../../server/tls/testing/pebble.ts';
import { expect, test } from '../fixtures.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const domain = 'live.rostrum.example';

test('a server with a domain name obtains its certificate while it runs, and redirects plain HTTP', async () => {
  test.setTimeout(180_000);
  const obstacle = await whyNoProgram('pebble', 'pebble');
  test.skip(obstacle !== null, obstacle ?? '');
  const [port, httpPort] = [await freeTcpPort(), await freeTcpPort()];
  const pebble = await Pebble.start({ httpPort });
  const publicUrl = `https://${domain}:${port}`;
  const server = await startRostrum({
    HTTPS: 'acme',
    PUBLIC_URL: publicUrl,
    ACME_EMAIL: 'you@example.org',
    ACME_DIRECTORY_URL: pebble.directoryUrl,
    NODE_EXTRA_CA_CERTS: pebble.trustPath,
    PORT: String(port),
    HTTP_PORT: String(httpPort),
  });
  try {
    const agent = new Agent({ ca: await pebble.root() });
    const ask = () =>
      new Promise<IncomingMessage | string>((resolve) => {
        const options = { host: '127.0.0.1', port, servername: domain, path: '/api/health', agent };
        get(options, (response) => resolve(response.resume())).on('error', (error) => resolve(error.message));
      });
    await expect.poll(async () => typeof (await ask()), { timeout: 30_000 }).toBe('object');
    const answer = await ask();
    if (typeof answer === 'string') throw new Error(answer);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe('max-age=15552000');
    const redirect = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: httpPort, path: '/watch/a', headers: { host: 'evil.example' } };
      getPlain(options, (response) => resolve(response.resume())).on('error', reject);
    });
    expect([redirect.statusCode, redirect.headers.location]).toEqual([307, `${publicUrl}/watch/a`]);
    agent.destroy();
  } finally {
    await server.close();
    await pebble.close();
  }
});
