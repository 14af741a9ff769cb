import { beforeEach, vi } from 'vitest';
import { testSeed } from '../codecs/testing/test-seed.ts';

// With this seed, the same random numbers are drawn again.
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(`To repeat this run, set FUZZ_SEED=${testSeed}`));
});

const { waitFor } = vi;

// Vitest gives up after a second, but a busy machine sometimes needs longer. A test that is done sooner loses nothing,
// and a test that sets its own timeout is not affected.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: 10_000, ...options });
