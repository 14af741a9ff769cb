import { beforeEach } from 'vitest';
import { testSeed } from '../embedded-kurento/testing/test-seed.ts';

// What was drawn at random is drawn again with this seed.
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(`To repeat this run, set FUZZ_SEED=${testSeed}`));
});
