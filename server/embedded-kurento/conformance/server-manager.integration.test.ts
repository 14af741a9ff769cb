import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import kurento, {
  type Callback,
  type KurentoClient,
  type MediaPipeline,
  type ServerManager,
  type WebRtcEndpoint,
} from 'kurento-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { silentLog } from '../testing/silent-log.ts';

/** Objects of the client are thenable, so they are wrapped in a box. */
function box<T>(run: (callback: Callback<T>) => void): Promise<{ it: T }> {
  return new Promise((resolve, reject) => {
    run((error, result) => (error === null ? resolve({ it: result }) : reject(error)));
  });
}

/** Resolves in a box as well: a client is thenable, too. */
function connect(url: string): Promise<{ it: KurentoClient }> {
  return new Promise((resolve, reject) => {
    const opened: KurentoClient = kurento(url, { strict: true, failAfter: 5, duplicates_timeout: 100 }, (error) => {
      if (error === null) resolve({ it: opened });
      else reject(error);
    });
  });
}

describe('the server manager, asked by the official client', () => {
  let server: MediaServer;
  let client: { it: KurentoClient };
  let manager: { it: ServerManager };

  beforeEach(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await connect(server.url);
    manager = await box((callback) => void client.it.getServerManager(callback));
  });
  afterEach(async () => {
    client.it.close();
    await server.close();
  });

  const makePipeline = () => box<MediaPipeline>((callback) => void client.it.create('MediaPipeline', {}, callback));
  const ask = async <T>(run: (it: ServerManager, callback: Callback<T>) => void): Promise<T> =>
    (await box<T>((callback) => run(manager.it, callback))).it;

  it('R19: reports the resources of the machine, and their use', async () => {
    expect(await ask<number>((it, callback) => it.getCpuCount(callback))).toBe(availableParallelism());
    const usedKib = await ask<number>((it, callback) => it.getUsedMemory(callback));
    const reallyKib = process.memoryUsage.rss() / 1024;
    expect(usedKib / reallyKib).toBeGreaterThan(0.8);
    expect(usedKib / reallyKib).toBeLessThan(1.2);
    expect(await ask<string>((it, callback) => it.getMetadata(callback))).toBe('');
  });

  it('R19: measures the processor for the requested time, and delays no other request', async () => {
    const intervalMs = 400;
    const startedAt = performance.now();
    const from = process.cpuUsage();
    const answers: string[] = [];
    const measured = ask<number>((it, callback) => it.getUsedCpu(intervalMs, callback)).then((percent) => {
      answers.push('used');
      return percent;
    });
    const counted = ask<number>((it, callback) => it.getCpuCount(callback)).then(() => answers.push('count'));
    const percent = await measured;
    await counted;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(intervalMs - 1);
    expect(answers).toEqual(['count', 'used']);
    const { user, system } = process.cpuUsage(from);
    expect(percent).toBeGreaterThan(0);
    expect(percent).toBeLessThanOrEqual(((user + system) / 1000 / (intervalMs - 1)) * 100);
  });

  it('R19: lists sessions, and sends events of created and destroyed objects', async () => {
    expect(await ask<string[]>((it, callback) => it.getSessions(callback))).toHaveLength(1);
    const told: string[] = [];
    const gone = new Promise<void>((resolve) => {
      manager.it.on('ObjectDestroyed', ({ objectId }) => {
        told.push(`- ${objectId}`);
        resolve();
      });
    });
    manager.it.on('ObjectCreated', ({ object }) => told.push(`+ ${object}`));
    // In the client, other requests may overtake subscriptions; those have been sent once this request is answered.
    await ask<number>((it, callback) => it.getCpuCount(callback));
    const pipeline = await makePipeline();
    await box((callback) => pipeline.it.release(callback));
    await gone;
    expect(told).toEqual([`+ ${pipeline.it.id}`, `- ${pipeline.it.id}`]);
  });

  it('R47: hands out definitions as published, and 40500 for others', async () => {
    const text = await ask<string>((it, callback) => it.getKmd('elements', callback));
    const packages = createRequire(import.meta.url);
    expect(text).toBe(readFileSync(packages.resolve('kurento-client-elements/src/elements.kmd.json'), 'utf8'));
    await expect(ask<string>((it, callback) => it.getKmd('nope', callback))).rejects.toMatchObject({ code: 40500 });
  });

  it('R16: names, tags, and tags in events', async () => {
    const pipeline = await makePipeline();
    const name = async () => (await box<string>((callback) => pipeline.it.getName(callback))).it;
    expect(await name()).toBe(pipeline.it.id);
    await box((callback) => pipeline.it.setName('stage', callback));
    expect(await name()).toBe('stage');
    await box((callback) => pipeline.it.addTag('room', 'r1', callback));
    await box((callback) => pipeline.it.addTag('show', 's1', callback));
    await box((callback) => pipeline.it.removeTag('show', callback));
    const tags = await box<unknown>((callback) => pipeline.it.getTags(callback));
    expect(tags.it).toMatchObject([{ key: 'room', value: 'r1' }]);
    await expect(box<string>((callback) => pipeline.it.getTag('show', callback))).rejects.toMatchObject({
      code: 40110,
    });
    const endpoint = await box<WebRtcEndpoint>((callback) => {
      client.it.create('WebRtcEndpoint', { mediaPipeline: pipeline.it }, callback);
    });
    const told: unknown[] = [];
    endpoint.it.on('ElementConnected', ({ tags: sent }) => told.push(sent));
    await box((callback) => endpoint.it.addTag('seat', '1', callback));
    await box((callback) => endpoint.it.connect(endpoint.it, 'VIDEO', callback));
    await box((callback) => endpoint.it.setSendTagsInEvents(true, callback));
    await box((callback) => endpoint.it.connect(endpoint.it, 'AUDIO', callback));
    expect(told).toMatchObject([[], [{ key: 'seat', value: '1' }]]);
  });
});
