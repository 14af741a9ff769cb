import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { UplinkMemory } from './uplink-memory.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('an uplink is remembered for half a day', () => {
  const storage = fakeStorage();
  new UplinkMemory(() => storage).remember(1_234.5);
  expect(new UplinkMemory(() => storage).recall()).toBe(1_235);
  vi.advanceTimersByTime(12 * 3_600_000);
  expect(new UplinkMemory(() => storage).recall()).toBeNull();
});

test('a stored value that makes no sense is ignored', () => {
  const storage = fakeStorage();
  for (const kept of ['', '{', '7', 'null', '{"kbps":"9","at":0}', '{"kbps":-1,"at":0}', '{"kbps":9}']) {
    storage.setItem('rostrum.uplink', kept);
    expect(new UplinkMemory(() => storage).recall()).toBeNull();
  }
});

test('a browser that stores nothing remembers nothing', () => {
  const memory = new UplinkMemory(() => {
    throw new Error('storage is forbidden');
  });
  memory.remember(500);
  expect(memory.recall()).toBeNull();
});
