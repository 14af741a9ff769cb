import { describe, expect, it } from 'vitest';
import { randomNumbers, streamStart, testSeed } from '../../../codecs/testing/test-seed.ts';
import { fromNtp } from '../clock.ts';
import { IncomingStream } from '../incoming-stream.ts';
import type { MediaKind } from '../media-types.ts';
import { OutgoingStream } from '../outgoing-stream.ts';
import { rtp, vp8Codec, vp8Key } from '../testing/test-packets.ts';
import { RtpClock } from './rtp-clock.ts';
import { readRtpPacket } from './rtp-packet.ts';

const hourMs = 3_600_000;

describe(`the clock of an RTP stream (FUZZ_SEED=${testSeed})`, () => {
  const { timestamp } = streamStart('recorded');
  const at = (ms: number): number => (timestamp + ms * 90) % 2 ** 32;

  it('R71, R130: continues across the wrap-around, with jitter and late packets', () => {
    const random = randomNumbers(testSeed);
    const clock = new RtpClock(1, 90_000, at(0));
    for (let ms = 0; ms < 15 * hourMs; ms += 20_000) {
      expect(clock.observe(at(ms), ms + random() * 300)).toBeCloseTo(ms, 3);
      if (ms > 0) expect(clock.toMs(at(ms - 500))).toBeCloseTo(ms - 500, 3);
    }
  });

  it.each([5, 7, 13, 20, 30])('R72, R130: knows how much time has passed after %d h without a packet', (hours) => {
    const clock = new RtpClock(1, 90_000, at(0));
    clock.observe(at(0), 40);
    const ms = hours * hourMs;
    expect(clock.observe(at(ms), ms + 70)).toBeCloseTo(ms, 3);
    expect(clock.observe(at(ms + 40), ms + 100)).toBeCloseTo(ms + 40, 3);
  });
});

const opusCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
const ssrcs: Readonly<Record<MediaKind, number>> = { audio: 1111, video: 2222 };
const frameMs: Readonly<Record<MediaKind, number>> = { audio: 20, video: 40 };
const networkMs = 40;
const stall = { fromMs: 5000, toMs: 6000 };

/**
 * A presenter's audio and video. Either the audio capture stalls for a second and its timestamps do not show it, or the
 * network stalls. Reports are sent once, at the beginning.
 * @returns the error of the viewer's audio report at the end, in milliseconds
 */
function errorOfReports(cause: 'capture' | 'network', endMs: number): number {
  const random = randomNumbers(testSeed);
  const startMs = performance.now();
  const starts = { audio: streamStart('sound').timestamp, video: streamStart('picture').timestamp };
  const quiet = { sendRtp: () => true, sendRtcp: () => true };
  const streams = { audio: new IncomingStream('audio', 1, quiet), video: new IncomingStream('video', 2, quiet) };
  streams.audio.setSibling(streams.video);
  streams.video.setSibling(streams.audio);
  const sent = { timestamp: 0, captureMs: 0 };
  const report = { ntpMs: 0, timestamp: 0 };
  const viewer = new OutgoingStream('audio', 5, {
    sendRtp: (packet) => {
      sent.timestamp = packet.readUInt32BE(4);
      return true;
    },
    sendRtcp: (packet) => {
      report.ntpMs = fromNtp(packet.readUInt32BE(8), packet.readUInt32BE(12));
      report.timestamp = packet.readUInt32BE(16);
      return true;
    },
  });
  viewer.codecs = [{ ...opusCodec, payloadType: 109 }];
  viewer.setSource(streams.audio);
  viewer.open();

  const isStopped = (ms: number) => ms >= stall.fromMs && ms < stall.toMs;
  const ticksAt = (kind: MediaKind, captureMs: number) => {
    const leftOutMs = kind === 'audio' && cause === 'capture' && captureMs >= stall.toMs ? 1000 : 0;
    return starts[kind] + (captureMs - leftOutMs) * (kind === 'audio' ? 48 : 90);
  };
  const packets = (['audio', 'video'] as const).flatMap((kind) =>
    Array.from({ length: endMs / frameMs[kind] }, (_, index) => index * frameMs[kind])
      .filter((captureMs) => !(kind === 'audio' && cause === 'capture' && isStopped(captureMs)))
      .map((captureMs, index) => {
        const sentMs = cause === 'network' && isStopped(captureMs) ? stall.toMs : captureMs;
        return { kind, captureMs, sequenceNumber: index, atMs: sentMs + networkMs + random() * 15 };
      }),
  );
  for (const { kind, captureMs, sequenceNumber, atMs } of packets.sort((a, b) => a.atMs - b.atMs)) {
    const timestamp = ticksAt(kind, captureMs);
    const codec = kind === 'audio' ? opusCodec : vp8Codec;
    const payload = kind === 'audio' ? Buffer.from([0xf8, 1]) : vp8Key;
    const datagram = rtp({ sequenceNumber, timestamp, ssrc: ssrcs[kind], payload });
    const packet = readRtpPacket(datagram, codec, startMs + atMs);
    if (kind === 'audio') sent.captureMs = captureMs;
    if (packet !== null) streams[kind].receive(packet);
    if (captureMs !== 1000) continue;
    const ntpMs = performance.timeOrigin + startMs + captureMs;
    const clock = { ntpMs, rtpTimestamp: timestamp >>> 0, ssrc: ssrcs[kind] };
    streams[kind].receiveSenderReport(clock, 0, startMs + atMs);
  }
  viewer.everySecond(performance.now());
  const toldMs = report.ntpMs + ((sent.timestamp - report.timestamp) | 0) / 48;
  return toldMs - (performance.timeOrigin + startMs + sent.captureMs);
}

describe('a presenter whose audio stalls', () => {
  it('R164: is reported to viewers with the correct time half a second later, before its own report', () => {
    expect(Math.abs(errorOfReports('capture', stall.toMs + 500))).toBeLessThan(40);
  });

  it('R164: is distinguished from one whose network stops', () => {
    expect(Math.abs(errorOfReports('network', stall.toMs + 3000))).toBeLessThan(2);
  });
});
