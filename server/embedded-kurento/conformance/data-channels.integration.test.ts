import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromeViewerOffer } from '../media/testing/chrome-offer.fixture.ts';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

describe('data channels', () => {
  let server: MediaServer;
  let client: RawClient;
  let pipeline: string;
  const peers: TestPeer[] = [];

  beforeAll(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await RawClient.connect(server.url);
  });
  beforeEach(async () => {
    pipeline = await client.create('MediaPipeline');
    client.events.length = 0;
  });
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close();
    await client.result('release', { object: pipeline });
  });
  afterAll(() => server.close());

  async function makeEndpoint(params: { useDataChannels?: boolean } = { useDataChannels: true }): Promise<string> {
    const endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline, ...params });
    await client.subscribe(endpoint, 'DataChannelOpened', 'DataChannelClosed');
    return endpoint;
  }

  async function join(endpoint: string, role: 'presenter' | 'viewer'): Promise<TestPeer> {
    const peer = await TestPeer.join(client, endpoint, { role, dataLabel: 'chat' });
    peers.push(peer);
    return peer;
  }

  async function joinWithChannel(role: 'presenter' | 'viewer'): Promise<{ endpoint: string; peer: TestPeer }> {
    const endpoint = await makeEndpoint();
    const peer = await join(endpoint, role);
    await client.event('DataChannelOpened', ({ object }) => object === endpoint);
    return { endpoint, peer };
  }

  const until = (condition: () => boolean) => expect.poll(condition, { timeout: 5_000, interval: 10 }).toBe(true);

  it('R105: messages of a presenter reach every viewer behind a PassThrough, text as text and bytes as bytes', async () => {
    const presenter = await joinWithChannel('presenter');
    const viewers = [await joinWithChannel('viewer'), await joinWithChannel('viewer')];
    const relay = await client.create('PassThrough', { mediaPipeline: pipeline });
    await client.invoke(presenter.endpoint, 'connect', { sink: relay, mediaType: 'DATA' });
    for (const { endpoint } of viewers) await client.invoke(relay, 'connect', { sink: endpoint, mediaType: 'DATA' });
    presenter.peer.channels[0]?.sendMessage('hello');
    presenter.peer.channels[0]?.sendMessageBinary(Buffer.from([0, 1, 254]));
    for (const { peer } of viewers) {
      await until(() => peer.messages.length === 2);
      expect(peer.messages).toEqual(['hello', Buffer.from([0, 1, 254])]);
    }
    expect(presenter.peer.messages).toEqual([]);
  });

  it('R105: an endpoint connected to itself returns messages', async () => {
    const { endpoint, peer } = await joinWithChannel('presenter');
    await client.invoke(endpoint, 'connect', { sink: endpoint });
    peer.channels[0]?.sendMessage('echo');
    await until(() => peer.messages.includes('echo'));
  });

  it('R106: the server opens and closes channels, and sends the events', async () => {
    const { endpoint, peer } = await joinWithChannel('viewer');
    await client.invoke(endpoint, 'createDataChannel', {
      label: 'news',
      ordered: false,
      maxRetransmits: 3,
      protocol: 'x',
    });
    await until(() => peer.channels.some((channel) => channel.getLabel() === 'news'));
    const opened = () =>
      client.events.filter(({ object, type }) => object === endpoint && type === 'DataChannelOpened');
    // The peer may know earlier than the server itself.
    await until(() => opened().length >= 2);
    expect(opened()).toHaveLength(2);
    const id = opened()[1]?.data.channelId;
    expect(id).toBe(peer.channels[1]?.getId());
    await client.invoke(endpoint, 'closeDataChannel', { channelId: Number(id) });
    const closed = await client.event('DataChannelClosed', ({ object }) => object === endpoint);
    expect(closed.data).toMatchObject({ channelId: id, type: 'DataChannelClosed' });
    expect(await client.invoke(endpoint, 'closeDataChannel', { channelId: 999 })).toBe(null);
  });

  it('R106: the peer closes a channel, which is reported', async () => {
    const { endpoint, peer } = await joinWithChannel('viewer');
    peer.channels[0]?.close();
    await client.event('DataChannelClosed', ({ object }) => object === endpoint);
  });

  it('R107: channels are counted', async () => {
    const { endpoint, peer } = await joinWithChannel('presenter');
    peer.channels[0]?.sendMessage('four');
    const find = async () => {
      const stats = Object.values(Object(await client.invoke(endpoint, 'getStats', { mediaType: 'DATA' })));
      expect(stats).toHaveLength(1);
      return stats[0];
    };
    await expect.poll(async () => Object(await find()).messagesReceived).toBe(1);
    expect(await find()).toMatchObject({
      __type__: 'RTCDataChannelStats',
      type: 'datachannel',
      label: 'chat',
      protocol: '',
      state: 'open',
      bytesReceived: 4,
      messagesSent: 0,
    });
  });

  it('R108: an endpoint without data channels rejects their m-line and opens none', async () => {
    const endpoint = await makeEndpoint({});
    await join(endpoint, 'viewer');
    const answer = String(await client.invoke(endpoint, 'getLocalSessionDescriptor'));
    expect(answer).toMatch(/m=application 0 /);
    expect(await client.invokeFailure(endpoint, 'createDataChannel')).toBe('40111 Data channels are not supported');
  });

  it('R108: an offer without data channels leads to none', async () => {
    const endpoint = await makeEndpoint();
    expect(await client.invokeFailure(endpoint, 'createDataChannel')).toBe('40111 Data channels are not supported');
    await client.invoke(endpoint, 'processOffer', { offer: chromeViewerOffer });
    expect(await client.invokeFailure(endpoint, 'createDataChannel')).toBe('40111 Data channels are not supported');
    expect(await client.invokeFailure(endpoint, 'closeDataChannel', { channelId: 1 })).toMatch(/^40111 /);
  });

  it('R108: a channel cannot be limited in two ways', async () => {
    const { endpoint } = await joinWithChannel('viewer');
    const limits = { maxPacketLifeTime: 100, maxRetransmits: 2 };
    expect(await client.invokeFailure(endpoint, 'createDataChannel', limits)).toMatch(
      /^40107 Give maxPacketLifeTime or/,
    );
  });
});
