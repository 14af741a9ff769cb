import { expect, test } from 'vitest';
import { shortcutKey } from './shortcut-key.ts';

const alone = { ctrlKey: false, altKey: false, metaKey: false, repeat: false };

test.each([
  ['m', 'KeyM', 'm'],
  ['M', 'KeyM', 'm'],
  ['m', 'Semicolon', 'm'],
  ['ㅡ', 'KeyM', 'm'],
  ['ь', 'KeyM', 'm'],
  ['Process', 'KeyV', 'v'],
  ['?', 'Slash', '?'],
  ['Enter', 'Enter', null],
  ['5', 'Digit5', null],
  ['é', 'Digit2', null],
])('the key %s at the position %s is %s', (key, code, letter) => {
  expect(shortcutKey({ ...alone, key, code })).toBe(letter);
});

test.each(['ctrlKey', 'altKey', 'metaKey', 'repeat'] as const)('a key with %s is no shortcut', (with_) => {
  expect(shortcutKey({ ...alone, key: 'm', code: 'KeyM', [with_]: true })).toBeNull();
});
