import { createSocket } from 'node:dgram';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { encryptedStreamStart, streamStart, testSeed } from '../../codecs/testing/test-seed.ts';
import { Mutations } from '../testing/mutations.ts';
import { monotonicMs } from './clock.ts';
import { openMediaEngine } from './media-engine.ts';
import { MediaSession } from './media-session.ts';
import type { MediaEngineOptions } from './media-types.ts';
import type { PacketSender } from './outgoing-stream.ts';
import { readRtpPacket } from './rtp/rtp-packet.ts';
import type { NegotiatedCodec } from './sdp/codec-negotiation.ts';
import { oddBytes, oddRtcp, oddRtp } from './testing/packet-mutations.ts';
import { rtp, vp8Delta, vp8Key } from './testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from './testing/test-peer.ts';

const opus: NegotiatedCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '', payloadType: 111 };
const video: readonly NegotiatedCodec[] = ['VP8', 'H264', 'VP9', 'AV1'].map((name, index) => ({
  name,
  clockRate: 90_000,
  channels: 1,
  fmtp: '',
  payloadType: 96 + index,
}));

class Wire implements PacketSender {
  readonly rtp: Buffer[] = [];
  rtcpCount = 0;
  sendRtp(packet: Buffer): boolean {
    this.rtp.push(Buffer.from(packet));
    return true;
  }
  sendRtcp(): boolean {
    this.rtcpCount += 1;
    return true;
  }
}

/** The logged numbers of packets that could not be used, added up. */
class Faults {
  readonly counts: Record<string, number> = {};
  readonly errors: unknown[] = [];
  readonly log: MediaEngineOptions['log'] = (level, message, details) => {
    if (level === 'error') this.errors.push([message, details]);
    if (message !== 'Packets were dropped') return;
    for (const [name, count] of Object.entries(details ?? {})) {
      this.counts[name] = (this.counts[name] ?? 0) + Number(count);
    }
  };
}

function openSession(wire: Wire, log: MediaEngineOptions['log'], direction: 'receives' | 'sends'): MediaSession {
  const session = new MediaSession({ cname: 'cname', sender: wire, log });
  // The viewer's ids differ from the presenter's.
  const extensionIds =
    direction === 'receives'
      ? { sendTime: 1, orientation: 2, captureTime: 3 }
      : { sendTime: 3, orientation: 1, captureTime: 2 };
  const ways = { extensionIds, nack: true, receives: direction === 'receives', sends: direction === 'sends' };
  session.negotiated([
    { kind: 'audio', codecs: [opus], ...ways },
    { kind: 'video', codecs: video, ...ways },
  ]);
  session.open();
  return session;
}

function usedHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

describe(`packets that no program would send (FUZZ_SEED=${testSeed})`, () => {
  it('R58: are counted and dropped, and a good stream among them reaches its viewer complete', () => {
    const mutations = new Mutations(testSeed);
    const faults = new Faults();
    const viewerWire = new Wire();
    const presenter = openSession(new Wire(), faults.log, 'receives');
    const viewer = openSession(viewerWire, faults.log, 'sends');
    viewer.outgoing.video.setSource(presenter.incoming.video);
    viewer.outgoing.audio.setSource(presenter.incoming.audio);
    const bad = {
      ssrcs: [1, 0xffffffff, 0x80000000],
      payloadTypes: [0, 5, 63, 95, 97, 98, 99, 111, 127],
      mediaSsrcs: [1111],
    };
    const odd = { ...bad, mediaSsrcs: [viewer.outgoing.video.ssrc, viewer.outgoing.audio.ssrc] };
    const before = usedHeapBytes();
    let now = monotonicMs();
    const start = streamStart('good');
    for (let round = 0; round < 4_000; round += 1) {
      const payload = Buffer.concat([round % 100 === 0 ? vp8Key : vp8Delta, Buffer.from(`picture ${round}`)]);
      presenter.receive(
        rtp({
          sequenceNumber: start.sequenceNumber + round,
          timestamp: start.timestamp + round * 3_000,
          ssrc: 1111,
          payload,
        }),
      );
      for (let count = 0; count < 3; count += 1) presenter.receive(oddRtp(mutations, bad));
      presenter.receive(oddRtcp(mutations, bad));
      viewer.receive(oddRtcp(mutations, odd));
      viewer.receive(oddRtp(mutations, bad));
      if (round % 500 !== 499) continue;
      // Seconds pass, so that reports are due, which log the dropped packets.
      now = Math.max(now + 5_000, monotonicMs());
      presenter.tick(now);
      viewer.tick(now);
    }
    const pictures = viewerWire.rtp.filter((packet) => packet.readUInt32BE(8) === viewer.outgoing.video.ssrc);
    const texts = pictures.map((packet) => packet.toString('latin1', 17));
    // Requested packets are sent again, at most a thousand between two reports.
    const repeated = texts.length - 4_000;
    expect([...new Set(texts)]).toEqual(Array.from({ length: 4_000 }, (_, index) => `picture ${index}`));
    expect(repeated).toBeLessThanOrEqual(1_000 * 9);
    expect(faults.counts.malformed).toBeGreaterThan(500);
    expect(faults.counts.unknownPayloadType).toBeGreaterThan(500);
    expect(faults.counts.foreignStream).toBeGreaterThan(500);
    expect(faults.counts.malformedRtcp).toBeGreaterThan(500);
    expect(faults.errors).toEqual([]);
    viewerWire.rtp.length = 0;
    expect(usedHeapBytes() - before).toBeLessThan(30e6);
    viewer.close();
    presenter.close();
  });

  it('R58: leave statistics that make sense, and only readable packets are forwarded to a viewer', () => {
    const mutations = new Mutations(testSeed + 1);
    const faults = new Faults();
    const presenterWire = new Wire();
    const viewerWire = new Wire();
    const presenter = openSession(presenterWire, faults.log, 'receives');
    const viewer = openSession(viewerWire, faults.log, 'sends');
    viewer.outgoing.video.setSource(presenter.incoming.video);
    viewer.outgoing.audio.setSource(presenter.incoming.audio);
    const plan = { ssrcs: [7], payloadTypes: [96, 97, 98, 99, 111], mediaSsrcs: [7] };
    let now = monotonicMs();
    for (let round = 0; round < 10_000; round += 1) {
      presenter.receive(mutations.happens(0.7) ? oddRtp(mutations, plan) : oddRtcp(mutations, plan));
      if (mutations.happens(0.2)) {
        viewer.receive(oddRtcp(mutations, { ...plan, mediaSsrcs: [viewer.outgoing.video.ssrc] }));
      }
      if (round % 10 !== 9) continue;
      // A busy machine takes longer than that, and no report is older than its packets.
      now = Math.max(now + 20, monotonicMs());
      presenter.tick(now);
      viewer.tick(now);
    }
    for (const stats of [...presenter.stats(), ...viewer.stats()]) {
      for (const [name, value] of Object.entries(stats)) {
        if (typeof value === 'number') expect(Number.isFinite(value), `${stats.direction} ${name}`).toBe(true);
      }
      expect(stats.jitter).toBeGreaterThanOrEqual(0);
      expect(stats.roundTripTime).toBeGreaterThanOrEqual(0);
      expect(stats.fractionLost).toBeLessThanOrEqual(255);
    }
    for (const packet of viewerWire.rtp) {
      // The packet has been parsed, so it has no padding, and its lengths are correct.
      expect((packet[0] ?? 0) & 0xe0).toBe(0x80);
      expect(readRtpPacket(packet, opus, 0)).not.toBeNull();
    }
    expect(viewerWire.rtp.length).toBeGreaterThan(100);
    // Requesting more from the presenter than it can send would be an attack by us.
    expect(presenterWire.rtcpCount).toBeLessThan(12_000);
  });

  it('R58: end no connection, neither those of a peer nor those of a stranger', async () => {
    const mutations = new Mutations(testSeed + 2);
    const faults = new Faults();
    const engine = openMediaEngine({ log: faults.log, bindIp: '127.0.0.1' });
    closing.push(engine);
    const open = async (role: 'presenter' | 'viewer'): Promise<TestPeer> => {
      const peer = await connectTestPeer(engine, role);
      closing.push(peer);
      return peer;
    };
    const presenter = await open('presenter');
    const viewer = await open('viewer');
    viewer.link.sinks.video.setSource(presenter.link.sources.video);
    const stranger = createSocket('udp4');
    closing.push(stranger);
    const port = presenter.enginePort();
    const bad = {
      ssrcs: [1, 0xffffffff],
      payloadTypes: [5, 63, 96, 111, 127],
      mediaSsrcs: [presenter.videoSsrc],
    };
    const start = encryptedStreamStart('good');
    for (let round = 0; round < 600; round += 1) {
      const payload = Buffer.concat([round === 0 ? vp8Key : vp8Delta, Buffer.from(`picture ${round}`)]);
      presenter.sendVideo(
        rtp({
          sequenceNumber: start.sequenceNumber + round,
          timestamp: start.timestamp + round * 3_000,
          ssrc: presenter.videoSsrc,
          payload,
        }),
      );
      trySending(() => presenter.sendVideo(oddRtp(mutations, bad)));
      trySending(() => presenter.sendRtcp(oddRtcp(mutations, bad)));
      const ssrc = viewer.video.at(-1)?.readUInt32BE(8) ?? 0;
      trySending(() => viewer.sendRtcp(oddRtcp(mutations, { ...bad, mediaSsrcs: [ssrc] })));
      // The first byte distinguishes STUN, DTLS and RTP: https://www.rfc-editor.org/rfc/rfc7983#section-7
      const first = Buffer.from([mutations.pick([0, 1, 20, 22, 23, 63, 64, 79, 128, 191, 255])]);
      stranger.send(Buffer.concat([first, oddBytes(mutations, mutations.below(200))]), port, '127.0.0.1');
      if (round % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const complete = Array.from({ length: 600 }, (_, index) => `picture ${index}`);
    await expect
      .poll(() => [...new Set(viewer.video.map((packet) => packet.toString('latin1', 17)))], { timeout: 5_000 })
      .toEqual(complete);
    expect(presenter.told).not.toContain('dtls CLOSED');
    expect(viewer.told).not.toContain('dtls CLOSED');
    expect(faults.errors).toEqual([]);
  });
});

/** The peer's own library refuses to send some of it. */
function trySending(send: () => void): void {
  try {
    send();
  } catch {
    // Packets that it does not send do no harm.
  }
}
