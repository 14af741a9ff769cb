import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { encryptedStreamStart, testSeed } from '../../codecs/testing/test-seed.ts';
import { fromNtp, toNtp } from './clock.ts';
import { openMediaEngine } from './media-engine.ts';
import { NegotiationError } from './media-types.ts';
import { negativeAcknowledgement, pictureLossIndication, senderReport } from './rtcp/rtcp.ts';
import { chromeViewerOffer } from './testing/chrome-offer.fixture.ts';
import { silentListener } from './testing/test-listener.ts';
import { rtp, vp8Delta, vp8Key } from './testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from './testing/test-peer.ts';

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

function openEngine() {
  const engine = openMediaEngine({ log: () => undefined });
  closing.push(engine);
  return engine;
}

async function connect(engine: ReturnType<typeof openEngine>, role: 'presenter' | 'viewer'): Promise<TestPeer> {
  const peer = await connectTestPeer(engine, role);
  closing.push(peer);
  return peer;
}

async function until(condition: () => boolean, ms = 5000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function feed(viewer: TestPeer, presenter: TestPeer): void {
  viewer.link.sinks.video.setSource(presenter.link.sources.video);
  viewer.link.sinks.audio.setSource(presenter.link.sources.audio);
}

const starts = { audio: encryptedStreamStart('sound'), video: encryptedStreamStart('picture') };

/** The numbers of the packet with this index. */
function videoAt(index: number): { sequenceNumber: number; timestamp: number } {
  const { sequenceNumber, timestamp } = starts.video;
  return { sequenceNumber: sequenceNumber + index, timestamp: (timestamp + index * 3000) >>> 0 };
}

function audioAt(index: number): { sequenceNumber: number; timestamp: number } {
  const { sequenceNumber, timestamp } = starts.audio;
  return { sequenceNumber: sequenceNumber + index, timestamp: (timestamp + index * 960) >>> 0 };
}

/** Sends pictures and sounds; every ten have arrived before the next: a kernel drops what a busy reader leaves waiting. */
async function send(presenter: TestPeer, viewers: readonly TestPeer[], from: number, count: number): Promise<void> {
  const before = new Map(viewers.map((viewer) => [viewer, viewer.video.length]));
  for (let index = from; index < from + count; index += 1) {
    const payload = Buffer.concat([index === from ? vp8Key : vp8Delta, Buffer.from(`picture ${index}`)]);
    presenter.sendVideo(rtp({ ...videoAt(index), ssrc: presenter.videoSsrc, payload }));
    presenter.sendAudio(rtp({ payloadType: 111, ...audioAt(index), ssrc: presenter.audioSsrc, payload }));
    const sent = index - from + 1;
    const isIn = (viewer: TestPeer) => viewer.video.length - (before.get(viewer) ?? 0) >= sent;
    if (sent % 10 === 0) await until(() => viewers.every(isIn));
  }
}

describe(`openMediaEngine (FUZZ_SEED=${testSeed})`, () => {
  it('forwards every packet of a presenter to all viewers, with numbers of their own', async () => {
    const engine = openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewers = await Promise.all([1, 2, 3].map(() => connect(engine, 'viewer')));
    for (const viewer of viewers) feed(viewer, presenter);
    // The last numbers before the wrap-around, and the first ones after it.
    const from = 65_300 - starts.video.sequenceNumber;
    await send(presenter, viewers, from, 600);
    await until(() => viewers.every((viewer) => viewer.video.length === 600 && viewer.audio.length === 600));
    for (const viewer of viewers) {
      expect(viewer.video.map((packet) => packet.subarray(17).toString())).toEqual(
        Array.from({ length: 600 }, (_, index) => `picture ${from + index}`),
      );
      const numbers = viewer.video.map((packet) => packet.readUInt16BE(2));
      expect(
        numbers.every((number, index) => index === 0 || number === (((numbers[index - 1] ?? 0) + 1) & 0xffff)),
      ).toBe(true);
      expect(new Set(viewer.video.map((packet) => packet.readUInt32BE(8))).size).toBe(1);
      expect(viewer.link.stats().find((stats) => stats.kind === 'video')?.packets).toBe(600);
    }
    expect(new Set(viewers.map((viewer) => viewer.video[0]?.readUInt32BE(8))).size).toBe(3);
    expect(presenter.link.sources.video.packetCount).toBe(600);
  });

  it('passes on keyframe requests, and reports', async () => {
    const engine = openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewer = await connect(engine, 'viewer');
    feed(viewer, presenter);
    await send(presenter, [viewer], 1, 50);
    await until(() => viewer.video.length === 50);
    const ssrc = viewer.video[0]?.readUInt32BE(8) ?? 0;
    viewer.sendRtcp(pictureLossIndication(1, ssrc));
    await until(() => presenter.rtcpOf(206, 1).some((packet) => packet.readUInt32BE(8) === presenter.videoSsrc));
    expect(presenter.rtcpOf(206, 15).length).toBeGreaterThan(0);

    const ntp = toNtp(Date.now() - 3_600_000);
    const info = { ssrc: presenter.videoSsrc, ntpSeconds: ntp.seconds, ntpFraction: ntp.fraction };
    presenter.sendRtcp(
      senderReport({ ...info, rtpTimestamp: videoAt(51).timestamp, packets: 50, payloadBytes: 1000 }, []),
    );
    await until(() => viewer.rtcpOf(200).length > 0);
    const report = viewer.rtcpOf(200)[0];
    const last = viewer.video[49]?.readUInt32BE(4) ?? 0;
    // Although the presenter's clock is an hour slow, the viewer's report has our clock, and the viewer's timestamps.
    expect(Math.abs(fromNtp(report?.readUInt32BE(8) ?? 0, report?.readUInt32BE(12) ?? 0) - Date.now())).toBeLessThan(
      2000,
    );
    expect(Math.abs(((report?.readUInt32BE(16) ?? 0) - last - 2 * 3000) | 0) / 90).toBeLessThan(200);
    await until(() => presenter.rtcpOf(201).some((packet) => packet.length >= 32));
    const block = presenter.rtcpOf(201).find((packet) => packet.length >= 32);
    expect([presenter.videoSsrc, presenter.audioSsrc]).toContain(block?.readUInt32BE(8));
  });

  it('retransmits packets that were lost on the way to a viewer', async () => {
    const engine = openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewer = await connectTestPeer(engine, 'viewer', (index) => index % 10 === 5);
    closing.push(viewer);
    feed(viewer, presenter);
    for (let index = 0; index < 100; index += 1) {
      const payload = Buffer.concat([index === 0 ? vp8Key : vp8Delta, Buffer.alloc(1000)]);
      presenter.sendVideo(rtp({ ...videoAt(index), ssrc: presenter.videoSsrc, payload }));
      if (index % 10 === 9) await until(() => viewer.video.length === (index + 1) * 0.9);
    }
    const ssrc = viewer.video[0]?.readUInt32BE(8) ?? 0;
    const first = viewer.video[0]?.readUInt16BE(2) ?? 0;
    const numbers = new Set(viewer.video.map((packet) => packet.readUInt16BE(2)));
    const lost = Array.from({ length: 100 }, (_, index) => (first + index) & 0xffff).filter(
      (number) => !numbers.has(number),
    );
    expect(lost).toHaveLength(10);
    viewer.sendRtcp(negativeAcknowledgement(1, ssrc, lost.slice(0, 5)));
    viewer.sendRtcp(negativeAcknowledgement(1, ssrc, lost.slice(5)));
    // Some of the retransmitted packets are lost again.
    await until(() => viewer.video.length >= 98);
    for (const packet of viewer.video.slice(90)) {
      expect(lost).toContain(packet.readUInt16BE(2));
      expect(packet.readUInt32BE(8)).toBe(ssrc);
      expect((packet.readUInt32BE(4) - (viewer.video[0]?.readUInt32BE(4) ?? 0)) >>> 0).toBe(
        ((packet.readUInt16BE(2) - first) & 0xffff) * 3000,
      );
    }
    expect(viewer.link.stats().find((stats) => stats.kind === 'video')).toMatchObject({ nackCount: 2, packets: 110 });
  });

  it('continues without a gap when another presenter takes over', async () => {
    const engine = openEngine();
    const first = await connect(engine, 'presenter');
    const second = await connect(engine, 'presenter');
    const viewer = await connect(engine, 'viewer');
    feed(viewer, first);
    await send(first, [viewer], 1, 20);
    await until(() => viewer.video.length === 20 && viewer.audio.length === 20);
    feed(viewer, second);
    first.close();
    await send(second, [viewer], 30_000, 20);
    await until(() => viewer.video.length === 40 && viewer.audio.length === 40);
    for (const packets of [viewer.video, viewer.audio]) {
      const numbers = packets.map((packet) => packet.readUInt16BE(2));
      expect(
        numbers.every((number, index) => index === 0 || number === (((numbers[index - 1] ?? 0) + 1) & 0xffff)),
      ).toBe(true);
      const times = packets.map((packet) => packet.readUInt32BE(4));
      expect(times.every((time, index) => index === 0 || ((time - (times[index - 1] ?? 0)) | 0) > 0)).toBe(true);
    }
  });

  it('reports the states of a connection', async () => {
    const engine = openEngine();
    const viewer = await connect(engine, 'viewer');
    await until(() => viewer.told.includes('dtls CONNECTED'));
    expect(viewer.told.filter((state) => state.startsWith('ice'))).toEqual(
      expect.arrayContaining(['ice GATHERING', 'ice CONNECTING', 'ice CONNECTED']),
    );
    expect(viewer.told).toContain('gathering done');
    expect(viewer.told).toContain('pair');
  });

  it('R93: gives up a link whose peer keeps sending, but does not receive our keyframe requests', async () => {
    const engine = openEngine();
    const presenter = await connect(engine, 'presenter');
    await send(presenter, [], 1, 5);
    // Too late for a burst of past packets, so a new viewer needs a keyframe that this peer never sends.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const viewer = await connect(engine, 'viewer');
    feed(viewer, presenter);
    let sequenceNumber = 6;
    const sending = setInterval(() => {
      presenter.sendVideo(rtp({ ...videoAt(sequenceNumber), ssrc: presenter.videoSsrc, payload: vp8Delta }));
      sequenceNumber += 1;
    }, 20);
    closing.push({ close: () => clearInterval(sending) });
    await until(() => presenter.told.includes('ice FAILED'), 9_000);
    expect(viewer.told).not.toContain('ice FAILED');
    expect(presenter.rtcpOf(206, 1).length).toBeGreaterThan(4);
  });

  it('refuses a second offer and candidates for an m-line that does not exist', async () => {
    const engine = openEngine();
    const viewer = await connect(engine, 'viewer');
    await expect(viewer.link.processOffer('v=0')).rejects.toMatchObject({ kurentoCode: 40208 });
    const candidate = 'candidate:1 1 UDP 2015363327 192.0.2.9 9 typ host';
    const add = (sdpMid: string | null, sdpMLineIndex: number | null, text = candidate) =>
      viewer.link.addCandidate({ candidate: text, sdpMid, sdpMLineIndex });
    expect(() => add('zzz', 9)).toThrow(NegotiationError);
    expect(() => add(null, 9)).toThrow(NegotiationError);
    for (const text of [
      '',
      'rubbish',
      'candidate:1 1 UDP 1 abc.local 9 typ host',
      'candidate:1 1 TCP 1 1.2.3.4 9 typ host tcptype active',
    ]) {
      expect(() => add('0', 0, text)).not.toThrow();
    }
    expect(() => add(null, null)).not.toThrow();
  });

  it('R100: refuses an offer while the only port is taken or the address is not local, and stays usable', async () => {
    const taken = createSocket('udp4');
    const port = await new Promise<number>((resolve) => taken.bind(0, () => resolve(taken.address().port)));
    const bindIp = '0.0.0.0';
    const engine = openMediaEngine({ log: () => undefined, bindIp, portRange: { min: port, max: port } });
    closing.push(engine);
    await expect(engine.openPeerLink(silentListener).processOffer(chromeViewerOffer)).rejects.toMatchObject({
      kurentoCode: 40206,
      message: expect.stringContaining('EADDRINUSE'),
    });
    await new Promise<void>((resolve) => taken.close(resolve));
    await expect(engine.openPeerLink(silentListener).processOffer(chromeViewerOffer)).resolves.toMatch(/^v=0/);
    const elsewhere = openMediaEngine({ log: () => undefined, bindIp: '203.0.113.77' });
    closing.push(elsewhere);
    await expect(elsewhere.openPeerLink(silentListener).processOffer(chromeViewerOffer)).rejects.toThrow(
      NegotiationError,
    );
  });

  it('leaves a link usable after an offer that could not be parsed', async () => {
    const engine = openEngine();
    const link = engine.openPeerLink(silentListener);
    await expect(link.processOffer('')).rejects.toMatchObject({ kurentoCode: 40201 });
    await expect(link.processOffer('rubbish')).rejects.toMatchObject({ kurentoCode: 40201 });
    link.close();
    link.close();
    expect(link.stats()).toEqual([]);
  });
});
