import { describe, expect, it } from 'vitest';
import { toNtp } from '../media/clock.ts';
import {
  negativeAcknowledgement,
  pictureLossIndication,
  receiverEstimatedMaximumBitrate,
  receiverReport,
  senderReport,
} from '../media/rtcp/rtcp.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { serverRig } from '../testing/server-rig.ts';
import type { TestPeer, TestPeerOptions } from '../testing/test-peer.ts';

const senderReportType = 200;
const transportFeedback = 205;
const payloadFeedback = 206;
const presenterVideoSsrc = 2222;

/** The values of `getStats`, compared with what real peers sent, lost and received. */
describe('statistics', () => {
  const rig = serverRig();
  const endpoint = () => rig.make('WebRtcEndpoint');
  const join = (options: TestPeerOptions) => rig.join(options);

  /** A presenter and a viewer. */
  async function show(): Promise<{ presenter: TestPeer; viewer: TestPeer }> {
    const [presenter, viewer] = [await join({ role: 'presenter' }), await join({ role: 'viewer' })];
    await rig.client.invoke(presenter.endpoint, 'connect', { sink: viewer.endpoint });
    await Promise.all([viewer.receives('audio', 1), viewer.receives('video', 10)]);
    return { presenter, viewer };
  }

  /** The one record about this kind. */
  async function statsOf(peer: TestPeer, mediaType: 'AUDIO' | 'VIDEO'): Promise<JsonObject> {
    const records: JsonObject[] = Object.values(
      Object(await rig.client.invoke(peer.endpoint, 'getStats', { mediaType })),
    );
    expect(records).toHaveLength(1);
    return records[0] ?? {};
  }

  /** Waits until the record has the expected values, and returns it; fails with the difference. */
  async function settled(peer: TestPeer, mediaType: 'AUDIO' | 'VIDEO', expected: JsonObject): Promise<JsonObject> {
    let stats: JsonObject = {};
    const fits = async () => {
      stats = await statsOf(peer, mediaType);
      return Object.entries(expected).every(([name, value]) => stats[name] === value);
    };
    await peer.until('statistics', fits).catch(() => expect(stats).toMatchObject(expected));
    return stats;
  }

  it('R49: inbound records count what the peer sent, and what of it was lost', async () => {
    const presenter = await join({ role: 'presenter', losesEvery: 10 });
    await presenter.until('loss', () => presenter.sent.video.lost >= 6 && presenter.sent.video.packets % 9 > 2);
    presenter.mute();
    const { audio, video } = presenter.sent;
    await settled(presenter, 'AUDIO', { packetsReceived: audio.packets, bytesReceived: audio.bytes, packetsLost: 0 });
    await settled(presenter, 'VIDEO', {
      packetsReceived: video.packets,
      bytesReceived: video.bytes,
      packetsLost: video.lost,
      ssrc: String(presenterVideoSsrc),
      isRemote: false,
    });
  });

  it('R49: the fraction that was lost is in 256ths, of the last second', async () => {
    const presenter = await join({ role: 'presenter', losesEvery: 4 });
    await presenter.until('two reports', () => presenter.sent.video.packets > 150);
    const fraction = Number((await statsOf(presenter, 'VIDEO')).fractionLost);
    expect(fraction / 256).toBeGreaterThan(0.2);
    expect(fraction / 256).toBeLessThan(0.3);
  });

  it('R49: jitter is that of the packets, in seconds', async () => {
    const presenter = await join({ role: 'presenter', wobbleMs: 100 });
    await presenter.until('packets', () => presenter.sent.video.packets > 120);
    const { jitter } = await statsOf(presenter, 'VIDEO');
    expect(jitter).toBeGreaterThan(0.09);
    // A busy machine adds some of its own.
    expect(jitter).toBeLessThan(0.15);
    expect((await statsOf(presenter, 'AUDIO')).jitter).toBeLessThan(0.03);
  });

  it('R49, D14: requests to the presenter are counted as often as they were sent', async () => {
    const presenter = await join({ role: 'presenter', losesEvery: 10 });
    const viewer = await join({ role: 'viewer' });
    await rig.client.invoke(presenter.endpoint, 'connect', { sink: viewer.endpoint });
    const heard = (type: number, format: number) =>
      presenter.rtcp.filter((packet) => packet[1] === type && ((packet[0] ?? 0) & 0x1f) === format).length;
    // A keyframe is requested once retransmissions are given up.
    const isAskedForAll = () => heard(transportFeedback, 1) >= 5 && heard(payloadFeedback, 1) >= 1;
    await presenter.until('questions of both sorts', isAskedForAll);
    presenter.mute();
    await presenter.until('the last question', async () => {
      const { nackCount, pliCount } = await statsOf(presenter, 'VIDEO');
      return nackCount === heard(transportFeedback, 1) && pliCount === heard(payloadFeedback, 1);
    });
    const { nackCount, pliCount, firCount, sliCount } = await statsOf(presenter, 'VIDEO');
    expect(nackCount).toBeGreaterThanOrEqual(5);
    expect(pliCount).toBeGreaterThanOrEqual(1);
    expect([firCount, sliCount]).toEqual([0, 0]);
  });

  it('R50: outbound records count what was sent to the peer, retransmissions included', async () => {
    const { presenter, viewer } = await show();
    presenter.mute();
    await viewer.until('the last packet', async () => {
      return (await statsOf(viewer, 'VIDEO')).packetsSent === viewer.received.video;
    });
    const before = await statsOf(viewer, 'VIDEO');
    expect(before.packetsSent).toBe(viewer.received.video);
    expect(before.bytesSent).toBe(viewer.receivedBytes.video);
    expect((await statsOf(viewer, 'AUDIO')).packetsSent).toBe(viewer.received.audio);
  });

  it('R50: outbound records contain what the peer reported, requested and can take', async () => {
    const { viewer } = await show();
    const ssrc = Number((await statsOf(viewer, 'VIDEO')).ssrc);
    const block = {
      ssrc,
      fractionLost: 64,
      packetsLost: 7,
      highestSequenceNumber: 100,
      jitter: 0,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
    viewer.sendRtcp(receiverReport(1, [block]), pictureLossIndication(1, ssrc), pictureLossIndication(1, ssrc));
    viewer.sendRtcp(receiverReport(1, [block]), fullIntraRequest(1, ssrc), negativeAcknowledgement(1, ssrc, [3]));
    viewer.sendRtcp(receiverReport(1, [block]), receiverEstimatedMaximumBitrate(1, ssrc, 400_000));
    await settled(viewer, 'VIDEO', {
      fractionLost: 64,
      packetsLost: 7,
      pliCount: 2,
      firCount: 1,
      nackCount: 1,
      remb: 400_000,
    });
    expect(await statsOf(viewer, 'AUDIO')).toMatchObject({ fractionLost: 0, packetsLost: 0, pliCount: 0, remb: 0 });
  });

  it('R50: the round trip is the time that reports took, without the delay at the peer', async () => {
    const { presenter, viewer } = await show();
    const ssrc = Number((await statsOf(viewer, 'VIDEO')).ssrc);
    const ntp = toNtp(Date.now());
    presenter.sendRtcp(
      senderReport(
        {
          ssrc: presenterVideoSsrc,
          ntpSeconds: ntp.seconds,
          ntpFraction: ntp.fraction,
          rtpTimestamp: 1_000,
          packets: 1,
          payloadBytes: 1,
        },
        [],
      ),
    );
    expect((await statsOf(viewer, 'VIDEO')).roundTripTime).toBe(0);
    const heldMs = 600;
    /** Answers the next sender report later, and declares the delay or not. */
    const answerNext = async (ownsUp: boolean): Promise<void> => {
      const seen = viewer.rtcp.length;
      const next = () => viewer.rtcp.slice(seen).find((packet) => packet[1] === senderReportType);
      await viewer.until('a sender report', () => next() !== undefined);
      const arrivedAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, heldMs));
      const delaySinceLastSenderReport = ownsUp ? Math.round((performance.now() - arrivedAt) * 65.536) : 0;
      const lastSenderReport = next()?.readUInt32BE(10) ?? 0;
      const counts = { fractionLost: 0, packetsLost: 0, highestSequenceNumber: 1, jitter: 0 };
      viewer.sendRtcp(receiverReport(1, [{ ssrc, ...counts, lastSenderReport, delaySinceLastSenderReport }]));
    };
    await answerNext(false);
    await viewer.until('a round trip', async () => Number((await statsOf(viewer, 'VIDEO')).roundTripTime) > 0);
    const { roundTripTime: slow } = await statsOf(viewer, 'VIDEO');
    expect(Number(slow) * 1000).toBeGreaterThanOrEqual(heldMs - 1);
    expect(Number(slow) * 1000).toBeLessThan(heldMs * 2);
    await answerNext(true);
    await viewer.until('another', async () => (await statsOf(viewer, 'VIDEO')).roundTripTime !== slow);
    expect(Number((await statsOf(viewer, 'VIDEO')).roundTripTime) * 1000).toBeLessThan(heldMs / 2);
  });

  it('R51: the target bitrate is the one being sent, and falls when nothing is', { tags: ['long'] }, async () => {
    const { presenter, viewer } = await show();
    const startedAt = performance.now();
    const startBytes = presenter.sent.video.bytes;
    await viewer.until('a bitrate', async () => Number((await statsOf(viewer, 'VIDEO')).targetBitrate) > 0);
    const really = ((presenter.sent.video.bytes - startBytes) * 8000) / (performance.now() - startedAt);
    const { targetBitrate } = await statsOf(viewer, 'VIDEO');
    expect(Number(targetBitrate) / really).toBeGreaterThan(0.5);
    expect(Number(targetBitrate) / really).toBeLessThan(1.5);
    presenter.mute();
    await settled(viewer, 'VIDEO', { targetBitrate: 0 });
  });

  it('R32: kinds are distinguished, and no statistics are null', async () => {
    const { presenter, viewer } = await show();
    const hub = await rig.client.create('Dispatcher', { mediaPipeline: rig.pipeline });
    const idle = [await endpoint(), await rig.client.create('HubPort', { hub })];
    for (const object of idle) expect(await rig.client.invoke(object, 'getStats')).toBe(null);
    for (const peer of [presenter, viewer]) {
      expect(await rig.client.invoke(peer.endpoint, 'getStats', { mediaType: 'DATA' })).toBe(null);
      const all = Object(await rig.client.invoke(peer.endpoint, 'getStats'));
      const [audio, video] = [await statsOf(peer, 'AUDIO'), await statsOf(peer, 'VIDEO')];
      expect(new Set(Object.keys(all))).toEqual(new Set([audio.id, video.id]));
    }
  });

  it('D13: latency statistics add no record', async () => {
    await rig.client.invoke(rig.pipeline, 'setLatencyStats', { latencyStats: true });
    const { viewer } = await show();
    const types = Object.values(Object(await rig.client.invoke(viewer.endpoint, 'getStats'))).map((stats) =>
      Object(stats),
    );
    expect(types.map(({ type }) => type)).toEqual(['outboundrtp', 'outboundrtp']);
  });
});

/** https://www.rfc-editor.org/rfc/rfc5104#section-4.3.1 */
function fullIntraRequest(senderSsrc: number, mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(20);
  packet.set([0x84, payloadFeedback, 0, 4]);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 12);
  return packet;
}
