import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { Duplex } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Heartbeat, type HeartbeatOptions, startHeartbeat } from '../heartbeat.ts';
import { monotonicMs, wallMs } from '../media/clock.ts';
import type { Log } from '../media/log.ts';
import {
  type Command,
  type PipedFrame,
  PipeReader,
  type Report,
  sharedMs,
  writeFrame,
  writeJson,
} from './pipe-messages.ts';

/** The present in milliseconds since 1970, on the clock of all frames. */
export function nowMs(): number {
  return wallMs(monotonicMs());
}

/** Receives what the process reports about one id. */
export type TranscoderClient = {
  /** An encoded frame; its bytes are the receiver's. */
  frame?(frame: PipedFrame): void;
  keyframeNeeded?(): void;
  fault?(text: string): void;
  /** The process was started again: decoding starts over. */
  restarted?(): void;
};

type Making = Exclude<Command, { do: 'clock' | 'keyframe' | 'close' | 'ping' }>;

const pipeDescriptor = 4;
/** The pauses before a process that died is started again, in milliseconds. */
const restartDelaysMs = [0, 250, 1_000, 5_000] as const;
/** A process that lived for this long was healthy, in milliseconds. */
const healthyMs = 10_000;
/** Frames that the process does not take wait here, in bytes: two seconds of many pictures. */
const maxWaitingBytes = 4 * 1024 * 1024;
const endTimeoutMs = 2_000;
/** A process that hangs is ended. It may be busy for seconds, and loads at first. In milliseconds. */
const usualHeartbeat = { intervalMs: 2_000, timeoutMs: 15_000 };

/**
 * A process that decodes, composes and encodes. It starts with the first command, and again whenever it dies; then
 * everything that had been made in it is made again, so that its users notice a gap at most.
 */
export class TranscoderProcess {
  readonly #log: Log;
  readonly #clients = new Map<number, TranscoderClient>();
  /** The commands that made what there is, by id, in order. */
  readonly #making = new Map<number, Making[]>();
  #child: ChildProcess | null = null;
  #pipe: Duplex | null = null;
  readonly #heartbeatOptions: Pick<HeartbeatOptions, 'intervalMs' | 'timeoutMs'>;
  #heartbeat: Heartbeat | null = null;
  #lastId = 0;
  #deaths = 0;
  #startedAt = 0;
  #starts = 0;
  #restart: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isReady = false;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(log: Log, heartbeat = usualHeartbeat) {
    this.#log = log;
    this.#heartbeatOptions = heartbeat;
  }

  /** For tests and measurements; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether the process has loaded, for tests and measurements. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** How much is decoded, composed and encoded there. */
  get load(): number {
    return this.#making.size;
  }

  /** A new id, with what receives the reports about it. */
  open(client: TranscoderClient): number {
    this.#lastId += 1;
    this.#clients.set(this.#lastId, client);
    return this.#lastId;
  }

  /** Has a command carried out that makes something, or changes it for good. */
  make(command: Making): void {
    const known = this.#making.get(command.id) ?? [];
    const isSame = (other: Making) => other.do === command.do && kindOf(other) === kindOf(command);
    this.#making.set(command.id, [...known.filter((other) => !isSame(other)), command]);
    // A process that starts gets all commands anyway.
    if (this.#pipe === null) this.#start();
    else this.#post(command);
  }

  requestKeyframe(id: number): void {
    this.#post({ do: 'keyframe', id });
  }

  /** Ends what has this id. */
  drop(id: number): void {
    this.#clients.delete(id);
    if (this.#making.delete(id)) this.#post({ do: 'close', id });
  }

  /** Passes a frame on; false when it was dropped, because the process is not there or does not keep up. */
  send(frame: PipedFrame): boolean {
    if (this.#pipe === null || this.#pipe.writableLength > maxWaitingBytes) return false;
    this.#pipe.write(writeFrame(frame));
    return true;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    this.#heartbeat?.stop();
    const child = this.#child;
    if (child?.connected) child.disconnect();
    this.#pipe?.destroy();
    const timer = setTimeout(() => child?.kill('SIGKILL'), endTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }

  #post(command: Command): void {
    this.#pipe?.write(writeJson(command));
  }

  #start(): void {
    if (this.#child !== null || this.#restart !== undefined || this.#isClosed) return;
    const child = forkMain();
    const pipe = child.stdio[pipeDescriptor];
    if (!(pipe instanceof Duplex)) throw new Error('The transcoder has no pipe.');
    this.#child = child;
    this.#pipe = pipe;
    this.#startedAt = monotonicMs();
    this.#starts += 1;
    child.on('error', (error) => this.#log('error', 'The transcoder has a fault', { error }));
    // A pipe that breaks means that the process is gone, which is noticed anyway.
    pipe.on('error', () => undefined);
    const reader = new PipeReader<Report>(({ json, frame }) => {
      if (frame !== null) this.#clients.get(frame.id)?.frame?.(frame);
      else this.#hear(json);
    });
    pipe.on('data', (chunk: Buffer) => this.#read(reader, chunk, child));
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) =>
        this.#log('warn', 'The transcoder wrote a line', { line }),
      );
    }
    // Not `close`, which waits for the end of a pipe that may never come.
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => child.pid === undefined && resolve());
    });
    this.#ended = gone.then(() => {
      pipe.destroy();
      this.#died(child);
    });
    this.#post({ do: 'clock', offsetMs: nowMs() - sharedMs() });
    for (const commands of this.#making.values()) for (const made of commands) this.#post(made);
    this.#heartbeat = startHeartbeat({
      ...this.#heartbeatOptions,
      ask: () => this.#post({ do: 'ping' }),
      silent: () => {
        this.#log('error', 'The transcoder does not answer; its process is killed', { pid: child.pid });
        child.kill('SIGKILL');
      },
    });
  }

  #read(reader: PipeReader<Report>, chunk: Buffer, child: ChildProcess): void {
    try {
      reader.push(chunk);
    } catch (error) {
      this.#log('error', 'The transcoder cannot be understood; its process is killed', { error });
      child.kill('SIGKILL');
    }
  }

  #hear(report: Report): void {
    this.#heartbeat?.heard();
    if (report.say === 'ready') {
      this.#isReady = true;
      this.#log('info', this.#starts === 1 ? 'The transcoder runs' : 'The transcoder runs again', { pid: this.pid });
      return;
    }
    if (report.say === 'alive') return;
    const client = this.#clients.get(report.id);
    if (report.say === 'keyframe-needed') client?.keyframeNeeded?.();
    else {
      this.#log('warn', 'Something cannot be transcoded', { reason: report.text });
      client?.fault?.(report.text);
    }
  }

  #died(child: ChildProcess): void {
    this.#child = null;
    this.#pipe = null;
    this.#heartbeat?.stop();
    this.#isReady = false;
    if (this.#isClosed) return;
    this.#log('error', 'The transcoder died', { exitCode: child.exitCode, signal: child.signalCode });
    this.#deaths = monotonicMs() - this.#startedAt >= healthyMs ? 1 : this.#deaths + 1;
    if (this.#making.size === 0) return;
    const delayMs = restartDelaysMs[Math.min(this.#deaths, restartDelaysMs.length) - 1] ?? 0;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#start();
      for (const client of [...this.#clients.values()]) client.restarted?.();
    }, delayMs);
  }
}

function kindOf(command: Making): string {
  return command.do === 'feed' ? command.kind : '';
}

/** The same code runs from TypeScript during development and compiled in production; the child does the same. */
function forkMain(): ChildProcess {
  const extension = extname(fileURLToPath(import.meta.url));
  const main = fileURLToPath(new URL(`./process/main${extension}`, import.meta.url));
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const execArgv = extension === '.ts' ? ['--import', loader()] : [];
  return fork(main, [], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'] });
}
