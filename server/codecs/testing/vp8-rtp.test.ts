import { describe, expect, it } from 'vitest';
import { readEncodedFrames } from './encoded-frames.ts';
import {
  startsVp8Keyframe,
  type Vp8Descriptor,
  vp8DescriptorBytes,
  vp8Payloads,
  writeVp8Descriptor,
} from './vp8-rtp.ts';

const plain: Vp8Descriptor = { pictureIdBits: 0, pictureId: 0x1234, hasLayers: false, baseNumber: 200 };

/** Every combination of the bits that lengthen a descriptor, written by hand: its bytes, with the S bit set. */
const descriptors: [string, string][] = [
  ['nothing but itself', '10'],
  ['the reserved and the N bit', '70'],
  ['X without extensions', '9000'],
  ['I, with 7 bits', '908034'],
  ['I, with 15 bits', '90809234'],
  ['L', '9040c8'],
  ['T', '902020'],
  ['K', '901003'],
  ['T and K, which share a byte', '903023'],
  ['L and T', '9060c820'],
  ['I with 7 bits, L, T and K', '90f034c823'],
  ['I with 15 bits and L', '90c09234c8'],
  ['I with 15 bits, L, T and K', '90f09234c823'],
];

describe('the descriptor of VP8', () => {
  it.each(descriptors)('with %s has the right length, and the keyframe after it is found', (_, hex) => {
    const descriptor = Buffer.from(hex, 'hex');
    const followed = (frameTag: number) => Buffer.concat([descriptor, Buffer.from([frameTag, 0, 0, 0x9d, 0x01, 0x2a])]);
    expect(vp8DescriptorBytes(followed(0x10))).toBe(descriptor.length);
    expect(startsVp8Keyframe(followed(0x10))).toBe(true);
    expect(startsVp8Keyframe(followed(0x11))).toBe(false);
    // Truncated after the descriptor, or within it, it is not recognised.
    for (let length = 0; length <= descriptor.length; length += 1) {
      expect(startsVp8Keyframe(descriptor.subarray(0, length))).toBe(false);
    }
  });

  it.each([
    ['goes on with a frame', '00'],
    ['goes on with a frame, and says so at length', '80f09234c823'],
    ['starts a later partition', '11'],
    ['starts a later partition, and says so at length', '91809234'],
  ])('of a packet that %s starts no keyframe', (_, hex) => {
    expect(startsVp8Keyframe(Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(20)]))).toBe(false);
  });

  it.each<[Partial<Vp8Descriptor>, string]>([
    [{}, '10'],
    [{ pictureIdBits: 7 }, '908034'],
    [{ pictureIdBits: 15 }, '90809234'],
    [{ hasLayers: true }, '9070c820'],
    [{ pictureIdBits: 15, hasLayers: true, pictureId: 0x8001, baseNumber: 257 }, '90f080010120'],
  ])('of %j is written', (change, hex) => {
    expect(writeVp8Descriptor(true, { ...plain, ...change }).toString('hex')).toBe(hex);
    expect(writeVp8Descriptor(false, { ...plain, ...change })[0]).toBe(Number.parseInt(hex.slice(0, 2), 16) & 0xef);
  });
});

it.each([0, 7, 15] as const)('a frame in several packets is whole, with %i bits of picture id', (pictureIdBits) => {
  const [frame] = readEncodedFrames('moving-box.ivf');
  const bytes = frame?.units[0] ?? expect.unreachable('there is no frame');
  const payloads = vp8Payloads(bytes, { ...plain, pictureIdBits, hasLayers: pictureIdBits === 7 }, 400);
  expect(payloads.length).toBeGreaterThan(10);
  expect(payloads.map(startsVp8Keyframe)).toEqual(payloads.map((_, index) => index === 0));
  expect(Math.max(...payloads.map((payload) => payload.length))).toBe(400);
  expect(Buffer.concat(payloads.map((payload) => payload.subarray(vp8DescriptorBytes(payload))))).toEqual(bytes);
});
