import { expect, it } from 'vitest';
import { type KeyPlace, type PressedKey, playerCommandFor } from './player-keys.ts';

const press = (key: string, place: KeyPlace = 'page', change: Partial<PressedKey> = {}) =>
  playerCommandFor({ key, code: '', repeat: false, ctrlKey: false, altKey: false, metaKey: false, ...change }, place);

it('gives every key its command, in capitals too', () => {
  expect([' ', 'k', 'm', 'f', 'i', 's', '?'].map((key) => press(key))).toEqual([
    'play',
    'play',
    'sound',
    'full-screen',
    'picture-in-picture',
    'details',
    'keys',
  ]);
  expect(press('M')).toBe('sound');
  expect(press('q')).toBeNull();
});

it('identifies a key by its position on keyboards for another script', () => {
  expect(press('ㅡ', 'page', { code: 'KeyM' })).toBe('sound');
  expect(press('Process', 'page', { code: 'KeyF' })).toBe('full-screen');
  expect(press('q', 'page', { code: 'KeyM' })).toBeNull();
});

it('ignores keys in text fields, the browser’s own shortcuts, and keys that press a button', () => {
  expect(press('m', 'writing')).toBeNull();
  expect(press('f', 'page', { ctrlKey: true })).toBeNull();
  expect(press('s', 'page', { metaKey: true })).toBeNull();
  expect(press(' ', 'button')).toBeNull();
  expect(press('m', 'button')).toBe('sound');
});

it('uses the arrow keys only where they do not scroll the page', () => {
  expect(press('ArrowUp')).toBeNull();
  expect(press('ArrowUp', 'stage')).toBe('louder');
  expect(press('ArrowDown', 'stage', { repeat: true })).toBe('softer');
});

it('runs a toggle only once, however long the key is held', () => {
  expect(press('m', 'page', { repeat: true })).toBeNull();
});
