import { expect, it } from 'vitest';
import { pictureTroubleOf } from './picture-trouble.ts';

it.each([
  ['a picture that moves is no trouble', 'flowing', true, 'moving', null],
  ['a picture that is about to arrive is no trouble', 'flowing', true, 'awaited', null],
  ['a show without a camera has sound only, from its first moment on', 'none', true, 'awaited', 'sound-only'],
  ['the black picture of a camera that is off does not count', 'flowing', false, 'moving', 'camera-off'],
  ['a camera that delivers no frames is still for every viewer', 'still', true, 'still', 'still'],
  ['a picture that is sent and does not arrive is missing for this viewer', 'flowing', true, 'still', 'missing'],
  ['a picture of a format that the browser lacks cannot be shown', 'flowing', true, 'unplayable', 'unplayable'],
  ['a moving picture outweighs what the server saw a moment ago', 'still', true, 'moving', null],
] as const)('%s', (_, picture, cameraOn, seen, trouble) => {
  expect(pictureTroubleOf({ picture, cameraOn }, seen, { choice: 'auto', selection: 'high' })).toBe(trouble);
});

it('tells a picture that the viewer turned off from one that the line does not carry', () => {
  const troubleWith = (choice: 'auto' | 'sound') =>
    pictureTroubleOf({ picture: 'flowing', cameraOn: true }, 'still', { choice, selection: 'sound' });
  expect(troubleWith('sound')).toBe('chosen-off');
  expect(troubleWith('auto')).toBe('narrow');
});
