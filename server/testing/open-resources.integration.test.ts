import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { leftovers, openResources, waitForLeftovers } from './open-resources.ts';

/** Each opens a resource and returns the function that closes it. */
const leaks: Record<string, () => Promise<() => unknown>> = {
  'a timer': async () => {
    const timer = setInterval(() => undefined, 60_000);
    return () => clearInterval(timer);
  },
  'a server': async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return () => server.close();
  },
  'a process': async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'spawn');
    return () => child.kill('SIGKILL');
  },
  'a file': async () => {
    const file = await open(fileURLToPath(import.meta.url));
    return () => file.close();
  },
};

test.each(Object.entries(leaks))('%s counts as left over until it is closed', async (_, leak) => {
  const before = openResources();
  const close = await leak();
  expect(leftovers(before)).not.toEqual([]);
  await close();
  expect(await waitForLeftovers(before, 10_000)).toEqual([]);
});
