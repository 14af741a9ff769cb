import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/*
 * Each test runs a process of its own, because signals and uncaught exceptions concern a whole process.
 */

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const moduleAt = (name: string) => JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-end-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/**
 * Starts a process that shuts down cleanly, and then runs `body`. It reports what it closes: `closer` and `rescue` each
 * take as many milliseconds as the body sets in `takes`.
 */
async function start(body: string) {
  const program = join(folder, 'program.mts');
  await writeFile(
    program,
    `import { setTimeout as delay } from 'node:timers/promises';
    const { Closer } = await import(${moduleAt('closer')});
    const { endInOrder } = await import(${moduleAt('process-end')});
    const { openLogger } = await import(${moduleAt('logger')});
    const { bufferOutput } = await import(${moduleAt('platform/buffered-output')});
    bufferOutput();
    const takes = { closer: 50, rescue: 50 };
    const logger = openLogger('info');
    const [closer, rescue] = ['closer', 'rescue'].map((name) => {
      const one = new Closer();
      one.add(async () => {
        await delay(takes[name]);
        await new Promise((resolve) => (process.connected ? process.send(name + ' closed', resolve) : resolve()));
        process.stdout.write(name + ' closed\\n');
      });
      return one;
    });
    endInOrder({ closer, rescue, logger });
    const raise = (error) => setImmediate(() => { throw error; });
    setInterval(() => {}, 60_000);
    ${body}
    process.send('ready');`,
  );
  const running = fork(program, [], { execArgv: ['--import', loader], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child = running;
  const told: unknown[] = [];
  let log = '';
  let output = '';
  running.stderr?.on('data', (text) => {
    log += text;
  });
  running.stdout?.on('data', (text) => {
    output += text;
  });
  running.on('message', (message) => told.push(message));
  const code = new Promise((resolve) => running.once('exit', resolve));
  await new Promise((resolve) => running.once('message', resolve));
  return { running, code, told, log: () => log, output: () => output };
}

describe('the process of the web server', () => {
  it('stops cleanly once, however often the same request reaches it', async () => {
    const { running, code, told } = await start('takes.closer = 300;');
    for (const signal of ['SIGINT', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) running.kill(signal);
    running.send({ type: 'stop', signal: 'SIGINT' });
    expect(await code).toBe(0);
    expect(told).toEqual(['ready', 'closer closed']);
  });

  it('exits immediately when it is asked twice', async () => {
    const { running, code, told, log } = await start('takes.closer = 8_000;');
    running.kill('SIGINT');
    await expect.poll(log).toContain('Stopping');
    // Another signal within a second is taken for an echo of the first.
    const again = setInterval(() => running.kill('SIGINT'), 200);
    expect(await code).toBe(1);
    clearInterval(again);
    expect(told).toEqual(['ready']);
  });

  it('exits after 10 s when something does not close, and says what', async () => {
    const { running, code, log } = await start('takes.closer = 60_000;');
    running.kill('SIGTERM');
    expect(await code).toBe(1);
    await expect.poll(log).toMatch(/takes\[name\].*Not everything shut down in time/);
  });

  it('rescues what can be rescued after an uncaught exception, logs it in full, and exits with 70', async () => {
    const { code, told, log } = await start(
      `process.once('message', () => {
        raise(new Error('raised by the test', { cause: new RangeError('its cause') }));
        raise(new Error('one more'));
      });
      process.nextTick(() => process.emit('message', { type: 'none' }));`,
    );
    expect(await code).toBe(70);
    expect(told).toEqual(['ready', 'rescue closed']);
    await expect.poll(log).toContain('one more');
    expect(log()).toMatch(/raised by the test.*Error.*at .*program\.mts.*its cause/);
  });

  it('finishes a stop that is in progress in spite of an exception', async () => {
    const { running, code, told } = await start(
      `takes.closer = 200; process.once('SIGTERM', () => raise(new Error('raised while stopping')));`,
    );
    running.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(told).toEqual(['ready', 'closer closed']);
  });

  it('goes on after an unhandled rejection', async () => {
    const { running, code, told, log } = await start(`void Promise.reject(new Error('left alone'));`);
    await expect.poll(log).toContain('left alone');
    running.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(told).toEqual(['ready', 'closer closed']);
  });

  it('rescues what can be rescued when its supervisor is gone, and ends no show', async () => {
    const { running, code, output } = await start('');
    running.disconnect();
    expect(await code).toBe(70);
    await expect.poll(output).toBe('rescue closed\n');
  });

  it('survives the loss of all readers of its output', async () => {
    const { running, code, told } = await start(
      `process.on('message', () => {
        for (let line = 0; line < 10; line += 1) { logger.info('nobody reads this'); console.log('nor this'); console.error('nor that'); }
        setTimeout(() => process.send('still there'), 100);
      });`,
    );
    running.stdout?.destroy();
    running.stderr?.destroy();
    running.send({ type: 'talk' });
    await expect.poll(() => told).toContain('still there');
    running.kill('SIGHUP');
    expect(await code).toBe(0);
    expect(told).toEqual(['ready', 'still there', 'closer closed']);
  });
});
