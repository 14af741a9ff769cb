import { describe, expect, it } from 'vitest';
import { beginsKeyframe } from './payload-formats.ts';
import { randomNumbers } from './testing/test-seed.ts';

function starts(codec: string, hex: string): boolean {
  return beginsKeyframe(codec, Buffer.from(`ffff${hex}`, 'hex'), 2);
}

describe('beginsKeyframe', () => {
  it.each([
    ['VP8', 'a plain keyframe', '1000aa', true],
    ['VP8', 'a keyframe behind a long picture id, TL0PICIDX and TID', '90e0812345c000', true],
    ['VP8', 'a keyframe behind a short picture id', '90802300', true],
    ['VP8', 'a later packet of a keyframe', '0000aa', false],
    ['VP8', 'another partition', '1100aa', false],
    ['VP8', 'an interframe', '1001aa', false],
    ['VP8', 'a descriptor without a payload', '90e08123', false],
    ['VP9', 'the start of a frame that depends on none', '8881235500', true],
    ['VP9', 'the lowest spatial layer', 'a8812300aa', true],
    ['VP9', 'a higher spatial layer', 'a8812302aa', false],
    ['VP9', 'an inter-picture predicted frame', 'c8812355', false],
    ['VP9', 'a packet from the middle of a frame', '80812355', false],
    ['H264', 'a parameter set', '6742001f', true],
    ['H264', 'an IDR slice', '6588', true],
    ['H264', 'a plain slice', '4188', false],
    ['H264', 'an aggregate with a parameter set', '780004674200aa000268ce', true],
    ['H264', 'an aggregate without', '78000268ce000206aa', false],
    ['H264', 'the first fragment of an IDR slice', '7c8588', true],
    ['H264', 'a later fragment of it', '7c0588', false],
    ['AV1', 'a new coded video sequence', '180a0b', true],
    ['AV1', 'a frame in the middle of one', '100a0b', false],
    ['H265', 'a codec that is not known', '180a0b', false],
  ])('%s: %s', (codec, _what, hex, expected) => {
    expect(starts(codec, hex)).toBe(expected);
  });

  it('survives whatever bytes arrive', () => {
    const next = randomNumbers(7);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(next() * 12) }, () => Math.floor(next() * 256)));
      for (const codec of ['VP8', 'VP9', 'H264', 'AV1']) beginsKeyframe(codec, bytes, 0);
    }
  });
});
