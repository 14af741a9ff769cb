import { describe, expect, it } from 'vitest';
import { IncomingStream } from './incoming-stream.ts';
import type { RtpConsumer } from './media-types.ts';
import { OutgoingStream, type PacketSender } from './outgoing-stream.ts';
import { readRtpPacket } from './rtp-packet.ts';
import { rtp, VP8, VP8_DELTA } from './test-packets.ts';

const OPUS = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
const consumer: RtpConsumer = { onPacket: () => undefined, onSenderClock: () => undefined };
/** RTCP's payload-specific feedback: https://www.rfc-editor.org/rfc/rfc4585#section-6.3 */
const PAYLOAD_FEEDBACK = 206;
const REMB_FORMAT = 15;

/** Counts the keyframe requests among what is sent: picture loss indications and full intra requests. */
class RequestCounter implements PacketSender {
  requests = 0;
  sendRtp(): boolean {
    return true;
  }
  sendRtcp(packet: Buffer): boolean {
    if (packet[1] === PAYLOAD_FEEDBACK && ((packet[0] ?? 0) & 0x1f) !== REMB_FORMAT) this.requests += 1;
    return true;
  }
}

/** A stream whose sender starts again under another SSRC after a second. @returns the keyframe requests of 10 s */
function requestsAfterNewSsrc(kind: 'audio' | 'video'): { atOnce: number; total: number } {
  const sender = new RequestCounter();
  const stream = new IncomingStream(kind, 77, sender);
  stream.addConsumer(consumer);
  const codec = kind === 'audio' ? OPUS : VP8;
  const start = performance.now();
  let atOnce = 0;
  for (let ms = 0; ms < 10_000; ms += 20) {
    const ssrc = ms < 1000 ? 1111 : 2222;
    if (ms === 1000) ms += 1000;
    const datagram = rtp({ sequenceNumber: ms / 20, timestamp: ms * 48, ssrc, payload: VP8_DELTA });
    const packet = readRtpPacket(datagram, codec, start + ms);
    if (packet !== null) stream.receive(packet);
    stream.tick(start + ms);
    if (ms === 2000) atOnce = sender.requests;
  }
  return { atOnce, total: sender.requests };
}

describe('keyframe requests', () => {
  it('R160: are never sent for sound, whatever SSRC it comes under', () => {
    expect(requestsAfterNewSsrc('audio')).toEqual({ atOnce: 0, total: 0 });
  });

  it('R160: are sent for a picture that comes under another SSRC, until a keyframe comes', () => {
    const { atOnce, total } = requestsAfterNewSsrc('video');
    expect(atOnce).toBe(1);
    expect(total).toBeGreaterThan(10);
  });

  it('R160: of a viewer are not passed on when they name its sound, and the sound is not repeated', () => {
    let requests = 0;
    let sent = 0;
    const stream = new OutgoingStream('audio', 5, {
      sendRtcp: () => true,
      sendRtp: () => {
        sent += 1;
        return true;
      },
    });
    stream.codecs = [{ ...OPUS, payloadType: 109 }];
    const packet = readRtpPacket(rtp({}), OPUS, performance.now());
    if (packet !== null) packet.keyframeStart = true;
    stream.setSource({
      kind: 'audio',
      packetCount: 0,
      codecs: [OPUS],
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
