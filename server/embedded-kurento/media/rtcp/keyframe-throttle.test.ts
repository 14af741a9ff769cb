import { describe, expect, it } from 'vitest';
import { IncomingStream } from '../incoming-stream.ts';
import type { RtpConsumer } from '../media-types.ts';
import { OutgoingStream, type PacketSender } from '../outgoing-stream.ts';
import { readRtpPacket } from '../rtp/rtp-packet.ts';
import { rtp, vp8Codec, vp8Delta } from '../testing/test-packets.ts';
import { KeyframeBackoff } from './keyframe-throttle.ts';

const opusCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
const consumer: RtpConsumer = { onPacket: () => undefined, onSenderClock: () => undefined };
/** RTCP's payload-specific feedback: https://www.rfc-editor.org/rfc/rfc4585#section-6.3 */
const payloadFeedbackType = 206;
const rembFormat = 15;

/** Counts the keyframe requests among the sent packets: picture loss indications and full intra requests. */
class RequestCounter implements PacketSender {
  requests = 0;
  sendRtp(): boolean {
    return true;
  }
  sendRtcp(packet: Buffer): boolean {
    if (packet[1] === payloadFeedbackType && ((packet[0] ?? 0) & 0x1f) !== rembFormat) this.requests += 1;
    return true;
  }
}

/** A stream whose sender restarts with another SSRC after a second. @returns the keyframe requests of 10 s */
function requestsAfterNewSsrc(kind: 'audio' | 'video'): { atOnce: number; total: number } {
  const sender = new RequestCounter();
  const stream = new IncomingStream(kind, 77, sender);
  stream.addConsumer(consumer);
  const codec = kind === 'audio' ? opusCodec : vp8Codec;
  const start = performance.now();
  let atOnce = 0;
  for (let ms = 0; ms < 10_000; ms += 20) {
    const ssrc = ms < 1000 ? 1111 : 2222;
    if (ms === 1000) ms += 1000;
    const datagram = rtp({ sequenceNumber: ms / 20, timestamp: ms * 48, ssrc, payload: vp8Delta });
    const packet = readRtpPacket(datagram, codec, start + ms);
    if (packet !== null) stream.receive(packet);
    stream.tick(start + ms);
    if (ms === 2000) atOnce = sender.requests;
  }
  return { atOnce, total: sender.requests };
}

describe('keyframe requests', () => {
  it('R160: are never sent for audio, whatever its SSRC', () => {
    expect(requestsAfterNewSsrc('audio')).toEqual({ atOnce: 0, total: 0 });
  });

  it('R160: are sent for video that arrives with another SSRC, until a keyframe arrives', () => {
    const { atOnce, total } = requestsAfterNewSsrc('video');
    expect(atOnce).toBe(1);
    expect(total).toBeGreaterThan(10);
  });

  it('R160: of a viewer are not passed on when they name its audio, and the audio is not retransmitted', () => {
    let requests = 0;
    let sent = 0;
    const stream = new OutgoingStream('audio', 5, {
      sendRtcp: () => true,
      sendRtp: () => {
        sent += 1;
        return true;
      },
    });
    stream.codecs = [{ ...opusCodec, payloadType: 109 }];
    const packet = readRtpPacket(rtp({}), opusCodec, performance.now());
    if (packet !== null) packet.keyframeStart = true;
    stream.setSource({
      kind: 'audio',
      packetCount: 0,
      codecs: [opusCodec],
      senderClock: null,
      hasFixedKeyframes: true,
      packetsSinceKeyframe: () => (packet === null ? [] : [packet]),
      addConsumer: () => undefined,
      removeConsumer: () => undefined,
      requestKeyframe: () => {
        requests += 1;
      },
    });
    stream.open();
    stream.keyframeRequested(false, performance.now() + 10_000);
    stream.keyframeRequested(true, performance.now() + 20_000);
    expect({ requests, sent }).toEqual({ requests: 0, sent: 0 });
    expect(stream.stats()).toMatchObject({ pliCount: 1, firCount: 1 });
  });
});

const roundTripMs = 80;

/** A viewer that repeats its request every 200 ms while it has no picture; its keyframes take 150 ms to arrive. */
class Viewer {
  readonly backoff = new KeyframeBackoff();
  readonly passedOn: number[] = [];
  #comesAt = Number.POSITIVE_INFINITY;

  /** @param picture how long a keyframe helps, in milliseconds */
  watch(fromMs: number, toMs: number, picture: number): void {
    let goodUntil = fromMs;
    for (let now = fromMs; now < toMs; now += 50) {
      if (now >= this.#comesAt) {
        this.backoff.keyframeSent(now);
        this.#comesAt = Number.POSITIVE_INFINITY;
        goodUntil = now + picture;
      }
      const isAsking = now >= goodUntil && now % 200 === 0;
      const passes =
        (isAsking && this.backoff.requested(now, roundTripMs)) || (now % 1000 === 0 && this.backoff.due(now));
      if (!passes || this.#comesAt !== Number.POSITIVE_INFINITY) continue;
      this.passedOn.push(now);
      this.#comesAt = now + 150;
    }
  }
}

describe('KeyframeBackoff', () => {
  it('R85: passes a first request on immediately, and after a keyframe the next one half a second later', () => {
    const backoff = new KeyframeBackoff();
    expect(backoff.requested(1000, roundTripMs)).toBe(true);
    backoff.keyframeSent(1100);
    expect(backoff.requested(1500, roundTripMs)).toBe(false);
    expect(backoff.requested(1700, roundTripMs)).toBe(true);
  });

  it('R85: ignores a request that was sent before the keyframe for the previous one could arrive', () => {
    const backoff = new KeyframeBackoff();
    backoff.requested(900, roundTripMs);
    backoff.keyframeSent(1000);
    expect(backoff.requested(1170, roundTripMs)).toBe(false);
    expect(backoff.due(60_000)).toBe(false);
  });

  it('R85: gives fewer and fewer keyframes to a viewer that they do not help, down to one in 8 s', () => {
    const viewer = new Viewer();
    viewer.watch(0, 120_000, 1000);
    const late = viewer.passedOn.filter((at) => at >= 40_000);
    expect(viewer.passedOn.length).toBeLessThanOrEqual(20);
    expect(late.length).toBeLessThanOrEqual(10);
    const pauses = late.slice(1).map((at, index) => at - (late[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(8000);
    // The viewer is never given up.
    expect(Math.max(...pauses)).toBeLessThan(9500);
  });

  it('R85: serves a viewer promptly again after ten seconds without requests', () => {
    const viewer = new Viewer();
    viewer.watch(0, 60_000, 1000);
    viewer.backoff.keyframeSent(60_000);
    expect(viewer.backoff.requested(70_600, roundTripMs)).toBe(true);
    viewer.backoff.keyframeSent(70_700);
    expect(viewer.backoff.requested(71_800, roundTripMs)).toBe(true);
  });

  it('R85: does not forget a request that is made only once', () => {
    const backoff = new KeyframeBackoff();
    backoff.requested(0, roundTripMs);
    backoff.keyframeSent(100);
    expect(backoff.requested(300, roundTripMs)).toBe(false);
    expect(backoff.due(500)).toBe(false);
    expect(backoff.due(1100)).toBe(true);
    expect(backoff.due(2100)).toBe(false);
  });

  it('R85: holds nothing back from another media server, except what was sent before its keyframe could arrive', () => {
    const backoff = new KeyframeBackoff();
    backoff.isOff = true;
    for (let now = 0; now < 60_000; now += 600) {
      expect(backoff.requested(now, roundTripMs)).toBe(true);
      backoff.keyframeSent(now + 100);
      expect(backoff.requested(now + 150, roundTripMs)).toBe(false);
    }
  });

  it('R85: counts a keyframe that another viewer requested', () => {
    const backoff = new KeyframeBackoff();
    backoff.keyframeSent(0);
    expect(backoff.requested(200, roundTripMs)).toBe(false);
    backoff.keyframeSent(450);
    expect(backoff.due(1000)).toBe(false);
  });
});
