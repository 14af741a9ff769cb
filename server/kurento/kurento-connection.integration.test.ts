import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { AppError } from '../../lib/errors.ts';
import { Closer } from '../closer.ts';
import { openMediaServer } from '../embedded-kurento/media-server.ts';
import { openLogger } from '../logger.ts';
import { type KurentoGatewayOptions, openKurentoGateway } from './kurento-gateway.ts';
import { ConditionWaiter } from './testing/condition-waiter.ts';
import { openWire } from './testing/cuttable-wire.ts';

const logger = openLogger('silent');
const garbage = 'v=0\r\nthis is not an offer\r\n';
const unavailable = { name: 'AppError', code: 'media-server-unavailable' };
const pipelineRequest = { broadcastId: 'one', failed() {} };
const linkListener = { candidateFound() {}, flowChanged() {}, unplayable() {}, failed() {} };

describe('the connection to the media server', () => {
  let closer = new Closer();

  afterEach(async () => {
    await closer.close();
    closer = new Closer();
  });

  function openServer(port = 0) {
    return closer.own(openMediaServer({ port, log: () => {} }));
  }

  async function openGateway(options: Partial<KurentoGatewayOptions> & { url: string }) {
    const conditions = new ConditionWaiter();
    const told: string[] = [];
    const listener = {
      lost: (error: AppError) => {
        told.push(`lost: ${error.code}`);
        conditions.changed();
      },
      regained: () => {
        told.push('regained');
        conditions.changed();
      },
    };
    const gateway = await closer.own(openKurentoGateway({ instanceId: 'test', logger, listener, ...options }));
    return {
      gateway,
      told,
      tells: (count: number) => conditions.until(`${count} notifications`, () => told.length >= count),
    };
  }

  /** A server that answers every request with the result of `answer`. */
  async function openFakeServer(
    answer: (request: { id: number; method: string }) => object | null,
    nonsense: readonly string[] = [],
  ) {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/kurento' });
    await once(server, 'listening');
    closer.add(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const request = JSON.parse(String(data));
        for (const frame of nonsense) socket.send(frame);
        const reply = answer(request);
        if (reply !== null) socket.send(JSON.stringify({ jsonrpc: '2.0', id: request.id, ...reply }));
      });
    });
    // A TCP server's address is an object; only pipes have a string.
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/kurento`;
  }

  describe('opening a gateway', () => {
    it('fails with a sentence that names the address and what to do if nothing listens there', async () => {
      const server = await openServer();
      await server.close();
      const opening = openGateway({ url: server.url, connectTimeoutMs: 200 });
      await expect(opening).rejects.toMatchObject(unavailable);
      await expect(opening).rejects.toThrow(`No media server answers at ${server.url}: start one there,`);
    });

    it('fails in the same way for an invalid address', async () => {
      await expect(openGateway({ url: 'a media server' })).rejects.toMatchObject(unavailable);
    });

    it('fails if the server there never answers', async () => {
      const url = await openFakeServer(() => null);
      await expect(openGateway({ url, connectTimeoutMs: 200 })).rejects.toMatchObject(unavailable);
    });

    it('waits for a media server that is still starting', async () => {
      const first = await openServer();
      const port = Number(new URL(first.url).port);
      await first.close();
      const opening = openGateway({ url: first.url });
      await openServer(port);
      const { gateway } = await opening;
      expect(await gateway.listPipelines()).toEqual([]);
    });
  });

  describe('releasing', () => {
    it('a refused offer leaves nothing of its link behind', async () => {
      const server = await openServer();
      const { gateway } = await openGateway({ url: server.url });
      const pipeline = await gateway.openPipeline(pipelineRequest);
      const { objects } = server.counts();
      const request = { sdpOffer: garbage, maxVideoKbps: 1_000, listener: linkListener };
      await expect(pipeline.connectViewer(request)).rejects.toMatchObject({ code: 'bad-offer' });
      expect(server.counts().objects).toBe(objects);
    });

    it('a gateway that closes while a pipeline is opening closes it too', async () => {
      const server = await openServer();
      const { gateway } = await openGateway({ url: server.url });
      const opening = gateway.openPipeline(pipelineRequest);
      const outcome = expect(opening).rejects.toMatchObject({ name: 'AppError' });
      await Promise.all([gateway.close(), gateway.close()]);
      await outcome;
      expect(server.counts().objects).toBe(0);
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject({ name: 'AppError' });
    });

    it('a pipeline whose creation was answered too late is still released', async () => {
      const server = await openServer();
      const wire = await openWire(server.url);
      closer.add(wire.close);
      const { gateway } = await openGateway({ url: wire.url, requestTimeoutMs: 100 });
      wire.freeze();
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject(unavailable);
      expect(server.counts().objects).toBe(1);
      wire.thaw();
      await vi.waitFor(() => expect(server.counts().objects).toBe(0));
    });

    it('a subscription that fails makes the opening fail and affects nothing else', async () => {
      const url = await openFakeServer(({ method }) => {
        if (method === 'subscribe') return { error: { code: 40106, message: "Event 'Error' not supported" } };
        if (method === 'describe') {
          const type = { type: 'ServerManager', qualifiedType: 'kurento.ServerManager', hierarchy: [] };
          return { result: { ...type, sessionId: 's' } };
        }
        return { result: { value: 'x_kurento.MediaPipeline', sessionId: 's' } };
      });
      const { gateway } = await openGateway({ url });
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject({ code: 'media-failed' });
      await gateway.describe();
    });
  });

  it('survives messages of a media server that make no sense', async () => {
    const event = (value: unknown) => JSON.stringify({ jsonrpc: '2.0', method: 'onEvent', params: { value } });
    const nonsense = [
      'this is no JSON',
      '',
      'null',
      '[]',
      '{}',
      '{"jsonrpc":"2.0","method":"onEvent"}',
      '{"jsonrpc":"2.0","method":"onEvent","params":null}',
      event(null),
      event({ type: 'NoSuchEvent', object: 'nobody', data: {} }),
      event({ type: 'Error', object: 'manager_ServerManager', data: null }),
      '{"jsonrpc":"2.0","id":1,"method":"what"}',
      '{"jsonrpc":"2.0","id":4711,"result":{"value":"late"}}',
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
      '{"jsonrpc":"2.0","id":4712,"result":{},"error":{}}',
    ];
    const url = await openFakeServer(({ method }) => {
      if (method !== 'describe') return { result: { value: 'pong', sessionId: 's' } };
      const type = { type: 'ServerManager', qualifiedType: 'kurento.ServerManager', hierarchy: [] };
      return { result: { ...type, sessionId: 's' } };
    }, nonsense);
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    try {
      const { gateway } = await openGateway({ url });
      for (let asked = 0; asked < 3; asked += 1) await gateway.describe();
      expect(uncaught).toEqual([]);
    } finally {
      process.off('uncaughtException', note);
    }
  });

  describe('an outage', () => {
    it('that is over soon, with the media server still there, loses nothing', async () => {
      const server = await openServer();
      const wire = await openWire(server.url);
      closer.add(wire.close);
      const { gateway, told } = await openGateway({ url: wire.url, requestTimeoutMs: 500 });
      const pipeline = await gateway.openPipeline(pipelineRequest);
      wire.cut();
      const request = { sdpOffer: garbage, maxVideoKbps: 1_000, listener: linkListener };
      // A request that was under way when the connection broke is lost; the next one is answered.
      await vi.waitFor(
        () => expect(pipeline.connectViewer(request)).rejects.toMatchObject({ code: 'bad-offer' }),
        5_000,
      );
      expect(await gateway.listPipelines()).toHaveLength(1);
      expect(told).toEqual([]);
    });

    it('in which the media server restarts loses every pipeline, once, and the gateway still works', async () => {
      const server = await openServer();
      const { gateway, told, tells } = await openGateway({ url: server.url });
      const pipeline = await gateway.openPipeline(pipelineRequest);
      await server.close();
      await openServer(Number(new URL(server.url).port));
      await tells(2);
      expect(told).toEqual(['lost: media-server-unavailable', 'regained']);
      const request = { sdpOffer: garbage, maxVideoKbps: 1_000, listener: linkListener };
      await expect(pipeline.connectViewer(request)).rejects.toMatchObject(unavailable);
      await pipeline.close();
      const next = await gateway.openPipeline(pipelineRequest);
      expect(await gateway.listPipelines()).toHaveLength(1);
      await next.close();
    });

    it('that is too long counts as a loss, and what survived it is released', async () => {
      const server = await openServer();
      const wire = await openWire(server.url);
      closer.add(wire.close);
      const { gateway, told, tells } = await openGateway({ url: wire.url, outageTimeoutMs: 100 });
      await gateway.openPipeline(pipelineRequest);
      wire.sever();
      await tells(1);
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject(unavailable);
      expect(server.counts().objects).toBeGreaterThan(0);
      wire.mend();
      await tells(2);
      expect(told).toEqual(['lost: media-server-unavailable', 'regained']);
      await vi.waitFor(() => expect(server.counts().objects).toBe(0));
    });

    it('makes requests fail after their timeout instead of waiting for its end', async () => {
      const server = await openServer();
      const wire = await openWire(server.url);
      closer.add(wire.close);
      const { gateway } = await openGateway({ url: wire.url, requestTimeoutMs: 100 });
      wire.sever();
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject(unavailable);
      await gateway.close();
    });
  });
});
