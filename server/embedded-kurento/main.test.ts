import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChildMessage } from './main.ts';
import { RawClient } from './testing/raw-client.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describe('the process', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  function start(...args: string[]): ChildProcess {
    child = fork(main, args, { execArgv: ['--import', loader], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    return child;
  }

  function url(process: ChildProcess): Promise<string> {
    return new Promise((resolve) => {
      process.on('message', (message: ChildMessage) => {
        if (message.type === 'listening') resolve(message.url);
      });
    });
  }

  const exit = (process: ChildProcess) => new Promise((resolve) => process.once('exit', resolve));

  it('R40: leaves signals to its parent, and at its word finishes recordings and ends with 0', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'main-'));
    const running = start('--port', '0', '--recordings', folder);
    const client = await RawClient.connect(await url(running));
    const mediaPipeline = await client.create('MediaPipeline');
    const recorder = await client.create('RecorderEndpoint', { mediaPipeline, uri: 'a.webm' });
    await client.invoke(recorder, 'record');
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGTERM'] as const) running.kill(signal);
    expect(await client.invoke(recorder, 'getState')).toBe('STOP');
    const ended = exit(running);
    running.send({ type: 'end' });
    expect(await ended).toBe(0);
    expect((await stat(join(folder, 'a.webm'))).isFile()).toBe(true);
    await rm(folder, { recursive: true });
  });

  it('R40: outlives the signals of a closed terminal and of a service manager while it stands by, too', async () => {
    const running = start('--port', '0', '--standby');
    await new Promise((resolve) => running.once('message', resolve));
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) running.kill(signal);
    const listening = url(running);
    running.send({ type: 'serve' });
    expect(await listening).toMatch(/^ws:/);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'R40: prints its url and ends with 0 on %s when it runs alone',
    async (signal) => {
      child = spawn(process.execPath, ['--import', loader, main, '--port', '0'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = exit(child);
      const printed = await new Promise((resolve) => child?.stdout?.once('data', (text) => resolve(String(text))));
      expect(printed).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/kurento\n$/);
      child.kill(signal);
      expect(await ended).toBe(0);
    },
  );

  it('R40: ends by itself when its parent lets go of it', async () => {
    const running = start('--port', '0');
    await url(running);
    const ended = exit(running);
    running.disconnect();
    expect(await ended).toBe(0);
  });

  it('R40: says in one sentence what is wrong, and ends with 1', async () => {
    const running = start('--port', 'many');
    let words = '';
    running.stderr?.on('data', (text) => {
      words += String(text);
    });
    expect(await exit(running)).toBe(1);
    expect(words).toBe('--port many is no port: give a number from 0 to 65535.\n');
  });
});
