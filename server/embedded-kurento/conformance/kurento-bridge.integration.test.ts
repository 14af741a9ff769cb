import { afterEach, describe, expect, it } from 'vitest';
import { openMediaServer } from '../media-server.ts';
import { bridge, bridgeRtp, type MediaSite } from '../testing/bridge.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer, type TestPeerOptions } from '../testing/test-peer.ts';

/*
 * Bridges between this media server and a real Kurento, in both directions. They run where `KURENTO_URL` names one on
 * this host; its peers are on the loopback, so it must use that interface, too.
 */

const kurentoUrl = process.env.KURENTO_URL;

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openOwn(): Promise<MediaSite> {
  const server = await openMediaServer({ log: silentLog });
  closing.push(() => server.close());
  const client = await RawClient.connect(server.url);
  return { client, pipeline: await client.create('MediaPipeline') };
}

async function openKurento(url: string): Promise<MediaSite> {
  const client = await RawClient.connect(url);
  const pipeline = await client.create('MediaPipeline');
  closing.push(async () => {
    await client.request('release', { object: pipeline });
    client.drop();
  });
  return { client, pipeline };
}

async function join({ client, pipeline }: MediaSite, options: TestPeerOptions): Promise<[TestPeer, string]> {
  const endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
  const peer = await TestPeer.join(client, endpoint, options);
  closing.push(() => peer.close());
  return [peer, endpoint];
}

const ways = {
  WebRtcEndpoint: { type: 'WebRtcEndpoint', params: {}, bridge },
  RtpEndpoint: { type: 'RtpEndpoint', params: {}, bridge: bridgeRtp },
  'RtpEndpoint with SRTP': {
    type: 'RtpEndpoint',
    params: { crypto: { crypto: 'AES_128_CM_HMAC_SHA1_80' } },
    bridge: bridgeRtp,
  },
};

const because = kurentoUrl === undefined ? ' (skipped: KURENTO_URL names none)' : '';

describe.skipIf(kurentoUrl === undefined)(`bridges to a real Kurento${because}`, () => {
  for (const [name, { type, params, bridge: connect }] of Object.entries(ways)) {
    it.each([
      ['VP8', 'ours', 'the origin'],
      ['VP8', 'ours', 'the edge'],
      ['VP8', 'Kurento', 'the origin'],
      ['VP8', 'Kurento', 'the edge'],
      ['H264', 'ours', 'the origin'],
      ['H264', 'ours', 'the edge'],
      ['H264', 'Kurento', 'the origin'],
      ['H264', 'Kurento', 'the edge'],
    ] as const)(
      `R65, R68, R165: in %s over ${name}, where %s is the origin and %s makes the offer`,
      async (codec, where, offerer) => {
        const [own, other] = [await openOwn(), await openKurento(kurentoUrl ?? '')];
        const [origin, edge] = where === 'ours' ? [own, other] : [other, own];
        const out = await origin.client.create(type, { mediaPipeline: origin.pipeline, ...params });
        const into = await edge.client.create(type, { mediaPipeline: edge.pipeline, ...params });
        if (type === 'WebRtcEndpoint') {
          await origin.client.subscribe(out, 'IceCandidateFound');
          await edge.client.subscribe(into, 'IceCandidateFound');
        }
        const [, presenter] = await join(origin, { role: 'presenter', video: codec });
        await origin.client.invoke(presenter, 'connect', { sink: out });
        // Bridges negotiate VP8 by default.
        const caps = { codec, framerate: { numerator: 30, denominator: 1 } };
        if (codec === 'H264') await own.client.invoke(where === 'ours' ? out : into, 'setVideoFormat', { caps });
        if (offerer === 'the origin') await connect(origin, out, edge, into);
        else await connect(edge, into, origin, out);
        const [viewer, endpoint] = await join(edge, { role: 'viewer', video: 'VP8 or H264' });
        await edge.client.invoke(into, 'connect', { sink: endpoint });
        await Promise.all([viewer.receives('audio', 10), viewer.receives('video', 10)]);
        // Kurento sends its viewers the codec they name first, and transcodes; ours sends what arrives over the bridge.
        if (edge === own) expect([...viewer.videoPayloadTypes]).toEqual([codec === 'VP8' ? 96 : 102]);
        expect(await edge.client.invoke(into, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
      },
    );
  }
});
