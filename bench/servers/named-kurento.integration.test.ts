import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { isKurentoNamed, openNamedKurento } from './named-kurento.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the process of the Kurento at KURENTO_URL is the one that listens there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server has a port.
  const { port } = server.address() as AddressInfo;
  name(`ws://127.0.0.1:${port}/kurento`);
  const kurento = await openNamedKurento();
  expect(kurento.url).toBe(`ws://127.0.0.1:${port}/kurento`);
  expect(await kurento.pid()).toBe(process.pid);
  server.close();
  await once(server, 'close');
  await expect(kurento.pid()).rejects.toThrow(`No visible process listens on port ${port}`);
});

test('a Kurento on another machine has no process here, whichever process listens on its port', async () => {
  name('ws://192.0.2.1:8888/kurento');
  await expect((await openNamedKurento()).pid()).rejects.toThrow('on another machine');
});

test('a Kurento is named by a setting that is not empty, and by an address', async () => {
  name('');
  expect(isKurentoNamed()).toBe(false);
  name('localhost');
  expect(isKurentoNamed()).toBe(true);
  await expect(openNamedKurento()).rejects.toThrow('KURENTO_URL must be an address such as');
});

function name(url: string): void {
  vi.stubEnv('KURENTO_COMMAND', '');
  vi.stubEnv('KURENTO_URL', url);
}
