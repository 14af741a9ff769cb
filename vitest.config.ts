import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,server,components,bench}/**/*.test.{ts,tsx}'],
    setupFiles: ['server/setup/test-setup.ts'],
    expect: { poll: { timeout: 10_000 } },
    pool: 'forks',
    // Many tests wait rather than work, so that two at a time are no burden even on two cores.
    maxWorkers: 2,
    // Vitest's own clock stays real: on early releases of Node 20 its hooks time out under a faked one.
    fakeTimers: { toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] },
    // A machine that others load may be late once; what passes only then is named at the end, as browser tests are.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
