import { expect, test } from 'vitest';
import { keepOnly, nothingSelected, toggle } from './recording-selection.ts';

const order = ['a', 'b', 'c', 'd', 'e'];
const list = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort().join('');

test('a range goes from the last choice to this one, in both directions', () => {
  const one = toggle(nothingSelected, 'b', null);
  expect(list(toggle(one, 'd', { order }))).toBe('bcd');
  const last = toggle(nothingSelected, 'd', null);
  expect(list(toggle(last, 'a', { order }))).toBe('abcd');
});

test('a range that ends at something chosen leaves all of it', () => {
  const all = toggle(toggle(nothingSelected, 'a', null), 'e', { order });
  const without = toggle(toggle(all, 'b', null), 'd', { order });
  expect(list(without)).toBe('ae');
});

test('a range without a beginning is one recording, as after its beginning has left the list', () => {
  expect(list(toggle(nothingSelected, 'c', { order }))).toBe('c');
  const gone = keepOnly(toggle(nothingSelected, 'a', null), order.slice(1));
  expect(list(toggle(gone, 'd', { order }))).toBe('d');
});

test('a selection whose recordings are all there stays the same object', () => {
  const one = toggle(nothingSelected, 'b', null);
  expect(keepOnly(one, order)).toBe(one);
});
