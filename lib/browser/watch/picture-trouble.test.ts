import { expect, it } from 'vitest';
import { pictureTroubleOf } from './picture-trouble.ts';

it.each([
  ['a picture that moves is no trouble', 'flowing', true, 'moving', null],
  ['a picture that is on its way is no trouble', 'flowing', true, 'awaited', null],
  ['a show without a camera has sound only, from its first moment on', 'none', true, 'awaited', 'sound-only'],
  ['black pictures of a camera that is off are none', 'flowing', false, 'moving', 'camera-off'],
  ['a camera that gives no frames stands still for everybody', 'still', true, 'still', 'still'],
  ['a picture that is sent and does not come is missing here', 'flowing', true, 'still', 'missing'],
  ['a picture of a format that the browser lacks cannot be shown', 'flowing', true, 'unplayable', 'unplayable'],
  ['a picture that moves counts more than what the server saw a moment ago', 'still', true, 'moving', null],
] as const)('%s', (_, picture, cameraOn, seen, trouble) => {
  expect(pictureTroubleOf({ picture, cameraOn }, seen)).toBe(trouble);
});
