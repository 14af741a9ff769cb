import { expect, test } from 'vitest';
import {
  defaultQuality,
  enoughKbps,
  fallsShort,
  pictureHeights,
  qualityFrom,
  screenConstraints,
  widthFor,
} from './quality.ts';

test('pictures are 16:9 with even widths', () => {
  expect(pictureHeights.map(widthFor)).toEqual([640, 854, 1280, 1920]);
});

test('a stored value that is not a quality becomes the default', () => {
  expect(qualityFrom(1080, 60)).toEqual({ height: 1080, frameRate: 60 });
  expect(qualityFrom('1080', undefined)).toEqual(defaultQuality);
});

test('a screen is scaled down, and never up', () => {
  expect(screenConstraints({ height: 480, frameRate: 15 })).toMatchObject({
    width: { max: 854 },
    height: { max: 480 },
  });
});

test('a camera that delivers less than requested is noticed, but not one that is held upright or rounds', () => {
  const requested = { height: 720, frameRate: 30 } as const;
  expect(fallsShort(requested, { width: 640, height: 480, frameRate: 30 })).toBe(true);
  expect(fallsShort(requested, { width: 1280, height: 720, frameRate: 15 })).toBe(true);
  expect(fallsShort(requested, { width: 720, height: 1280, frameRate: 29 })).toBe(false);
  expect(fallsShort(requested, { width: 1280, height: 720, frameRate: null })).toBe(false);
});

test('a small picture needs less than a large one', () => {
  const worth = pictureHeights.map((height) => enoughKbps({ width: widthFor(height), height, frameRate: 30 }));
  expect(worth[2]).toBe(2_500);
  expect(worth).toEqual([...worth].sort((one, other) => one - other));
  expect(worth[0]).toBe(1_250);
  expect(enoughKbps({ width: 1280, height: 720, frameRate: 60 })).toBeGreaterThan(3_500);
});
