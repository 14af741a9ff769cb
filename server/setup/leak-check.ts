import { afterAll, beforeAll, expect, vi } from 'vitest';
import { leftOverAtLast, openResources, type Resources } from '../testing/open-resources.ts';

/** Generous, as a machine that others load may be late. */
const patienceMs = 10_000;

// Whatever a file opens it closes: servers and clients, processes and files, timers and sockets. What stays open here
// would stay open in the product, a little with every show. `--detectAsyncLeaks` tells where it was opened.
let before: Resources;
beforeAll(() => {
  before = openResources();
});

// Hooks run in reverse order at the end, so this is the last of the file's.
afterAll(async () => {
  vi.useRealTimers();
  expect(await leftOverAtLast(before, patienceMs), 'what this file opened and did not close').toEqual([]);
});
