import { expect, it } from 'vitest';
import { addressAt, PositionMemory, positionInAddress } from './playback-position.ts';

it.each([
  ['?t=90', 90],
  ['?t=90s', 90],
  ['?t=1m30s', 90],
  ['?x=1&t=1h2m3s', 3_723],
  ['?t=2H', 7_200],
  ['?t=0', 0],
  ['?t=1.5', 1.5],
  ['', null],
  ['?t=', null],
  ['?t=soon', null],
  ['?t=-5', null],
  ['?t=1e9', null],
])('the address %j asks for %j seconds', (search, seconds) => {
  expect(positionInAddress(search)).toBe(seconds);
});

it('an address for a moment asks for that moment', () => {
  const address = addressAt('https://live.example.org', '2026-11-22-math-k3v9x2pm', 90.9);
  expect(address).toBe('https://live.example.org/recordings/2026-11-22-math-k3v9x2pm?t=90');
  expect(positionInAddress(new URL(address).search)).toBe(90);
});

function storage(kept = new Map<string, string>()) {
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

it('a recording goes on where it was left, and from the start when it was watched to its end', () => {
  const kept = new Map<string, string>();
  const memory = () => new PositionMemory(() => storage(kept));
  memory().remember('one', 42.4, 100);
  memory().remember('two', 50, 100);
  expect([memory().recall('one'), memory().recall('two'), memory().recall('three')]).toEqual([42, 50, null]);
  memory().remember('one', 98, 100);
  memory().remember('two', 2, 100);
  expect([memory().recall('one'), memory().recall('two')]).toEqual([null, null]);
});

it('the recording that was watched longest ago is forgotten first', () => {
  const kept = new Map<string, string>();
  const memory = new PositionMemory(() => storage(kept));
  for (let index = 0; index < 60; index += 1) memory.remember(`${index}`, 50, 100);
  expect([memory.recall('9'), memory.recall('10'), memory.recall('59')]).toEqual([null, 50, 50]);
});

it('storage that is broken or forbidden is as good as none', () => {
  for (const text of ['{', 'null', '[1,["a"],["b","c"]]']) {
    const kept = new Map([['rostrum.positions', text]]);
    const memory = new PositionMemory(() => storage(kept));
    expect(memory.recall('a')).toBeNull();
    memory.remember('a', 50, 100);
    expect(memory.recall('a')).toBe(50);
  }
  const forbidden = () => {
    throw new Error('forbidden');
  };
  const memory = new PositionMemory(() => ({ ...storage(), getItem: forbidden, setItem: forbidden }));
  memory.remember('a', 50, 100);
  expect(memory.recall('a')).toBeNull();
});
