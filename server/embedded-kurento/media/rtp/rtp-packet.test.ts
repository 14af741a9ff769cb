import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../codecs/testing/test-seed.ts';
import { rtp, vp8Codec } from '../testing/test-packets.ts';
import { readRtpPacket, sequenceDistance } from './rtp-packet.ts';

describe('readRtpPacket', () => {
  it('reads the header and finds the payload', () => {
    const packet = readRtpPacket(rtp({ sequenceNumber: 65_535, timestamp: 0xfffffff0, marker: true }), vp8Codec, 7);
    expect(packet).toMatchObject({ sequenceNumber: 65_535, timestamp: 0xfffffff0, marker: true, payloadOffset: 12 });
    expect(packet).toMatchObject({ payloadType: 96, ssrc: 1111, arrivedAt: 7 });
  });

  it('removes header extensions and keeps contributing sources', () => {
    const plain = rtp({ payload: Buffer.from('picture') });
    const datagram = Buffer.concat([
      Buffer.from([0x92]),
      plain.subarray(1, 12),
      Buffer.from('0000000100000002', 'hex'),
      Buffer.from('bede0001aabbccdd', 'hex'),
      plain.subarray(12),
    ]);
    const packet = readRtpPacket(datagram, vp8Codec, 0);
    expect(packet?.bytes[0]).toBe(0x82);
    expect(packet?.payloadOffset).toBe(20);
    expect(packet?.bytes.subarray(packet.payloadOffset).toString()).toBe('picture');
    expect(packet?.ssrc).toBe(1111);
  });

  it('removes padding and leaves a packet of padding with an empty payload', () => {
    const padded = Buffer.concat([rtp({ payload: Buffer.from('p') }), Buffer.from([0, 0, 3])]);
    padded[0] = 0xa0;
    const packet = readRtpPacket(padded, vp8Codec, 0);
    expect(packet?.bytes.subarray(12).toString()).toBe('p');
    expect(packet?.bytes[0]).toBe(0x80);
    const onlyPadding = Buffer.concat([rtp({ payload: Buffer.alloc(0) }), Buffer.alloc(254), Buffer.from([255])]);
    onlyPadding[0] = 0xa0;
    const empty = readRtpPacket(onlyPadding, vp8Codec, 0);
    expect(empty?.bytes.length).toBe(empty?.payloadOffset);
  });

  it('refuses wrong lengths', () => {
    expect(readRtpPacket(Buffer.alloc(0), vp8Codec, 0)).toBeNull();
    expect(readRtpPacket(Buffer.alloc(12), vp8Codec, 0)).toBeNull();
    const manySources = rtp({});
    manySources[0] = 0x8f;
    expect(readRtpPacket(manySources.subarray(0, 40), vp8Codec, 0)).toBeNull();
    const longExtension = Buffer.concat([rtp({ payload: Buffer.from('beded000', 'hex') }), Buffer.alloc(8)]);
    longExtension[0] = 0x90;
    expect(readRtpPacket(longExtension, vp8Codec, 0)).toBeNull();
    const longPadding = rtp({ payload: Buffer.from([200]) });
    longPadding[0] = 0xa0;
    expect(readRtpPacket(longPadding, vp8Codec, 0)).toBeNull();
  });

  it('survives any input', () => {
    const next = randomNumbers(42);
    for (let round = 0; round < 20_000; round += 1) {
      const datagram = Buffer.from(Array.from({ length: Math.floor(next() * 64) }, () => Math.floor(next() * 256)));
      if (datagram.length > 0) datagram[0] = 0x80 | ((datagram[0] ?? 0) & 0x3f);
      const packet = readRtpPacket(datagram, vp8Codec, 0);
      if (packet !== null) expect(packet.payloadOffset).toBeLessThanOrEqual(packet.bytes.length);
    }
  });
});

describe('sequenceDistance', () => {
  it('wraps around', () => {
    expect(sequenceDistance(65_535, 0)).toBe(1);
    expect(sequenceDistance(0, 65_535)).toBe(-1);
    expect(sequenceDistance(65_000, 500)).toBe(1036);
  });
});
