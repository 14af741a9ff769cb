import { expect, test } from 'vitest';
import {
  startsVp8Keyframe,
  vp8DescriptorBytes,
  vp8FrameHeaderBytes,
  writeVp8Descriptor,
  writeVp8FrameHeader,
} from './vp8.ts';

const frame = { frameBytes: 26_000, width: 1280, height: 720 };

function firstPacket(keyframe: boolean): Buffer {
  const payload = Buffer.alloc(100);
  writeVp8Descriptor(payload, 0, { startsFrame: true, pictureId: 0x1234 });
  writeVp8FrameHeader(payload, vp8DescriptorBytes, { ...frame, keyframe });
  return payload;
}

test('a descriptor carries a 15-bit picture id and wraps it', () => {
  const payload = Buffer.alloc(vp8DescriptorBytes);
  writeVp8Descriptor(payload, 0, { startsFrame: true, pictureId: 0x1234 });
  expect(payload.toString('hex')).toBe('90809234');
  writeVp8Descriptor(payload, 0, { startsFrame: false, pictureId: 0x8001 });
  expect(payload.toString('hex')).toBe('80808001');
});

test('a keyframe has its start code and its size', () => {
  const header = firstPacket(true).subarray(vp8DescriptorBytes, vp8DescriptorBytes + vp8FrameHeaderBytes(true));
  expect(header.readUIntBE(3, 3)).toBe(0x9d012a);
  expect(header.readUInt16LE(6)).toBe(1280);
  expect(header.readUInt16LE(8)).toBe(720);
  expect(header.readUIntLE(0, 3) >> 5).toBe(6500);
});

test('only the first packet of a keyframe starts a keyframe', () => {
  expect(startsVp8Keyframe(firstPacket(true))).toBe(true);
  expect(startsVp8Keyframe(firstPacket(false))).toBe(false);
  const later = firstPacket(true);
  writeVp8Descriptor(later, 0, { startsFrame: false, pictureId: 0x1234 });
  expect(startsVp8Keyframe(later)).toBe(false);
  expect(startsVp8Keyframe(Buffer.alloc(0))).toBe(false);
  expect(startsVp8Keyframe(Buffer.from('90809234', 'hex'))).toBe(false);
});

test('descriptors of every length of other senders are understood', () => {
  expect(startsVp8Keyframe(Buffer.from([0x10, 0x10]))).toBe(true);
  expect(startsVp8Keyframe(Buffer.from([0x90, 0x80, 0x05, 0x10]))).toBe(true);
  expect(startsVp8Keyframe(Buffer.from([0x90, 0xf0, 0x85, 0x01, 0x02, 0x03, 0x10]))).toBe(true);
  expect(startsVp8Keyframe(Buffer.from([0x90, 0xf0, 0x85, 0x01, 0x02, 0x03, 0x11]))).toBe(false);
});
