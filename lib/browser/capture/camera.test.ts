import { expect, test } from 'vitest';
import { isMirrored } from './camera.ts';

/** The part of a track that matters here. */
function track(label: string, facingMode?: string, contentHint = 'motion'): MediaStreamTrack {
  return {
    label,
    contentHint,
    getSettings: () => (facingMode === undefined ? {} : { facingMode }),
  } as MediaStreamTrack;
}

test.each([
  ['FaceTime HD Camera', undefined, true],
  ['camera2 1, facing front', 'user', true],
  ['camera2 0, facing back', 'environment', false],
  ['Back Camera', undefined, false],
  ['후면 카메라', undefined, false],
  ['OBS Virtual Camera', undefined, false],
  ['Cam Link HDMI', undefined, false],
])('%s (%s) is mirrored: %s', (label, facingMode, mirrored) => {
  expect(isMirrored(track(label, facingMode))).toBe(mirrored);
});

test('a screen is never mirrored', () => {
  expect(isMirrored(track('screen:0:0', undefined, 'detail'))).toBe(false);
});
