import { afterAll, beforeAll, expect, vi } from 'vitest';
import { openResources, type Resources, waitForLeftovers } from '../testing/open-resources.ts';

/** Generous, because a busy machine may be slow to close things. */
const timeoutMs = 10_000;

// A test file closes everything it opens: servers, clients, processes, files, timers and sockets. A leak here would be a
// leak in the product, growing with every show. To see where it was opened, run the file with `--detectAsyncLeaks`.
let before: Resources;
beforeAll(() => {
  before = openResources();
});

// afterAll hooks run in reverse order, so this one runs after those of the test file.
afterAll(async () => {
  vi.useRealTimers();
  expect(await waitForLeftovers(before, timeoutMs), 'opened by this file and never closed').toEqual([]);
});
