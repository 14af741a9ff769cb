import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that start servers or processes, open sockets, or load native code that does. */
const integration = '**/*.integration.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['{lib,server,bench}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, integration],
          setupFiles: ['server/setup/test-setup.ts', 'server/setup/pure-check.ts'],
          // Modules hold no state, so pure tests can share threads and loaded modules.
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'components',
          include: ['components/**/*.test.tsx'],
          environment: 'happy-dom',
          setupFiles: [
            'server/setup/test-setup.ts',
            'server/setup/pure-check.ts',
            'components/testing/component-setup.ts',
          ],
          pool: 'threads',
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [`{lib,server,bench}/${integration}`],
          setupFiles: ['server/setup/test-setup.ts', 'server/setup/leak-check.ts'],
          pool: 'forks',
        },
      },
    ],
    tags: [
      {
        name: 'long',
        description: 'Slow, or repeats what a faster test already shows. Runs in `npm run test:all` only.',
      },
    ],
    expect: { poll: { timeout: 10_000 } },
    // Most tests spend their time waiting, so three workers do not overload two cores.
    maxWorkers: 3,
    // Vitest's own clock stays real: on early releases of Node 20 its hooks time out under a faked one.
    fakeTimers: { toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] },
    // A machine that others load may be late once; what passes only then is named at the end, as browser tests are.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
