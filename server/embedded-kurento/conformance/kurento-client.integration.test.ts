import kurento, { type Callback, type KurentoClient, type MediaElement, type MediaPipeline } from 'kurento-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { silentLog } from '../testing/silent-log.ts';

/** Objects of the client are thenable, so they are wrapped in a box. */
function box<T>(run: (callback: Callback<T>) => void): Promise<{ it: T }> {
  return new Promise((resolve, reject) => {
    run((error, result) => (error === null ? resolve({ it: result }) : reject(error)));
  });
}

describe('the official client', () => {
  let server: MediaServer;
  let client: KurentoClient;

  beforeEach(async () => {
    server = await openMediaServer({ log: silentLog });
    client = (await connect(server.url)).it;
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  async function connect(url: string): Promise<{ it: KurentoClient }> {
    let opened: KurentoClient | undefined;
    await box((callback) => {
      opened = kurento(url, { strict: true, failAfter: 5, duplicates_timeout: 100 }, callback);
    });
    if (opened === undefined) throw new Error('The client returned nothing');
    return { it: opened };
  }

  const element = async (type: 'PassThrough' | 'WebRtcEndpoint'): Promise<{ it: MediaElement }> => {
    const pipeline = await box<MediaPipeline>((callback) => void client.create('MediaPipeline', {}, callback));
    if (type === 'PassThrough')
      return box((callback) => void client.create(type, { mediaPipeline: pipeline.it }, callback));
    return box((callback) => void client.create(type, { mediaPipeline: pipeline.it }, callback));
  };

  it('R19: accepts the server as complete, even when it is strict', async () => {
    const manager = await box(client.getServerManager.bind(client));
    const info = await box(manager.it.getInfo.bind(manager.it));
    expect(info.it).toMatchObject({ type: 'KMS', version: '7.2.0' });
  });

  it('R13, R16, R18: creates, uses and releases objects', async () => {
    const endpoint = await element('WebRtcEndpoint');
    expect(endpoint.it.id).toMatch(/_kurento\.WebRtcEndpoint$/);
    await box((callback) => endpoint.it.addTag('room', 'r1', callback));
    const tag = await box((callback) => void endpoint.it._invoke(undefined, 'getTags', callback));
    expect(tag.it).toMatchObject([{ key: 'room', value: 'r1' }]);
    await box((callback) => endpoint.it.release(callback));
    expect(server.counts().objects).toBe(1);
  });

  it('R21: gets events of connections, and R24: errors with their code', async () => {
    const [one, foreign] = [await element('WebRtcEndpoint'), await element('PassThrough')];
    const failed = box((callback) => one.it.connect(foreign.it, callback));
    await expect(failed).rejects.toMatchObject({
      code: 40004,
      message: expect.stringContaining('do not share pipeline'),
    });
    const told: string[] = [];
    // The application's own typings leave out the events that it does not use.
    const events = one.it as unknown as { on(event: string, listener: (data: { mediaType: string }) => void): void };
    events.on('ElementConnected', ({ mediaType }) => told.push(mediaType));
    await box((callback) => one.it.connect(one.it, callback));
    expect(told).toEqual(['AUDIO', 'VIDEO', 'DATA']);
  });

  it('R10: comes back to the same session after its socket broke', async () => {
    const endpoint = await element('PassThrough');
    const reconnected = new Promise((resolve) => client.on('reconnected', resolve));
    client._re._connection?.terminate();
    expect(await reconnected).toBe(true);
    await box((callback) => endpoint.it.addTag('still', 'there', callback));
  });

  it('R10: keeps getting events that it subscribed to before its socket broke', async () => {
    const endpoint = await element('PassThrough');
    const told: string[] = [];
    // The application's own typings leave out the events that it does not use.
    const events = endpoint.it as unknown as {
      on(event: string, listener: (data: { mediaType: string }) => void): void;
    };
    events.on('ElementConnected', ({ mediaType }) => told.push(mediaType));
    await box((callback) => endpoint.it.addTag('subscribed', 'before this', callback));
    const reconnected = new Promise((resolve) => client.on('reconnected', resolve));
    client._re._connection?.terminate();
    expect(await reconnected).toBe(true);
    await box((callback) => endpoint.it.connect(endpoint.it, callback));
    expect(told).toEqual(['AUDIO', 'VIDEO', 'DATA']);
  });

  it('R8: learns that its session is gone when the server was replaced', async () => {
    const reconnected = new Promise((resolve) => client.on('reconnected', resolve));
    const port = Number(new URL(server.url).port);
    await element('PassThrough');
    await server.close();
    server = await openMediaServer({ port, log: silentLog });
    expect(await reconnected).toBe(false);
    await element('PassThrough');
    expect(server.counts().objects).toBe(2);
  });
});
