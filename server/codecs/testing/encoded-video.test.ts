import { expect, it } from 'vitest';
import { EncodedVideo } from './encoded-video.ts';
import { startsH264Keyframe } from './h264-rtp.ts';
import { startsVp8Keyframe } from './vp8-rtp.ts';

it.each([
  ['VP8', startsVp8Keyframe],
  ['H264', startsH264Keyframe],
] as const)('video in %s begins with a keyframe of several packets, and has another on request', (codec, starts) => {
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
    const video = new EncodedVideo(codec, name);
    const seen = Array.from({ length: 130 }, (_, index) => {
      if (index === 20) video.requestKeyframe();
      return video.next();
    });
    const keyframes = seen.flatMap(({ isKeyframe }, index) => (isKeyframe ? [index] : []));
    expect(keyframes).toEqual([0, 20, 120]);
    for (const { isKeyframe, payloads } of seen) expect(payloads.some(starts)).toBe(isKeyframe);
    expect(seen[0]?.payloads.length).toBeGreaterThan(3);
  }
});
