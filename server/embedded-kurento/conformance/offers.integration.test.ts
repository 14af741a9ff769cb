import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chromeViewerOffer } from '../media/testing/chrome-offer.fixture.ts';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { bridge, type MediaSite } from '../testing/bridge.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

/** One media server with a client and a pipeline. */
type Site = MediaSite & { server: MediaServer };

const sites: Site[] = [];
const peers: TestPeer[] = [];

async function openSite(): Promise<Site> {
  const server = await openMediaServer({ log: silentLog, bindIp: '127.0.0.1' });
  const client = await RawClient.connect(server.url);
  const site = { server, client, pipeline: await client.create('MediaPipeline') };
  sites.push(site);
  return site;
}

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  for (const { server } of sites.splice(0)) await server.close();
});

async function makeEndpoint({ client, pipeline }: Site, params: JsonObject = {}): Promise<string> {
  const endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline, ...params });
  await client.subscribe(
    endpoint,
    'IceCandidateFound',
    'MediaSessionStarted',
    'MediaStateChanged',
    'DataChannelOpened',
  );
  return endpoint;
}

async function join({ client }: Site, endpoint: string, role: 'presenter' | 'viewer'): Promise<TestPeer> {
  const peer = await TestPeer.join(client, endpoint, { role });
  peers.push(peer);
  return peer;
}

describe('offers of our own', () => {
  let site: Site;
  beforeEach(async () => {
    site = await openSite();
  });

  it('R61: are shaped like Kurento’s', async () => {
    const { client } = site;
    const endpoint = await makeEndpoint(site);
    await client.invoke(endpoint, 'setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: 900 });
    const offer = String(await client.invoke(endpoint, 'generateOffer'));
    const lines = offer.split('\r\n');
    expect(lines).toContain('a=group:BUNDLE audio0 video0');
    expect(lines).toContain('m=audio 1 RTP/SAVPF 96 0 8');
    expect(lines).toContain('m=video 1 RTP/SAVPF 102 103 101 100');
    expect(lines.filter((line) => line.startsWith('b='))).toEqual(['b=AS:900']);
    for (const line of ['a=setup:actpass', 'a=rtcp-mux', 'a=sendrecv']) {
      expect(lines.filter((other) => other === line)).toHaveLength(2);
    }
    expect(new Set(lines.filter((line) => line.startsWith('a=fingerprint:sha-256 '))).size).toBe(1);
    expect(offer).not.toContain('a=candidate');
  });

  it('R165: the codec requested of an endpoint comes first in its offers and answers', async () => {
    const { client } = site;
    const caps = { codec: 'H264', framerate: { numerator: 30, denominator: 1 } };
    const [offerer, answerer] = [await makeEndpoint(site), await makeEndpoint(site)];
    for (const endpoint of [offerer, answerer]) await client.invoke(endpoint, 'setVideoFormat', { caps });
    const offer = String(await client.invoke(offerer, 'generateOffer'));
    expect(offer).toContain('\r\nm=video 1 RTP/SAVPF 103 102 101 100\r\n');
    const viewers = chromeViewerOffer.replaceAll('\n', '\r\n');
    const h264 = /a=rtpmap:(\d+) H264/.exec(viewers)?.[1];
    const answer = String(await client.invoke(answerer, 'processOffer', { offer: viewers }));
    expect(answer).toMatch(new RegExp(`^m=video 1 UDP/TLS/RTP/SAVPF ${h264} `, 'm'));
  });

  it.each([
    [{}, {}, ['sendrecv', 'sendrecv']],
    [{ recvonly: true }, {}, ['recvonly', 'recvonly']],
    [{ sendonly: true }, {}, ['sendonly', 'sendonly']],
    [{}, { offerToReceiveAudio: false }, ['sendonly', 'sendrecv']],
    [{ recvonly: true }, { offerToReceiveVideo: false }, ['recvonly', 'inactive']],
  ])('R62: directions of %j with %j are %j', async (params, options, directions) => {
    const endpoint = await makeEndpoint(site, params);
    const offer = String(await site.client.invoke(endpoint, 'generateOffer', { options }));
    expect(offer.match(/(?<=a=)(sendrecv|sendonly|recvonly|inactive)/g)).toEqual(directions);
  });

  it('R63: negotiate once, and report the right order', async () => {
    const { client } = site;
    const endpoint = await makeEndpoint(site);
    const failure = (operation: string, params?: JsonObject) => client.invokeFailure(endpoint, operation, params);
    expect(await failure('processAnswer', { answer: 'v=0' })).toMatch(/^40209 Offer not generated/);
    expect(await failure('getLocalSessionDescriptor')).toBe('40202 No local SDP');
    const offer = await client.invoke(endpoint, 'generateOffer');
    expect(await failure('generateOffer')).toBe('40208 Endpoint already negotiated');
    expect(await failure('processOffer', { offer: chromeViewerOffer })).toBe('40208 Endpoint already negotiated');
    expect(await client.invoke(endpoint, 'getLocalSessionDescriptor')).toBe(offer);
    expect(await failure('getRemoteSessionDescriptor')).toBe('40203 No remote SDP');
    expect(await failure('processAnswer', { answer: 'hello' })).toBe('40201 Invalid SDP');
    expect(await failure('processAnswer', { answer: '' })).toBe('40201 Empty answer not valid');
    const other = await makeEndpoint(site);
    const answer = String(await client.invoke(other, 'processOffer', { offer: String(offer) }));
    expect(await failure('processAnswer', { answer: answer.replace(/m=video.*$/s, '') })).toMatch(
      /^40206 The answer has 1/,
    );
    expect(client.events.some(({ object, type }) => object === endpoint && type === 'MediaSessionStarted')).toBe(false);
    expect(await client.invoke(endpoint, 'processAnswer', { answer })).toMatch(/^v=0/);
    expect(client.events.some(({ object, type }) => object === endpoint && type === 'MediaSessionStarted')).toBe(true);
    expect(await failure('processAnswer', { answer })).toMatch(/^40210 /);
    expect(await client.invoke(endpoint, 'getRemoteSessionDescriptor')).toBe(answer);
    expect(await client.invokeFailure(other, 'processAnswer', { answer })).toMatch(/^40209 /);
  });

  it('D19: send their candidates after the answer, also when gathering was requested before', async () => {
    const { client } = site;
    const [endpoint, other] = [await makeEndpoint(site), await makeEndpoint(site)];
    await client.subscribe(endpoint, 'IceCandidateFound');
    const found = () =>
      client.events.filter(({ object, type }) => object === endpoint && type === 'IceCandidateFound').length;
    const offer = String(await client.invoke(endpoint, 'generateOffer'));
    await client.invoke(endpoint, 'gatherCandidates');
    const answer = String(await client.invoke(other, 'processOffer', { offer }));
    expect(found()).toBe(0);
    await client.invoke(endpoint, 'processAnswer', { answer });
    await client.event('IceCandidateFound', ({ object }) => object === endpoint);
  });

  it('R64: the answer decides which media there is: one kind may be rejected', async () => {
    const { client } = site;
    const endpoint = await makeEndpoint(site);
    const other = await makeEndpoint(site);
    const offer = String(await client.invoke(endpoint, 'generateOffer'));
    const answer = String(await client.invoke(other, 'processOffer', { offer }));
    const turnedDown = answer.replace(/m=audio 1 /, 'm=audio 0 ');
    const local = String(await client.invoke(endpoint, 'processAnswer', { answer: turnedDown }));
    expect(local).toContain('m=video 1 ');
    expect(local).not.toContain('m=audio 1 ');
  });

  it('R65: two servers are bridged, whichever makes the offer', async () => {
    const edge = await openSite();
    const presenterEndpoint = await makeEndpoint(site);
    await join(site, presenterEndpoint, 'presenter');
    for (const offerer of ['origin', 'edge']) {
      const [out, into] = [await makeEndpoint(site), await makeEndpoint(edge)];
      const viewerEndpoint = await makeEndpoint(edge);
      await site.client.invoke(presenterEndpoint, 'connect', { sink: out });
      await edge.client.invoke(into, 'connect', { sink: viewerEndpoint });
      if (offerer === 'origin') await bridge(site, out, edge, into);
      else await bridge(edge, into, site, out);
      const viewer = await join(edge, viewerEndpoint, 'viewer');
      await Promise.all([viewer.receives('audio', 10), viewer.receives('video', 10)]);
      expect(await edge.client.invoke(into, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
    }
  });

  it('R65: two endpoints of one server are bridged', async () => {
    const [presenterEndpoint, out] = [await makeEndpoint(site), await makeEndpoint(site)];
    const [into, viewerEndpoint] = [await makeEndpoint(site), await makeEndpoint(site)];
    await site.client.invoke(presenterEndpoint, 'connect', { sink: out });
    await site.client.invoke(into, 'connect', { sink: viewerEndpoint });
    await bridge(site, out, site, into);
    await join(site, presenterEndpoint, 'presenter');
    const viewer = await join(site, viewerEndpoint, 'viewer');
    await viewer.receives('video', 10);
  });

  it('R66: an endpoint that is connected to itself returns its peer’s media', async () => {
    const endpoint = await makeEndpoint(site);
    await site.client.invoke(endpoint, 'connect', { sink: endpoint });
    const peer = await TestPeer.join(site.client, endpoint, { role: 'both' });
    peers.push(peer);
    await Promise.all([peer.receives('audio', 10), peer.receives('video', 10)]);
  });

  it('R67: data channels are offered, and open on both sides', async () => {
    const [one, other] = [
      await makeEndpoint(site, { useDataChannels: true }),
      await makeEndpoint(site, { useDataChannels: true }),
    ];
    await bridge(site, one, site, other);
    await site.client.event('MediaSessionStarted', ({ object }) => object === one);
    await site.client.invoke(one, 'createDataChannel', { label: 'bridge' });
    await site.client.event('DataChannelOpened', ({ object }) => object === other);
  });
});
