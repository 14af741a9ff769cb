import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

const manager = 'manager_ServerManager';

describe('sessions', () => {
  let server: MediaServer;
  let client: RawClient;

  beforeEach(async () => {
    server = await openMediaServer({ log: silentLog, garbageCollectorPeriodMs: 300 });
    client = await RawClient.connect(server.url);
  });
  afterEach(() => server.close());

  it('R6: a pong names a session only when there is one', async () => {
    expect(await client.result('ping', { interval: 5000 })).toEqual({ value: 'pong' });
    const { sessionId } = await client.result('describe', { object: manager });
    expect(await client.result('ping')).toEqual({ value: 'pong', sessionId });
    expect(await client.result('ping', { sessionId: 'no-such-session' })).toEqual({
      value: 'pong',
      sessionId: 'no-such-session',
    });
    expect(await client.failure('connect')).toBe('40007 Invalid session');
  });

  it('R7: two requests in a row on a fresh socket share the session that is opened for them', async () => {
    const ids = [client.post('describe', { object: manager }), client.post('create', { type: 'MediaPipeline' })];
    const [first, second] = await Promise.all(ids.map((id) => client.replyTo(id)));
    expect(first?.result?.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.result?.sessionId).toBe(first?.result?.sessionId);
  });

  it('R7: accepts any session that a client names', async () => {
    const result = await client.result('create', { type: 'MediaPipeline', sessionId: 'my-own-session' });
    expect(result.sessionId).toBe('my-own-session');
    expect(await client.result('connect', { sessionId: 'my-own-session' })).toMatchObject({
      sessionId: 'my-own-session',
    });
  });

  it('R8: connect opens a session, finds a known one, and refuses an unknown one', async () => {
    const made = await client.result('connect');
    expect(made).toEqual({ serverId: expect.any(String), sessionId: expect.any(String) });
    expect(await client.result('connect', { sessionId: made.sessionId })).toEqual(made);
    expect(await client.failure('connect', { sessionId: 'unknown' })).toBe('40007 Invalid session');
    expect(await client.result('keepAlive')).toEqual({ sessionId: made.sessionId });
    expect(await client.failure('keepAlive', { sessionId: 'unknown' })).toBe('40007 Invalid session');
    const other = await RawClient.connect(server.url);
    expect(await other.failure('keepAlive')).toBe('40007 Invalid session');
  });

  it('R9: events go to the socket that used the session last', async () => {
    client.sessionId = 'shared';
    await client.subscribe(manager, 'ObjectCreated');
    const other = await RawClient.connect(server.url);
    await other.result('connect', { sessionId: 'shared' });
    const third = await RawClient.connect(server.url);
    const first = await third.create('MediaPipeline');
    await other.event('ObjectCreated', ({ data }) => data.object === first);
    await client.result('ping');
    const second = await third.create('MediaPipeline');
    await client.event('ObjectCreated', ({ data }) => data.object === second);
    expect(client.events).toHaveLength(1);
    expect(other.events).toHaveLength(1);
    client.drop();
    await client.untilClosed();
    await third.result('describe', { object: manager });
    const last = await third.create('MediaPipeline');
    await other.event('ObjectCreated', ({ data }) => data.object === last);
  });

  it('R10: the objects of a session outlive its socket for a while, and come back with its subscriptions', async () => {
    client.sessionId = 'restored';
    const pipeline = await client.create('MediaPipeline');
    await client.subscribe(manager, 'ObjectCreated');
    client.drop();
    await client.untilClosed();
    const back = await RawClient.connect(server.url);
    back.sessionId = 'restored';
    expect(await back.result('connect')).toMatchObject({ sessionId: 'restored' });
    await back.result('describe', { object: pipeline });
    await back.create('MediaPipeline');
    await back.event('ObjectCreated');
    // Wait until two other sessions without a socket have been collected.
    await back.subscribe(manager, 'ObjectDestroyed');
    for (let times = 0; times < 2; times += 1) {
      const leaving = await RawClient.connect(server.url);
      const left = await leaving.create('MediaPipeline');
      leaving.drop();
      await back.event('ObjectDestroyed', ({ data }) => data.objectId === left);
    }
    // An open socket keeps its session alive without saying anything.
    await back.result('describe', { object: pipeline });
  });

  it('R10: a session without a socket ends after one to two periods, and its objects with it', async () => {
    const observer = await RawClient.connect(server.url);
    await observer.subscribe(manager, 'ObjectDestroyed');
    client.sessionId = 'abandoned';
    const pipeline = await client.create('MediaPipeline');
    const element = await client.create('PassThrough', { mediaPipeline: pipeline });
    const droppedAt = performance.now();
    client.drop();
    await observer.event('ObjectDestroyed', ({ data }) => data.objectId === pipeline);
    expect(performance.now() - droppedAt).toBeGreaterThan(250);
    expect(observer.events.map(({ data }) => data.objectId)).toEqual([element, pipeline]);
    expect(await observer.failure('connect', { sessionId: 'abandoned' })).toBe('40007 Invalid session');
    expect(server.counts()).toMatchObject({ objects: 0, sessions: 1 });
  });

  it('R11: a session that uses an object keeps it alive when its creator goes', async () => {
    const other = await RawClient.connect(server.url);
    client.sessionId = 'maker';
    const pipeline = await client.create('MediaPipeline');
    await other.result('describe', { object: pipeline });
    await client.result('closeSession');
    await other.result('describe', { object: pipeline });
    await other.result('unref', { object: pipeline });
    expect(await other.failure('describe', { object: pipeline })).toBe(`40101 Object '${pipeline}' not found`);
    await other.result('unref', { object: pipeline });
    expect(await other.failure('ref', { object: 'nope' })).toBe("40101 Object 'nope' not found");
  });

  it('R11: unref ends an object that no other session holds, but not its parent', async () => {
    const pipeline = await client.create('MediaPipeline');
    const element = await client.create('PassThrough', { mediaPipeline: pipeline });
    await client.result('ref', { object: element });
    await client.result('unref', { object: element });
    expect(await client.failure('describe', { object: element })).toMatch(/^40101/);
    expect(await client.invoke(pipeline, 'getChildren')).toEqual([]);
  });

  it('R11, D4: closeSession releases everything and answers with an object', async () => {
    client.sessionId = 'ending';
    const pipeline = await client.create('MediaPipeline');
    expect(await client.result('closeSession')).toEqual({ sessionId: 'ending' });
    expect(await client.failure('connect', { sessionId: 'ending' })).toBe('40007 Invalid session');
    expect(await client.failure('describe', { object: pipeline })).toMatch(/^40101/);
  });

  it.each([
    { name: 'closes its session', operation: { id: 0, jsonrpc: '2.0', method: 'closeSession' }, waits: false },
    { name: 'loses its socket', operation: null, waits: true },
  ])('R10: objects that a transaction creates after it $name end with the session', async ({ operation, waits }) => {
    client.sessionId = 'transacting';
    const interval = { object: manager, operation: 'getUsedCpu', operationParams: { interval: 1_500 } };
    const first = operation ?? { id: 0, jsonrpc: '2.0', method: 'invoke', params: interval };
    const create = { id: 1, jsonrpc: '2.0', method: 'create', params: { type: 'MediaPipeline' } };
    const observer = await RawClient.connect(server.url);
    await observer.subscribe(manager, 'ObjectCreated', 'ObjectDestroyed');
    const id = client.post('transaction', { operations: [first, create] });
    // Long enough for the session to end while the first operation waits.
    if (waits) await client.result('ping');
    else await client.replyTo(id);
    client.drop();
    const { data } = await observer.event('ObjectCreated');
    await observer.event('ObjectDestroyed', (event) => event.data.objectId === data.object);
    expect(server.counts()).toMatchObject({ objects: 0, sessions: 1 });
  });

  it('R12: a repeated request is not carried out twice, whatever its content', async () => {
    client.sessionId = 'repeating';
    const request = { type: 'MediaPipeline' };
    const first = await client.request('create', request, 5000);
    expect(await client.request('create', request, 5000)).toEqual(first);
    expect(await client.request('invoke', { object: manager, operation: 'getInfo' }, 5000)).toEqual(first);
    expect(await client.request('create', request, '5000')).not.toEqual(first);
    expect(server.counts().objects).toBe(2);
  });

  it('R12: a repetition that overtakes the reply waits for the same one', async () => {
    client.sessionId = 'impatient';
    const params = { object: manager, operation: 'getUsedCpu', operationParams: { interval: 200 } };
    client.post('invoke', params, 1);
    client.post('invoke', params, 1);
    const [first, second] = [await client.replyTo(1), await client.replyTo(1)];
    expect(second).toEqual(first);
  });
});
