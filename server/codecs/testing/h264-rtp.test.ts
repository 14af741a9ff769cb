import { expect, it } from 'vitest';
import { readEncodedFrames } from './encoded-frames.ts';
import { h264Payloads, startsH264Keyframe } from './h264-rtp.ts';

const [keyframe, delta] = readEncodedFrames('moving-box.h264');

/** The NAL units in payloads, by the rules of RFC 6184 §5.6 to §5.8. */
function unitsOf(payloads: readonly Buffer[]): Buffer[] {
  const units: Buffer[] = [];
  for (const payload of payloads) {
    const [first = 0, second = 0] = payload;
    if ((first & 0x1f) === 24) {
      for (let at = 1; at < payload.length; at += 2 + payload.readUInt16BE(at)) {
        units.push(payload.subarray(at + 2, at + 2 + payload.readUInt16BE(at)));
      }
    } else if ((first & 0x1f) !== 28) units.push(payload);
    else if ((second & 0x80) !== 0) {
      units.push(Buffer.concat([Buffer.from([(first & 0xe0) | (second & 0x1f)]), payload.subarray(2)]));
    } else units.push(Buffer.concat([units.pop() ?? Buffer.alloc(0), payload.subarray(2)]));
  }
  return units;
}

it.each([300, 1_100, 60_000])('a keyframe in payloads of %i bytes is whole, and one of them marks it', (maxBytes) => {
  const units = keyframe?.units ?? expect.unreachable('there is no frame');
  expect(units.map((unit) => (unit[0] ?? 0) & 0x1f)).toEqual([7, 8, 5]);
  const payloads = h264Payloads(units, maxBytes);
  expect(unitsOf(payloads)).toEqual(units);
  expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxBytes);
  expect(payloads.filter(startsH264Keyframe)).toHaveLength(1);
});

it('other frames are single units, and not keyframes', () => {
  const payloads = h264Payloads(delta?.units ?? [], 1_100);
  expect(payloads).toHaveLength(1);
  expect(payloads.some(startsH264Keyframe)).toBe(false);
});

it('a truncated payload is not a keyframe', () => {
  for (const hex of ['', '18', '1800', '7c', '7c05']) expect(startsH264Keyframe(Buffer.from(hex, 'hex'))).toBe(false);
});
