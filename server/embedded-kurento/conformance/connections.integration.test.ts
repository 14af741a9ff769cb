import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

describe('connections', () => {
  let server: MediaServer;
  let client: RawClient;
  let pipeline: string;
  let one: string;
  let two: string;
  let sink: string;

  beforeAll(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await RawClient.connect(server.url);
  });
  afterAll(() => server.close());

  beforeEach(async () => {
    pipeline = await client.create('MediaPipeline');
    const make = () => client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
    [one, two, sink] = [await make(), await make(), await make()];
    for (const id of [one, two, sink]) await client.subscribe(id, 'ElementConnected', 'ElementDisconnected');
    client.events.length = 0;
  });

  /** The events since the last call, as `one+VIDEO` for a connection and `one-VIDEO` for its end. */
  function happened(): string[] {
    const name = (id: unknown) => (id === one ? 'one' : id === two ? 'two' : 'sink');
    const told = client.events.map(({ object, type, data }) => {
      return `${name(object)}${type === 'ElementConnected' ? '+' : '-'}${data.mediaType}`;
    });
    client.events.length = 0;
    return told;
  }

  const connect = (source: string, params: object) => client.invoke(source, 'connect', { ...params });
  const disconnect = (source: string, params: object) => client.invoke(source, 'disconnect', { ...params });
  const sources = async (id: string) =>
    Object(await client.invoke(id, 'getSourceConnections')) as { source: string; type: string }[];

  it('R21, D5: connects all three kinds, and sends the events before it replies', async () => {
    expect(await connect(one, { sink })).toBe(null);
    expect(client.events[0]).toEqual({
      object: one,
      type: 'ElementConnected',
      data: {
        source: one,
        sink,
        mediaType: 'AUDIO',
        sourceMediaDescription: 'default',
        sinkMediaDescription: 'default',
        tags: [],
        timestampMillis: expect.any(String),
        type: 'ElementConnected',
      },
    });
    expect(happened()).toEqual(['one+AUDIO', 'one+VIDEO', 'one+DATA']);
    expect(await client.invoke(sink, 'getSourceConnections', { mediaType: 'VIDEO' })).toEqual([
      {
        __module__: 'kurento',
        __type__: 'ElementConnectionData',
        source: one,
        sink,
        type: 'VIDEO',
        sourceDescription: 'default',
        sinkDescription: 'default',
      },
    ]);
    expect(await client.invoke(one, 'getSinkConnections')).toHaveLength(3);
  });

  it('R22: a sink has one source for each kind, and the former one gets its event first', async () => {
    await connect(one, { sink });
    happened();
    await connect(two, { sink, mediaType: 'VIDEO' });
    expect(happened()).toEqual(['one-VIDEO', 'two+VIDEO']);
    expect((await sources(sink)).map(({ source, type }) => [source, type])).toEqual([
      [one, 'AUDIO'],
      [two, 'VIDEO'],
      [one, 'DATA'],
    ]);
    await connect(two, { sink, mediaType: 'VIDEO' });
    expect(happened()).toEqual(['two-VIDEO', 'two+VIDEO']);
  });

  it('R22: a source has as many sinks as are connected to it', async () => {
    const relay = await client.create('PassThrough', { mediaPipeline: pipeline });
    for (const target of [sink, two, relay, one]) await connect(one, { sink: target, mediaType: 'VIDEO' });
    expect(await client.invoke(one, 'getSinkConnections')).toHaveLength(4);
  });

  it('R23: disconnects by kind, and reports what was not connected all the same', async () => {
    await connect(one, { sink });
    happened();
    await disconnect(one, { sink, mediaType: 'VIDEO' });
    expect(happened()).toEqual(['one-VIDEO']);
    expect(await sources(sink)).toHaveLength(2);
    await disconnect(two, { sink });
    expect(happened()).toEqual(['two-AUDIO', 'two-VIDEO', 'two-DATA']);
    expect(await sources(sink)).toHaveLength(2);
  });

  it('R23: releasing a sink or a source ends its connections', async () => {
    await connect(one, { sink });
    happened();
    await client.result('release', { object: sink });
    expect(happened()).toEqual(['one-AUDIO', 'one-VIDEO', 'one-DATA']);
    expect(await client.invoke(one, 'getSinkConnections')).toEqual([]);
    await connect(one, { sink: two });
    await client.result('release', { object: one });
    expect(await sources(two)).toEqual([]);
  });

  it('R24: refuses what cannot be connected', async () => {
    const other = await client.create('MediaPipeline');
    const foreign = await client.create('PassThrough', { mediaPipeline: other });
    const failure = (params: object) => client.invokeFailure(one, 'connect', { ...params });
    expect(await failure({ sink: foreign })).toBe('40004 Media elements do not share pipeline');
    expect(await failure({ sink: 'nope' })).toBe("40101 Object 'nope' not found");
    expect(await failure({ sink: null })).toBe("40101 Object '' not found");
    expect(await failure({ sink, mediaType: 'SMELL' })).toBe("40001 Invalid value for 'MediaType'");
    expect(happened()).toEqual([]);
    expect(await disconnect(one, { sink: foreign })).toBe(null);
  });

  it('R26: a circle of elements that pass media on feeds nothing and stops nothing', async () => {
    const make = () => client.create('PassThrough', { mediaPipeline: pipeline });
    const [a, b] = [await make(), await make()];
    await connect(a, { sink: b });
    await connect(b, { sink: a });
    await connect(b, { sink });
    expect(await client.invoke(b, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(false);
    await disconnect(b, { sink: a });
    await connect(one, { sink: a });
    expect(await sources(a)).toHaveLength(3);
  });

  it('R30: nothing flows before media arrives, and DATA never does', async () => {
    expect(await client.invoke(one, 'isMediaFlowingIn', { mediaType: 'AUDIO' })).toBe(false);
    expect(await client.invoke(one, 'isMediaTranscoding', { mediaType: 'VIDEO' })).toBe(false);
    expect(await client.invokeFailure(one, 'isMediaFlowingOut', { mediaType: 'DATA' })).toMatch(/^40107 /);
    expect(await client.invokeFailure(one, 'requestKeyframe')).toMatch(/^40111 /);
  });
});
