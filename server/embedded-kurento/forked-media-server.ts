import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandLineOf } from './command-line.ts';
import type { ChildMessage } from './main.ts';
import type { MediaServerOptions } from './media-server.ts';

/** How a media server is set up that runs in another process. */
export type ForkOptions = Omit<MediaServerOptions, 'garbageCollectorPeriodMs'>;

/** A process that serves. */
export type ForkedMediaServer = {
  readonly url: string;
  readonly pid: number | undefined;
  /** Resolves when the process is gone. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks the process to finish its recordings and end; kills it when that takes longer than `patienceMs`. */
  end(patienceMs: number): Promise<void>;
};

const startTimeoutMs = 30_000;

/**
 * Starts a process and waits until it listens.
 * @param aborted kills the process when it fires before
 * @throws Error with the last that the process wrote, when it ends before it listens
 */
export async function forkMediaServer(options: ForkOptions, aborted: AbortSignal): Promise<ForkedMediaServer> {
  const child = forkMain(commandLineOf(options));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    // `close` comes when all that the process wrote has been read, and also when it could not be started.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const words = readWords(child, options.log);
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(kill, startTimeoutMs);
  aborted.addEventListener('abort', kill);
  try {
    const url = await Promise.race([listening(child, options.log), ended.then(() => null)]);
    if (url === null) throw new Error(words.last || 'The process of the media server ended before it listened.');
    return { url, pid: child.pid, ended, end: (patienceMs) => endChild(child, ended, patienceMs) };
  } finally {
    clearTimeout(timer);
    aborted.removeEventListener('abort', kill);
  }
}

/** The same code runs from TypeScript during development and compiled in production; the child follows suit. */
function forkMain(args: string[]): ChildProcess {
  const extension = extname(fileURLToPath(import.meta.url));
  const main = fileURLToPath(new URL(`./main${extension}`, import.meta.url));
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const execArgv = extension === '.ts' ? ['--import', loader()] : [];
  return fork(main, args, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

function listening(child: ChildProcess, log: MediaServerOptions['log']): Promise<string> {
  child.on('error', (error) => log('error', 'The process of the media server has a fault.', { error }));
  return new Promise((resolve) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'listening') resolve(message.url);
      else
        log(message.level, message.message, message.context === undefined ? undefined : { details: message.context });
    });
  });
}

/** Passes on what the process writes outside of its log: its last words, and those of native code. */
function readWords(child: ChildProcess, log: MediaServerOptions['log']): { last: string } {
  const words = { last: '' };
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      words.last = line;
      log('warn', 'The process of the media server says something.', { line });
    });
  }
  return words;
}

async function endChild(child: ChildProcess, ended: Promise<unknown>, patienceMs: number): Promise<void> {
  // Windows has no SIGTERM to handle, but a child notices there too that its parent has let go of it.
  if (process.platform === 'win32' && child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(timer);
}
