import { afterEach, describe, expect, it, vi } from 'vitest';
import { streamStart } from '../../codecs/testing/test-seed.ts';
import { FileStream } from '../playing/file-stream.ts';
import { openMediaEngine } from './media-engine.ts';
import { MediaSession } from './media-session.ts';
import type { RtpConsumer, RtpSource } from './media-types.ts';
import { senderReport } from './rtcp/rtcp.ts';
import { rtp, vp8Codec, vp8Key } from './testing/test-packets.ts';

type Line = { level: string; message: string; context: Record<string, unknown> };

/** Keeps the log lines. */
function openLog() {
  const lines: Line[] = [];
  const log = (level: string, message: string, context: Record<string, unknown> = {}) =>
    void lines.push({ level, message, context });
  return { lines, log };
}

/** Adds two consumers to a source, of which the first one always throws; returns what the second one received. */
function consumeWithThrower(source: RtpSource): string[] {
  const got: string[] = [];
  const thrower = (): never => {
    throw new Error('This consumer is broken');
  };
  source.addConsumer({ onPacket: thrower, onSenderClock: thrower, onEnded: thrower });
  const consumer: RtpConsumer = {
    onPacket: ({ sequenceNumber }) => got.push(`packet ${sequenceNumber}`),
    onSenderClock: ({ rtpTimestamp }) => got.push(`clock ${rtpTimestamp}`),
    onEnded: () => got.push('end'),
  };
  source.addConsumer(consumer);
  return got;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a consumer that throws', () => {
  it('R161: withholds no packet or report of a peer from the consumers after it, and is logged once a second', () => {
    const { lines, log } = openLog();
    const session = new MediaSession({ cname: 'cname', sender: { sendRtp: () => true, sendRtcp: () => true }, log });
    const extensionIds = { sendTime: 0, orientation: 0, captureTime: 0 };
    const codecs = [{ ...vp8Codec, payloadType: 96 }];
    session.negotiated([{ kind: 'video', codecs, extensionIds, nack: true, receives: true, sends: false }]);
    session.open();
    const got = consumeWithThrower(session.incoming.video);
    const start = streamStart('consumed');
    for (let index = 1; index <= 100; index += 1) {
      const numbers = { sequenceNumber: start.sequenceNumber + index, timestamp: start.timestamp + index * 3000 };
      session.receive(rtp({ ...numbers, payload: vp8Key }));
    }
    const info = { ssrc: 1111, ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 777, packets: 1, payloadBytes: 1 };
    session.receive(senderReport(info, []));

    expect(got).toEqual([
      ...Array.from({ length: 100 }, (_, index) => `packet ${(start.sequenceNumber + index + 1) & 0xffff}`),
      'clock 777',
    ]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'A consumer of media failed', context: { faults: 1, error: expect.any(String) } },
    ]);
    expect(lines[0]?.context.error).toMatch('This consumer is broken');
  });

  it('R161: withholds nothing of a played file from the consumers after it', () => {
    const failures: unknown[] = [];
    const stream = new FileStream('audio', (error) => failures.push(error));
    const got = consumeWithThrower(stream);
    const codec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
    const format = { codec, payloadType: 111, createPacketizer: () => ({ packetize: (frame: Buffer) => [frame] }) };
    stream.begin({ ...format, ticksOf: null }, 0);
    stream.send(Buffer.from([1, 2, 3]), true, 20, 20);
    stream.end();
    expect(got).toEqual([expect.stringMatching(/^clock \d+$/), expect.stringMatching(/^packet \d+$/), 'end']);
    expect(failures).toHaveLength(3);
  });
});

describe('a link that fails in its periodic work', () => {
  it('R161: does not prevent other links from being served', async () => {
    const { lines, log } = openLog();
    const engine = openMediaEngine({ log });
    try {
      let turns = 0;
      const listener = { connected: () => undefined };
      const options = { ipv6: false, crypto: null };
      const broken = engine.openRtpLink(listener, options);
      const sound = engine.openRtpLink(listener, options);
      vi.spyOn(broken as unknown as { tick(): void }, 'tick').mockImplementation(() => {
        throw new Error('This link is broken');
      });
      vi.spyOn(sound as unknown as { tick(): void }, 'tick').mockImplementation(() => {
        turns += 1;
      });
      await vi.waitFor(() => expect(turns).toBeGreaterThan(3));
      expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
      broken.close();
      sound.close();
    } finally {
      engine.close();
    }
  });
});
