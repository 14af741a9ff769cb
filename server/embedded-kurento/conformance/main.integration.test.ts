import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freeTcpPort } from '../../testing/free-port.ts';
import type { ChildMessage } from '../main.ts';
import { RawClient } from '../testing/raw-client.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Makes a process that runs alone, without a channel, end together with the holder of its standard input. */
const ending = 'process.stdin.on("end", () => process.exit()).resume();';
const endingWithUs = ['--import', `data:text/javascript,${encodeURIComponent(ending)}`];

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

  it('R40: leaves signals to its parent, and on its message finishes recordings and ends with 0', async () => {
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
    const running = start('--standby');
    await new Promise((resolve) => running.once('message', resolve));
    for (const signal of ['SIGHUP', 'SIGTERM'] as const) running.kill(signal);
    const listening = url(running);
    running.send({ type: 'serve', settings: { port: 0 } });
    expect(await listening).toMatch(/^ws:/);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'R40: prints its url and ends with 0 on %s when it runs alone',
    async (signal) => {
      child = spawn(process.execPath, [...endingWithUs, '--import', loader, main, '--port', '0'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const ended = exit(child);
      const printed = await new Promise((resolve) => child?.stdout?.once('data', (text) => resolve(String(text))));
      expect(printed).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/kurento\n$/);
      child.kill(signal);
      expect(await ended).toBe(0);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'R40: serves even if its output and its log are no longer read (named pipes are made by mkfifo)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'main-'));
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      const writer = openSync(pipe, constants.O_WRONLY);
      const port = await freeTcpPort();
      child = spawn(process.execPath, [...endingWithUs, '--import', loader, main, '--port', `${port}`], {
        stdio: ['pipe', writer, writer],
      });
      closeSync(writer);
      closeSync(reader);
      const client = await vi.waitFor(() => RawClient.connect(`ws://127.0.0.1:${port}/kurento`), 15_000);
      // A recorder that cannot write reports it in the log.
      const mediaPipeline = await client.create('MediaPipeline');
      const recorder = await client.create('RecorderEndpoint', { mediaPipeline, uri: 'file:///proc/none/a.webm' });
      await client.invoke(recorder, 'record').catch(() => undefined);
      expect(await client.create('PassThrough', { mediaPipeline })).toContain('PassThrough');
      expect(child.exitCode).toBeNull();
      await rm(folder, { recursive: true });
    },
  );

  it('R40: ends on its own when its parent closes the channel', async () => {
    const running = start('--port', '0');
    await url(running);
    const ended = exit(running);
    running.disconnect();
    expect(await ended).toBe(0);
  });

  it('R40: prints in one sentence what is wrong, and ends with 1', async () => {
    const running = start('--port', 'many');
    let words = '';
    running.stderr?.on('data', (text) => {
      words += String(text);
    });
    expect(await exit(running)).toBe(1);
    expect(words).toBe('--port many is not a port: give a number from 0 to 65535.\n');
  });
});
