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

it('knows a key by its place where it writes another script', () => {
  expect(press('ㅡ', 'page', { code: 'KeyM' })).toBe('sound');
  expect(press('Process', 'page', { code: 'KeyF' })).toBe('full-screen');
  expect(press('q', 'page', { code: 'KeyM' })).toBeNull();
});

it('leaves alone what is written, what the browser does with other keys, and what a button does', () => {
  expect(press('m', 'writing')).toBeNull();
  expect(press('f', 'page', { ctrlKey: true })).toBeNull();
  expect(press('s', 'page', { metaKey: true })).toBeNull();
  expect(press(' ', 'button')).toBeNull();
  expect(press('m', 'button')).toBe('sound');
});

it('takes the arrows only where they do not scroll the page', () => {
  expect(press('ArrowUp')).toBeNull();
  expect(press('ArrowUp', 'stage')).toBe('louder');
  expect(press('ArrowDown', 'stage', { repeat: true })).toBe('softer');
});

it('does once what is done once, however long a key is held', () => {
  expect(press('m', 'page', { repeat: true })).toBeNull();
});
