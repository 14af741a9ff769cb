import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startHeartbeat } from './heartbeat.ts';
import type { ChildMessage, ParentMessage } from './main.ts';
import type { MediaServerOptions, MediaServerSettings } from './media-server.ts';

/** A process that serves clients. */
export type ForkedMediaServer = {
  readonly url: string;
  readonly pid: number | undefined;
  /** Resolves when the process is gone. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks the process to finish its recordings and exit; kills it if that takes longer than `timeoutMs`. */
  end(timeoutMs: number): Promise<void>;
};

/** A process that loads everything and then waits for the message to serve. */
export type StandbyMediaServer = {
  readonly pid: number | undefined;
  /** Whether it has loaded everything by now; `serve` may be called earlier. */
  isLoaded(): boolean;
  /** Resolves when the process is gone. */
  readonly ended: Promise<unknown>;
  /**
   * Makes it listen according to `settings`, and resolves when it does.
   * @throws Error with the last line that the process wrote, if it ends before it listens
   */
  serve(settings: MediaServerSettings): Promise<ForkedMediaServer>;
};

const startTimeoutMs = 30_000;
// Pinged four times a second and given up after seven unanswered pings, a process that hangs is noticed within 2 s.
const heartbeatMs = 250;
const silenceTimeoutMs = 1_700;

type Ending = { code: number | null; signal: NodeJS.Signals | null };

/**
 * Starts a process that loads and then waits. Loading takes most of the start-up time.
 * @param log receives the log lines of the process, and lines about the process
 * @param aborted kills the process if it fires before the process listens
 */
export function forkMediaServer(log: MediaServerOptions['log'], aborted: AbortSignal): StandbyMediaServer {
  const child = forkMain(['--standby']);
  const ended = new Promise<Ending>((resolve) => {
    // `close` fires when all output of the process has been read, and also when the process could not be started.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const words = readWords(child, log);
  const kill = () => child.kill('SIGKILL');
  aborted.addEventListener('abort', kill);
  const forget = () => aborted.removeEventListener('abort', kill);
  void ended.then(forget);
  const heard = hear(child, log);
  return {
    pid: child.pid,
    isLoaded: () => heard.standingBy,
    ended,
    serve: async (settings) => {
      const timer = setTimeout(kill, startTimeoutMs);
      try {
        tell(child, { type: 'serve', settings });
        const url = await Promise.race([heard.listening, ended.then(() => null)]);
        if (url === null) throw new Error(words.last || 'The process of the media server ended before it listened.');
        startChildHeartbeat(child, ended, heard, log);
        return { url, pid: child.pid, ended, end: (timeoutMs) => endChild(child, ended, timeoutMs) };
      } finally {
        clearTimeout(timer);
        forget();
      }
    },
  };
}

/** A process that no longer answers is of no use: it is killed, and handled as if it had died on its own. */
function startChildHeartbeat(
  child: ChildProcess,
  ended: Promise<Ending>,
  heard: Heard,
  log: MediaServerOptions['log'],
): void {
  const heartbeat = startHeartbeat({
    intervalMs: heartbeatMs,
    timeoutMs: silenceTimeoutMs,
    ask: () => tell(child, { type: 'ping' }),
    silent: () => {
      log('error', 'The media server hangs; its process is killed', { pid: child.pid });
      child.kill('SIGKILL');
    },
  });
  heard.sign = heartbeat.heard;
  void ended.then(heartbeat.stop);
}

function tell(child: ChildProcess, message: ParentMessage): void {
  // If the channel closes meanwhile, the process is ending, which is noticed anyway.
  if (child.connected) child.send(message, () => undefined);
}

/** The same code runs from TypeScript during development and compiled in production; the child does the same. */
function forkMain(args: string[]): ChildProcess {
  const extension = extname(fileURLToPath(import.meta.url));
  const main = fileURLToPath(new URL(`./main${extension}`, import.meta.url));
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const execArgv = extension === '.ts' ? ['--import', loader()] : [];
  return fork(main, args, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}

/** The state of a process, as known from its messages. */
type Heard = {
  readonly listening: Promise<string>;
  standingBy: boolean;
  /** Called for every message, as a sign of life. */
  sign: () => void;
};

function hear(child: ChildProcess, log: MediaServerOptions['log']): Heard {
  child.on('error', (error) => log('error', 'The process of the media server has a fault', { error }));
  let listening: (url: string) => void = () => undefined;
  const heard: Heard = {
    listening: new Promise((resolve) => {
      listening = resolve;
    }),
    standingBy: false,
    sign: () => undefined,
  };
  child.on('message', (message: ChildMessage) => {
    heard.sign();
    if (message.type === 'standing-by') heard.standingBy = true;
    if (message.type === 'listening') listening(message.url);
    if (message.type !== 'log') return;
    const { level, message: text, context } = message;
    log(level, text, context === undefined ? undefined : { details: context });
  });
  return heard;
}

/** Passes on the output outside the log: the last error of the process, and messages of native code. */
function readWords(child: ChildProcess, log: MediaServerOptions['log']): { last: string } {
  const words = { last: '' };
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      words.last = line;
      log('warn', 'The process of the media server wrote a line', { line });
    });
  }
  return words;
}

async function endChild(child: ChildProcess, ended: Promise<unknown>, timeoutMs: number): Promise<void> {
  // A child whose channel is closed has noticed that, and ends anyway.
  tell(child, { type: 'end' });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  await ended;
  clearTimeout(timer);
}
