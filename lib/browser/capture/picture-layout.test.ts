import { describe, expect, it } from 'vitest';
import { corners, layOut } from './picture-layout.ts';

const whole = { width: 1280, height: 720 };
const screen = { width: 1920, height: 1080 };
const camera = { width: 1280, height: 720 };

describe('a screen with a camera in it', () => {
  it('shows the whole screen, as large as it can be', () => {
    expect(layOut(whole, screen, camera, 'top-left').screen).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
    expect(layOut(whole, { width: 1600, height: 1200 }, null, 'top-left')).toMatchObject({
      screen: { x: 160, y: 0, width: 960, height: 720 },
      camera: null,
    });
    expect(layOut(whole, { width: 2000, height: 500 }, null, 'top-left').screen).toEqual({
      x: 0,
      y: 200,
      width: 1280,
      height: 320,
    });
  });

  it.each(corners)('has the camera %s, away from the edge and from the middle', (corner) => {
    const { camera: place } = layOut(whole, screen, camera, corner);
    if (place === null) return expect.unreachable('the camera is missing');
    const [left, top] = [place.x, place.y];
    const [right, bottom] = [whole.width - left - place.width, whole.height - top - place.height];
    expect(corner.endsWith('left') ? left : right).toBe(22);
    expect(corner.startsWith('top') ? top : bottom).toBe(22);
    expect(place.width / place.height).toBeCloseTo(16 / 9, 1);
    expect(place.height).toBeLessThan(whole.height * 0.3);
    expect(place.width).toBeLessThan(whole.width * 0.25);
  });

  it('crops a phone’s upright picture to its middle, because it would cover half of the screen', () => {
    const { camera: place, cameraPart } = layOut(whole, screen, { width: 720, height: 1280 }, 'top-left');
    expect(place && place.height / whole.height).toBeLessThan(0.3);
    expect(cameraPart).toEqual({ x: 0, y: 160, width: 720, height: 960 });
  });

  it('has only even lengths, as video encoders require', () => {
    const { screen: shown, camera: place } = layOut(
      { width: 854, height: 480 },
      { width: 1366, height: 767 },
      camera,
      'top-left',
    );
    for (const length of [shown?.width, shown?.height, place?.width, place?.height]) expect((length ?? 1) % 2).toBe(0);
  });
});

it('a camera without a screen fills the picture', () => {
  expect(layOut(whole, null, camera, 'top-left').camera).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
});
