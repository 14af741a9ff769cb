import { afterEach, describe, expect, it } from 'vitest';
import { encryptedStreamStart, randomNumbers } from '../../../codecs/testing/test-seed.ts';
import { openMediaEngine } from '../media-engine.ts';
import { rtp, vp8Codec, vp8Delta, vp8Key, withExtension } from '../testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from '../testing/test-peer.ts';
import type { ExtensionIds } from './header-extensions.ts';
import { type ReceivedPacket, readRtpPacket } from './rtp-packet.ts';

const extensionIds: ExtensionIds = { sendTime: 2, orientation: 13, captureTime: 9 };
const oneByteProfile = 0xbede;
const captureTimeBytes = [1, 2, 3, 4, 5, 6, 7, 8];

function read(profile: number, elements: readonly number[], payload = vp8Key): ReceivedPacket {
  const packet = readRtpPacket(withExtension(rtp({ payload }), profile, elements), vp8Codec, 0, extensionIds);
  if (packet === null) throw new Error('A test packet must be readable');
  return packet;
}

/** The extension block of a packet, without its profile and length, or null. */
function blockOf(packet: Buffer): Buffer | null {
  if (((packet[0] ?? 0) & 0x10) === 0) return null;
  expect(packet.readUInt16BE(12)).toBe(oneByteProfile);
  return packet.subarray(16, 16 + packet.readUInt16BE(14) * 4);
}

describe('header extensions', () => {
  it('R89: are read in both forms, past padding and unknown elements', () => {
    const times = [0x22, 0x12, 0x34, 0x56, 0x97, ...captureTimeBytes];
    const oneByte = read(oneByteProfile, [0x31, 0xaa, 0xbb, 0, 0, ...times, 0xd0, 0x03]);
    const timesAgain = [2, 3, 0x12, 0x34, 0x56, 9, 8, ...captureTimeBytes];
    const twoBytes = read(0x1000, [3, 0, 200, 2, 1, 1, 0, ...timesAgain, 13, 1, 0x03]);
    for (const { sendTime, quarterTurns, extended, bytes, payloadOffset } of [oneByte, twoBytes]) {
      expect({ sendTime, quarterTurns }).toEqual({ sendTime: 0x123456, quarterTurns: 3 });
      extended?.write({ ...extensionIds, captureTime: 4 });
      expect(extended && blockOf(extended.bytes)).toEqual(Buffer.from([0x47, ...captureTimeBytes, 0, 0, 0]));
      expect(extended?.bytes.subarray(extended.shift + payloadOffset)).toEqual(vp8Key);
      expect(bytes).toEqual(rtp({ payload: vp8Key }));
    }
  });

  it('R89: of other kinds, or of a wrong length, are removed', () => {
    expect(read(oneByteProfile, [0x22, 1, 2, 3])).toMatchObject({ sendTime: 0x010203, extended: null });
    expect(read(oneByteProfile, [0x21, 1, 2, 0xd1, 1, 2])).toMatchObject({
      sendTime: -1,
      quarterTurns: 0,
      extended: null,
    });
    expect(read(oneByteProfile, [0x96, 1, 2, 3, 4, 5, 6, 7])).toMatchObject({ extended: null });
    expect(read(oneByteProfile, [0xf0, 0, 0x22, 1, 2, 3])).toMatchObject({ sendTime: -1 });
    expect(read(0xabcd, [0xd0, 3])).toMatchObject({ sendTime: -1, quarterTurns: 0, extended: null });
    expect(read(oneByteProfile, [0xd0, 0, 0, 0x2f])).toMatchObject({ sendTime: -1 });
  });

  it('R89: are sent to each viewer as negotiated, without those of another viewer', () => {
    const { extended } = read(oneByteProfile, [0xd0, 0x00, 0x97, ...captureTimeBytes]);
    const shown = (ids: Partial<ExtensionIds>): number[] => {
      extended?.write({ sendTime: 0, orientation: 0, captureTime: 0, ...ids });
      return [...(extended === null ? [] : (blockOf(extended.bytes) ?? []))];
    };
    expect(shown({ orientation: 1, captureTime: 2 })).toEqual([0x27, ...captureTimeBytes, 0, 0, 0]);
    expect(shown({ captureTime: 5 })).toEqual([0x57, ...captureTimeBytes, 0, 0, 0]);
    expect(shown({ orientation: 7 })).toEqual(new Array(12).fill(0));
    expect(extended?.suits({ ...extensionIds, captureTime: 0 })).toBe(false);
  });

  it('D31: give the remaining rotation of a picture, whichever camera it is from, mirrored or not', () => {
    for (let byte = 0; byte < 256; byte += 1) expect(read(oneByteProfile, [0xd0, byte]).quarterTurns).toBe(byte & 0x03);
    expect(read(oneByteProfile, [0x22, 1, 2, 3]).quarterTurns).toBe(0);
  });

  it('survive any input', () => {
    const next = randomNumbers(8);
    for (let round = 0; round < 20_000; round += 1) {
      const elements = Array.from({ length: Math.floor(next() * 24) }, () => Math.floor(next() * 256));
      const packet = read(next() < 0.5 ? oneByteProfile : 0x1000, elements);
      expect(packet.bytes.subarray(12)).toEqual(vp8Key);
      packet.extended?.write(extensionIds);
    }
  });
});

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Not within 5 s: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Adds extensions to the offer's video. */
function offering(...lines: string[]): (offer: string) => string {
  return (offer) => offer.replace('a=mid:1', ['a=mid:1', ...lines].join('\r\n'));
}

describe('a link', () => {
  it('R89: keeps the capture time of pictures, with each viewer’s own id', async () => {
    const engine = openMediaEngine({ log: () => undefined });
    closing.push(engine);
    const captureTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
    const connect = async (role: 'presenter' | 'viewer', ...lines: string[]): Promise<TestPeer> => {
      const peer = await connectTestPeer(engine, role, undefined, undefined, offering(...lines));
      closing.push(peer);
      return peer;
    };
    const presenter = await connect(
      'presenter',
      `a=extmap:9 ${captureTime}`,
      'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    );
    const one = await connect('viewer', 'a=extmap:4 urn:3gpp:video-orientation', `a=extmap:1 ${captureTime}`);
    const other = await connect('viewer', `a=extmap:14 ${captureTime}`);
    const none = await connect('viewer', 'a=extmap:13 urn:3gpp:video-orientation');
    for (const viewer of [one, other, none]) viewer.link.sinks.video.setSource(presenter.link.sources.video);
    const start = encryptedStreamStart('turned');
    const packet = (index: number): Buffer =>
      rtp({
        sequenceNumber: start.sequenceNumber + index,
        timestamp: start.timestamp + 3000 * index,
        ssrc: presenter.videoSsrc,
        payload: index === 1 ? vp8Key : vp8Delta,
      });
    const longer = [...captureTimeBytes, ...captureTimeBytes];
    presenter.sendVideo(withExtension(packet(1), oneByteProfile, [0x97, ...captureTimeBytes, 0x22, 7, 7, 7]));
    presenter.sendVideo(withExtension(packet(2), oneByteProfile, [0x9f, ...longer]));
    presenter.sendVideo(withExtension(packet(3), oneByteProfile, [0x22, 7, 7, 7]));
    await until(() => [one, other, none].every((viewer) => viewer.video.length === 3));
    for (const [viewer, id] of [
      [one, 1],
      [other, 14],
    ] as const) {
      expect(viewer.video.map(blockOf)).toEqual([
        Buffer.from([(id << 4) | 7, ...captureTimeBytes, 0, 0, 0]),
        Buffer.from([(id << 4) | 15, ...longer, 0, 0, 0]),
        null,
      ]);
    }
    expect(none.video.map(blockOf)).toEqual([null, null, null]);
    for (const viewer of [one, other, none]) {
      expect(viewer.video.map((received) => received.subarray(-vp8Key.length))).toEqual([vp8Key, vp8Delta, vp8Delta]);
      const numbers = viewer.video.map((received) => received.readUInt16BE(2));
      expect(numbers.map((number) => (number - (numbers[0] ?? 0)) & 0xffff)).toEqual([0, 1, 2]);
      expect(new Set(viewer.video.map((received) => received.readUInt32BE(8))).size).toBe(1);
    }
  });
});
