import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/*
 * The half of the web server that talks to the media server, in a process of its own whose standard output and error
 * are real pipes. A whole show with a browser is tested in e2e/faults/unread-log.spec.ts.
 */

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const moduleAt = (name: string) => JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);

const startTimeoutMs = 40_000;
vi.setConfig({ testTimeout: 80_000 });

let folder: string;
let child: ChildProcess | undefined;
let readers: number[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-unread-'));
  readers = [];
});
afterEach(async () => {
  child?.kill('SIGKILL');
  for (const reader of readers) closeSync(reader);
  await rm(folder, { recursive: true });
});

/** Makes a named pipe, with its first reader. */
function makePipe(name: string): { path: string; reader: number } {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  return { path, reader: openReader(path) };
}

function openReader(path: string): number {
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  readers.push(reader);
  return reader;
}

function endReader(reader: number): void {
  readers = readers.filter((one) => one !== reader);
  closeSync(reader);
}

/** Returns what has come through the pipe since the last call. */
function read(reader: number): string {
  const bytes = Buffer.alloc(1 << 20);
  let text = '';
  for (;;) {
    try {
      const length = readSync(reader, bytes);
      if (length === 0) return text;
      text += bytes.toString('utf8', 0, length);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return text;
      throw error;
    }
  }
}

/** Starts it with these as standard output and error: a path to write to, or `null` for a closed descriptor. */
async function start(stdout: string | null, stderr: string | null) {
  const program = join(folder, 'program.mts');
  await writeFile(
    program,
    `const { bufferOutput } = await import(${moduleAt('platform/buffered-output')});
    bufferOutput();
    const { logPrints, openLogger } = await import(${moduleAt('logger')});
    const { startEmbeddedKurento } = await import(${moduleAt('embedded-kurento/supervised-media-server')});
    const { openKurentoGateway } = await import(${moduleAt('kurento/kurento-gateway')});
    const logger = openLogger('debug');
    logPrints(logger);
    const media = await startEmbeddedKurento({ port: 0, log: (level, message) => logger[level](message) });
    const regained = () => process.send('regained');
    const listener = { lost: () => {}, regained };
    const gateway = await openKurentoGateway({ url: media.url, instanceId: 'unread', logger, listener });
    process.on('uncaughtException', (error) => { process.send('uncaught ' + error.stack); });
    process.on('disconnect', () => process.exit());
    process.on('message', async ({ lines, kill }) => {
      for (let line = 0; line < (lines ?? 0); line += 1) {
        logger.info({ line }, 'a line of the log');
        console.log('a line of a library', line);
        console.error('one more line of a library', line);
      }
      if (kill) process.kill(media.pid(), 'SIGKILL');
      process.send('answers ' + (await gateway.describe().then(({ type }) => type, () => 'nothing')));
    });
    process.send('ready');`,
  );
  const redirect = (fd: number, path: string | null) => (path === null ? `${fd}>&-` : `${fd}>>'${path}'`);
  const words = [redirect(1, stdout), stdout === stderr && stdout !== null ? '2>&1' : redirect(2, stderr)];
  const running = spawn(
    'sh',
    ['-c', `exec "$@" ${words.join(' ')}`, 'sh', process.execPath, '--import', loader, program],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  child = running;
  const told: string[] = [];
  running.on('message', (message) => told.push(String(message)));
  await expect.poll(() => told, { timeout: startTimeoutMs }).toContain('ready');
  const ask = (question: { lines?: number; kill?: true }) => running.send(question);
  return { running, told, ask };
}

/** CPU time of a process so far, in seconds: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorTime(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function outlivesTheMediaServer({ running, told, ask }: Awaited<ReturnType<typeof start>>) {
  ask({ kill: true, lines: 5 });
  await expect.poll(() => told, { timeout: 15_000 }).toContain('regained');
  ask({ lines: 5 });
  await expect.poll(() => told.at(-1)).toMatch(/^answers [A-Z]/);
  const before = processorTime(running.pid);
  const since = performance.now();
  await expect.poll(() => performance.now() - since, { interval: 100 }).toBeGreaterThan(1_500);
  expect((processorTime(running.pid) - before) / ((performance.now() - since) / 1_000)).toBeLessThan(0.4);
  expect(told.filter((word) => word.startsWith('uncaught'))).toEqual([]);
}

describe.skipIf(process.platform !== 'linux')('a process with unread output (Linux has named pipes and /proc)', () => {
  it('goes on when the readers of both pipes have ended', { tags: ['long'] }, async () => {
    const [out, err] = [makePipe('out'), makePipe('err')];
    const server = await start(out.path, err.path);
    endReader(out.reader);
    endReader(err.reader);
    await outlivesTheMediaServer(server);
  });

  it('goes on when the reader of the only pipe has ended', { tags: ['long'] }, async () => {
    const pipe = makePipe('all');
    const server = await start(pipe.path, pipe.path);
    endReader(pipe.reader);
    await outlivesTheMediaServer(server);
  });

  it('goes on with closed descriptors', { tags: ['long'] }, async () => {
    await outlivesTheMediaServer(await start(null, null));
  });

  it('goes on when the pipe is full and is not read, and reports later how much was dropped', {
    tags: ['long'],
  }, async () => {
    const pipe = makePipe('all');
    const server = await start(pipe.path, pipe.path);
    server.ask({ lines: 10_000 });
    await outlivesTheMediaServer(server);
    let log = '';
    await expect.poll(() => (log += read(pipe.reader)), { timeout: 15_000 }).toContain('lines are missing here');
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; lines?: number; line?: number });
    const last = lines.findLastIndex(({ msg }) => msg === 'a line of the log');
    const gap = lines.find(({ msg }) => msg.includes('lines are missing here'));
    expect(last).toBeGreaterThan(1_000);
    expect(gap?.lines).toBeGreaterThan(10_000);
    server.ask({ lines: 1 });
    await expect.poll(() => (log += read(pipe.reader))).toMatch(/lines are missing here.*\n.*a line of the log/s);
  });

  it('has its log read again by a reader that comes back, from the start of a line', { tags: ['long'] }, async () => {
    const pipe = makePipe('all');
    const server = await start(pipe.path, pipe.path);
    endReader(pipe.reader);
    await outlivesTheMediaServer(server);
    const again = openReader(pipe.path);
    server.ask({ lines: 1 });
    let log = '';
    await expect.poll(() => (log += read(again))).toMatch(/The media server is back[\s\S]*a line of the log/);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });

  it('writes the output of libraries to its log, and nowhere else', async () => {
    const [out, err] = [makePipe('out'), makePipe('err')];
    const server = await start(out.path, err.path);
    await outlivesTheMediaServer(server);
    let log = '';
    await expect.poll(() => (log += read(err.reader))).toContain('one more line of a library 4');
    expect(log).toMatch(/"level":"debug".*"part":"console".*reconnect to server/);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(read(out.reader)).toBe('');
  });
});
