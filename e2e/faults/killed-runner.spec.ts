import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'playwright/test';

const runner = fileURLToPath(new URL('killed-runner-process.ts', import.meta.url));

for (const program of ['dist/server/main.js', 'dist/server/supervisor.js']) {
  test(`a test runner that is killed leaves nothing of ${program} behind`, { tag: '@long' }, async () => {
    const running = fork(runner, [program], { execArgv: ['--import', 'tsx'] });
    const started = new Promise<{ pids: number[]; dataDir: string }>((resolve, reject) => {
      running.once('message', resolve);
      running.once('exit', () => reject(new Error('The runner ended by itself.')));
    });
    try {
      const { pids, dataDir } = await started;
      expect(pids.length).toBeGreaterThan(program.includes('supervisor') ? 2 : 1);
      running.kill('SIGKILL');
      await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 20_000 }).toEqual([]);
      await rm(dataDir, { recursive: true, force: true });
    } finally {
      running.kill('SIGKILL');
    }
  });
}
