import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { srtpMasterKeyBytes } from '../media/rtp-link-types.ts';
import { SrtpReceiver, SrtpSender } from '../media/transport/srtp.ts';
import { type MediaServer, type MediaServerOptions, openMediaServer } from '../media-server.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { bridgeRtp } from '../testing/bridge.ts';
import { RawClient } from '../testing/raw-client.ts';
import { RtpPeer, rtpDescription, rtpDescriptionFrom } from '../testing/rtp-peer.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

/** One media server with a client and a pipeline. */
type Site = { server: MediaServer; client: RawClient; pipeline: string };

const suite = 'AES_128_CM_HMAC_SHA1_80';
const key = 'a master key of thirty letters';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openSite(options: Partial<MediaServerOptions> = {}): Promise<Site> {
  const server = await openMediaServer({ log: silentLog, bindIp: '127.0.0.1', ...options });
  closing.push(() => server.close());
  const client = await RawClient.connect(server.url);
  return { server, client, pipeline: await client.create('MediaPipeline') };
}

async function makeEndpoint({ client, pipeline }: Site, params: JsonObject = {}): Promise<string> {
  const endpoint = await client.create('RtpEndpoint', { mediaPipeline: pipeline, ...params });
  const events = ['MediaSessionStarted', 'ConnectionStateChanged', 'MediaStateChanged', 'MediaFlowOutStateChanged'];
  await client.subscribe(endpoint, ...events, 'Error', 'OnKeySoftLimit');
  return endpoint;
}

async function join(
  { client, pipeline }: Site,
  role: 'presenter' | 'viewer',
  from?: string,
): Promise<[TestPeer, string]> {
  const endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
  if (from !== undefined) await client.invoke(from, 'connect', { sink: endpoint });
  const peer = await TestPeer.join(client, endpoint, { role });
  closing.push(() => peer.close());
  return [peer, endpoint];
}

async function openPeer(kind: 'audio' | 'video', ...more: [number?, string?]): Promise<RtpPeer> {
  const peer = await RtpPeer.open(kind, ...more);
  closing.push(() => peer.close());
  return peer;
}

/** Sends the offer of a plain RTP peer, and returns the answer. */
async function answer({ client }: Site, endpoint: string, offer: string): Promise<string> {
  return String(await client.invoke(endpoint, 'processOffer', { offer }));
}

describe('RtpEndpoint', () => {
  let site: Site;
  beforeEach(async () => {
    site = await openSite();
  });

  it('R68: offers real ports, RTCP on the next one, and nothing of WebRTC', async () => {
    const endpoint = await makeEndpoint(site);
    await site.client.invoke(endpoint, 'setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: 900 });
    const offer = String(await site.client.invoke(endpoint, 'generateOffer'));
    const ports = [...offer.matchAll(/^m=(audio|video) (\d+) RTP\/AVPF /gm)].map((found) => Number(found[2]));
    expect(ports).toHaveLength(2);
    for (const port of ports) {
      expect(port % 2).toBe(0);
      expect(offer).toContain(`\r\na=rtcp:${port + 1}\r\n`);
    }
    expect(offer).toContain('\r\nc=IN IP4 127.0.0.1\r\n');
    expect(offer.match(/^b=.*$/gm)).toEqual(['b=AS:900']);
    expect(offer).toMatch(/^m=audio \d+ RTP\/AVPF 96 0 8\r$/m);
    expect(offer).toMatch(/^m=video \d+ RTP\/AVPF 102 103 101 100\r$/m);
    expect(offer).not.toMatch(/ice-|fingerprint|rtcp-mux|BUNDLE|candidate|crypto|setup/);
  });

  it('R68: has the events, states and statistics of every endpoint with RTP', async () => {
    const endpoint = await makeEndpoint(site);
    const { client } = site;
    const video = await openPeer('video');
    video.follow(await answer(site, endpoint, rtpDescription(video.describe('sendonly'))));
    await client.event('MediaSessionStarted');
    await client.event('ConnectionStateChanged', ({ data }) => data.newState === 'CONNECTED');
    for (let count = 0; count < 5; count += 1) await video.send();
    await client.event(
      'MediaFlowOutStateChanged',
      ({ data }) => data.state === 'FLOWING' && data.mediaType === 'VIDEO',
    );
    await client.event('MediaStateChanged', ({ data }) => data.newState === 'CONNECTED');
    const stats = Object.values((await client.invoke(endpoint, 'getStats', { mediaType: 'VIDEO' })) as JsonObject);
    expect(stats).toMatchObject([{ type: 'inboundrtp', ssrc: '4444', packetsReceived: 5, packetsLost: 0 }]);
    expect(client.events.map(({ type }) => type).slice(0, 2)).toEqual([
      'MediaSessionStarted',
      'ConnectionStateChanged',
    ]);
    const failure = await client.invokeFailure(endpoint, 'processOffer', { offer: 'v=0' });
    expect(failure).toBe('40208 Endpoint already negotiated');
  });

  it.each([{}, ...Object.keys(srtpMasterKeyBytes).map((crypto) => ({ crypto: { crypto } }))])(
    'R68: two servers are bridged with %j, whichever makes the offer',
    async (params) => {
      const edge = await openSite();
      const [presenter, presenterEndpoint] = await join(site, 'presenter');
      for (const offerer of ['origin', 'edge']) {
        const [out, into] = [await makeEndpoint(site, params), await makeEndpoint(edge, params)];
        await site.client.invoke(presenterEndpoint, 'connect', { sink: out });
        if (offerer === 'origin') await bridgeRtp(site, out, edge, into);
        else await bridgeRtp(edge, into, site, out);
        const [viewer] = await join(edge, 'viewer', into);
        await Promise.all([viewer.receives('audio', 10), viewer.receives('video', 10)]);
        expect(await edge.client.invoke(into, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
      }
      presenter.mute();
    },
  );

  it('R68: media goes from an encoder to a viewer, and from a presenter to a receiver', async () => {
    const endpoint = await makeEndpoint(site);
    const [audio, video] = [await openPeer('audio', 1), await openPeer('video', 2)];
    const reply = await answer(site, endpoint, rtpDescription(audio.describe('sendrecv'), video.describe('sendrecv')));
    for (const peer of [audio, video]) peer.follow(reply);
    const [viewer] = await join(site, 'viewer', endpoint);
    const [, presenterEndpoint] = await join(site, 'presenter');
    await site.client.invoke(presenterEndpoint, 'connect', { sink: endpoint });
    const sending = setInterval(() => void Promise.all([audio.send(), video.send()]), 20);
    try {
      await Promise.all([viewer.receives('audio', 10), viewer.receives('video', 10)]);
    } finally {
      clearInterval(sending);
    }
    const payloadTypeOf = (packet: Buffer) => (packet[1] ?? 0) & 0x7f;
    expect(payloadTypeOf(await audio.receives('rtp'))).toBe(96);
    expect(payloadTypeOf(await video.receives('rtp'))).toBe(97);
  });

  it('R68: sends feedback in whole reports, and only to a peer that accepts feedback', async () => {
    const [modern, old] = [await openPeer('video', 1), await openPeer('video', 2)];
    const isReport = (packet: Buffer) => packet[1] === 201;
    for (const peer of [modern, old]) {
      const endpoint = await makeEndpoint(site);
      const protocol = peer === modern ? 'RTP/AVPF' : 'RTP/AVP';
      peer.follow(await answer(site, endpoint, rtpDescription(peer.describeAs(protocol, 'sendonly'))));
      await join(site, 'viewer', endpoint);
      await peer.send();
    }
    const request = await modern.receives('rtcp', (packet) => packet.includes('REMB'));
    expect(request[1]).toBe(201);
    // The older peer gets reports only: no retransmission is requested for a loss.
    await old.receives('rtcp', isReport);
    expect(old.received.rtcp.filter(hasFeedback)).toEqual([]);
    expect(modern.received.rtcp.filter(hasFeedback)).not.toEqual([]);
  });

  it('R68: waits for a peer that sends first, and sends to its source address', async () => {
    const endpoint = await makeEndpoint(site);
    const video = await openPeer('video');
    const offer = rtpDescriptionFrom('0.0.0.0', video.describe('sendrecv', 'a=direction:active'));
    const reply = await answer(site, endpoint, offer);
    expect(reply).toContain('a=direction:passive');
    video.follow(reply);
    expect(await site.client.invoke(endpoint, 'getConnectionState')).toBe('DISCONNECTED');
    await site.client.invoke(endpoint, 'connect', { sink: endpoint });
    await video.send();
    await site.client.event('ConnectionStateChanged', ({ data }) => data.newState === 'CONNECTED');
    await video.send();
    await video.receives('rtp');
  });

  it('R68: takes no other sender for the awaited peer, once that has sent', async () => {
    const endpoint = await makeEndpoint(site);
    const [video, stranger] = [await openPeer('video', 1), await openPeer('video', 2)];
    const reply = await answer(site, endpoint, rtpDescription(video.describe('sendrecv', 'a=direction:active')));
    for (const peer of [video, stranger]) peer.follow(reply);
    await site.client.invoke(endpoint, 'connect', { sink: endpoint });
    await video.send();
    await stranger.send();
    await video.send();
    await video.receives('rtp');
    expect(stranger.received.rtp).toEqual([]);
  });

  it('R68: keys are in the SDP, each side’s own', async () => {
    const endpoint = await makeEndpoint(site, { crypto: { crypto: suite, key } });
    const offer = String(await site.client.invoke(endpoint, 'generateOffer'));
    const inline = Buffer.from(key).toString('base64');
    expect(offer.match(/^a=crypto:.*$/gm)).toEqual(
      Array(2).fill(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`),
    );
    expect(offer.match(/RTP\/SAVPF/g)).toHaveLength(2);
    const other = await makeEndpoint(site, { crypto: { crypto: suite } });
    const reply = await answer(site, other, offer.replaceAll('a=crypto:1', 'a=crypto:7'));
    const theirs = reply.match(/^a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:(\S{40})$/m)?.[1];
    expect(theirs).toBeDefined();
    expect(theirs).not.toBe(inline);
  });

  it('R68: packets under another key are dropped, and packets under the right one are media', async () => {
    const endpoint = await makeEndpoint(site, { crypto: { crypto: suite, key } });
    const crypto = { suite, masterKey: Buffer.from('a key of the peer, with thirty'.padEnd(30, '.')) } as const;
    const line = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${crypto.masterKey.toString('base64')}`;
    const video = await openPeer('video');
    const reply = await answer(site, endpoint, rtpDescription(video.describeAs('RTP/SAVPF', 'sendrecv', line)));
    video.follow(reply);
    await site.client.invoke(endpoint, 'connect', { sink: endpoint });
    await video.send();
    video.protector = new SrtpSender({ suite, masterKey: Buffer.alloc(30) });
    for (let count = 0; count < 20; count += 1) await video.send();
    for (const length of [0, 1, 11, 12, 13, 22]) await video.sendRaw(Buffer.alloc(length, 0x80));
    await video.sendRtcp(Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 1]));
    video.protector = new SrtpSender(crypto);
    video.opener = new SrtpReceiver({ suite, masterKey: Buffer.from(key) });
    await video.send();
    const back = await video.receives('rtp', (packet) => packet.includes(Buffer.from([0x9d, 0x01, 0x2a])));
    expect(back[1]).toBe(0x80 | 97);
    const stats = Object.values((await site.client.invoke(endpoint, 'getStats')) as JsonObject);
    expect(stats).toContainEqual(expect.objectContaining({ type: 'inboundrtp', packetsReceived: 1 }));
  });

  it.each([
    [{ crypto: 'AES_128_CM_HMAC_SHA1_80', key: 'short' }, /^40107 Master key size is wrong/],
    [{ crypto: 'AES_256_CM_HMAC_SHA1_80', key }, /^40107 Master key size is wrong/],
    [{ crypto: 'AES_128_CM_HMAC_SHA1_32', keyBase64: '*' }, /^40107 Master key is not valid Base64/],
    [{ crypto: 'ROT13' }, /^40001 Invalid value for 'CryptoSuite'/],
    [{ key }, /^40107 A key needs 'crypto'/],
  ])('R68, D20: refuses the key %j', async (crypto, message) => {
    const constructorParams = { mediaPipeline: site.pipeline, crypto };
    expect(await site.client.failure('create', { type: 'RtpEndpoint', constructorParams })).toMatch(message);
  });

  it.each([
    ['nothing', '', /^40201 Empty offer/],
    ['no SDP', 'hello', /^40201 Invalid SDP/],
    ['no media', rtpDescription(), /^40206 The offer has no audio or video/],
    [
      'an unknown codec',
      rtpDescription(['m=video 5000 RTP/AVP 97', 'a=rtpmap:97 H261/90000']),
      /^40206 No codec in common: the offer has H261/,
    ],
    [
      'a name for an address',
      rtpDescriptionFrom('example.org', ['m=audio 5000 RTP/AVP 0']),
      /^40206 .* at an IPv4 address/,
    ],
    [
      'an address of the other family',
      rtpDescriptionFrom('::1', ['m=audio 5000 RTP/AVP 0']),
      /^40206 .* at an IPv4 address/,
    ],
    ['no address', 'v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n', /^40206/],
    ['a port that is none', rtpDescription(['m=audio 70000 RTP/AVP 0']), /^40206/],
    ['encryption that was not asked for', rtpDescription(['m=audio 5000 RTP/SAVP 0']), /^40206 .* over RTP\/AVP or/],
    ['WebRTC', rtpDescription(['m=audio 9 UDP/TLS/RTP/SAVPF 0']), /^40206/],
  ])('R68: an offer with %s is refused, and the next one taken', async (_what, offer, message) => {
    const endpoint = await makeEndpoint(site);
    expect(await site.client.invokeFailure(endpoint, 'processOffer', { offer })).toMatch(message);
    const good = rtpDescription(['m=audio 5000 RTP/AVP 0', 'a=sendonly']);
    expect(await answer(site, endpoint, good)).toMatch(/^m=audio \d+ RTP\/AVP 0\r$/m);
  });

  it('R68: an encrypted offer needs a key of the same suite', async () => {
    const endpoint = await makeEndpoint(site, { crypto: { crypto: suite } });
    const failure = async (...lines: string[]) =>
      await site.client.invokeFailure(endpoint, 'processOffer', { offer: rtpDescription(lines) });
    expect(await failure('m=audio 5000 RTP/AVP 0')).toMatch(/^40206 .* with a key for AES_128_CM_HMAC_SHA1_80/);
    expect(await failure('m=audio 5000 RTP/SAVP 0')).toMatch(/^40206/);
    const inline = `inline:${'A'.repeat(40)}`;
    expect(await failure('m=audio 5000 RTP/SAVP 0', `a=crypto:1 AES_CM_128_HMAC_SHA1_32 ${inline}`)).toMatch(/^40206/);
    const lines = [`a=crypto:1 AES_CM_128_HMAC_SHA1_32 ${inline}`, `a=crypto:2 AES_CM_128_HMAC_SHA1_80 ${inline}`];
    expect(await answer(site, endpoint, rtpDescription(['m=audio 5000 RTP/SAVP 0', ...lines]))).toContain(
      'a=crypto:2 ',
    );
  });

  it('R68: a telephone’s old offer is answered', async () => {
    const endpoint = await makeEndpoint(site);
    const formats = ['a=rtpmap:98 MP4V-ES/90000', 'a=rtpmap:99 H264/90000', 'a=rtpmap:100 H263-1998/90000'];
    const offer = rtpDescription(['m=video 52126 RTP/AVP 98 99 100', 'b=AS:384', ...formats, 'a=recvonly']);
    const reply = await answer(site, endpoint, offer);
    expect(reply).toMatch(/^m=video \d+ RTP\/AVP 99\r$/m);
    expect(reply).toContain('a=sendonly');
    expect(reply).not.toContain('rtcp-fb');
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('R68: %s is answered with %s', async (offered, answered) => {
    const endpoint = await makeEndpoint(site);
    const reply = await answer(
      site,
      endpoint,
      rtpDescription(['m=audio 5000 RTP/AVP 0', `a=${offered}`, 'a=mid:left']),
    );
    expect(reply).toContain(`\r\na=${answered}\r\n`);
    expect(reply).toContain('\r\na=mid:left\r\n');
  });

  it('R68: rejects unusable m-lines, and keeps the order', async () => {
    const endpoint = await makeEndpoint(site);
    const sections = [
      ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel'],
      ['m=video 0 RTP/AVP 99', 'a=rtpmap:99 H264/90000'],
      ['m=audio 5000 RTP/AVP 0'],
      ['m=audio 5002 RTP/AVP 8'],
      ['m=video 5004 RTP/AVP 99', 'a=rtpmap:99 H264/90000', 'a=inactive'],
    ];
    const reply = await answer(site, endpoint, rtpDescription(...sections));
    const ports = [...reply.matchAll(/^m=(\S+) (\d+)/gm)].map(([, type, port]) => `${type} ${port === '0' ? 0 : 1}`);
    expect(ports).toEqual(['application 0', 'video 0', 'audio 1', 'audio 0', 'video 1']);
  });

  it('R68: an answer may reject one kind, take one direction, and must fit the offer', async () => {
    const { client } = site;
    const endpoint = await makeEndpoint(site);
    await client.invoke(endpoint, 'generateOffer', { options: { offerToReceiveAudio: false } });
    const failure = (text: string) => client.invokeFailure(endpoint, 'processAnswer', { answer: text });
    expect(await failure(rtpDescription(['m=audio 5000 RTP/AVPF 96', 'a=rtpmap:96 opus/48000/2']))).toMatch(
      /^40206 The answer has 1 m-lines, and the offer 2/,
    );
    const video = await openPeer('video');
    const rejected = ['m=audio 0 RTP/AVPF 96', 'a=rtpmap:96 opus/48000/2'];
    expect(await failure(rtpDescription(video.describe('sendonly'), rejected))).toMatch(
      /^40206 The answer accepts none of the media/,
    );
    const reply = rtpDescription(rejected, video.describe('sendonly'));
    const local = String(await client.invoke(endpoint, 'processAnswer', { answer: reply }));
    expect(local).not.toContain('m=audio');
    expect(local).toContain('a=recvonly');
    expect(await client.invoke(endpoint, 'getRemoteSessionDescriptor')).toBe(reply);
    expect(await failure(reply)).toBe('40210 Answer already processed');
  });

  it('R68: ports come from the range and go back to it', async () => {
    const small = await openSite({ portRange: await freePair() });
    const offer = rtpDescription(['m=audio 5000 RTP/AVP 0']);
    const first = await makeEndpoint(small);
    await answer(small, first, offer);
    const second = await makeEndpoint(small);
    expect(await small.client.invokeFailure(second, 'processOffer', { offer })).toMatch(
      /^40206 No connection could be/,
    );
    await small.client.result('release', { object: first });
    expect(await answer(small, second, offer)).toContain('m=audio');
  });

  it('R68: addresses are those that the server was configured with', async () => {
    const told = await openSite({ announcedIps: ['2001:db8::7', '203.0.113.7', '203.0.113.8'] });
    const endpoint = await makeEndpoint(told);
    expect(await told.client.invoke(endpoint, 'generateOffer')).toContain('\r\nc=IN IP4 203.0.113.7\r\n');
    const other = await makeEndpoint(told, { useIpv6: true });
    expect(await told.client.invokeFailure(other, 'generateOffer')).toMatch(/^40206 .*bound to 127.0.0.1/);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
  it.skipIf(!hasIpv6)(`R68: IPv6 is used on request${hasIpv6 ? '' : ' (skipped: this host has none)'}`, async () => {
    const dual = await openSite({ bindIp: '::1' });
    const endpoint = await makeEndpoint(dual, { useIpv6: true });
    const video = await openPeer('video', 1, '::1');
    const reply = await answer(dual, endpoint, rtpDescriptionFrom('::1', video.describe('sendrecv')));
    expect(reply).toContain('\r\nc=IN IP6 ::1\r\n');
    video.follow(reply);
    await dual.client.invoke(endpoint, 'connect', { sink: endpoint });
    await video.send('::1');
    await video.receives('rtp');
  });
});

/** Whether a compound packet contains anything but reports and names. */
function hasFeedback(packet: Buffer): boolean {
  for (let at = 0; at + 4 <= packet.length; at += 4 + packet.readUInt16BE(at + 2) * 4) {
    if (packet[at + 1] === 205 || packet[at + 1] === 206) return true;
  }
  return false;
}

/** An even port with its neighbour, free a moment ago and outside the range that systems assign automatically. */
async function freePair(): Promise<{ min: number; max: number }> {
  for (;;) {
    const min = 10_000 + 2 * Math.floor(Math.random() * 10_000);
    const areFree = await Promise.all([isFree(min), isFree(min + 1)]);
    if (areFree.every(Boolean)) return { min, max: min + 1 };
  }
}

function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
