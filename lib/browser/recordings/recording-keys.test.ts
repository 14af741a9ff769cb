import { expect, it } from 'vitest';
import { recordingCommandFor } from './recording-keys.ts';

const pressed = (key: string, changes = {}) => ({
  ...{ key, code: '', repeat: false, ctrlKey: false, altKey: false, metaKey: false },
  ...changes,
});

it.each([
  ['k', { do: 'play' }],
  [' ', { do: 'play' }],
  ['j', { do: 'seek', by: -10 }],
  ['L', { do: 'seek', by: 10 }],
  ['ArrowRight', { do: 'seek', by: 5 }],
  ['7', { do: 'go', share: 0.7 }],
  ['.', { do: 'step', direction: 1 }],
  ['<', { do: 'rate', direction: -1 }],
  ['x', null],
])('%j on the page means %j', (key, command) => {
  expect(recordingCommandFor(pressed(key), 'page')).toEqual(command);
});

it('keys for something else are left alone', () => {
  expect(recordingCommandFor(pressed('k'), 'writing')).toBeNull();
  expect(recordingCommandFor(pressed('5', { ctrlKey: true }), 'page')).toBeNull();
  expect(recordingCommandFor(pressed(' '), 'button')).toBeNull();
  expect(recordingCommandFor(pressed('ArrowUp'), 'page')).toBeNull();
  expect(recordingCommandFor(pressed('ArrowUp'), 'stage')).toEqual({ do: 'volume', direction: 1 });
});

it('a key that is held down seeks on, and does not play and pause in turns', () => {
  expect(recordingCommandFor(pressed('l', { repeat: true }), 'page')).toEqual({ do: 'seek', by: 10 });
  expect(recordingCommandFor(pressed('k', { repeat: true }), 'page')).toBeNull();
});

it('letters are understood on keyboards for another script', () => {
  expect(recordingCommandFor(pressed('ㅏ', { code: 'KeyK' }), 'page')).toEqual({ do: 'play' });
});
