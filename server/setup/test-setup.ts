import { beforeEach, vi } from 'vitest';
import { testSeed } from '../codecs/testing/test-seed.ts';

// What was drawn at random is drawn again with this seed.
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(`To repeat this run, set FUZZ_SEED=${testSeed}`));
});

const { waitFor } = vi;

// Vitest gives up after a second, which a machine with other things to do needs now and then. Whoever is sooner loses
// nothing, and a test that says how long it waits is not touched.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: 10_000, ...options });
