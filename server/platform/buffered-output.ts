import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** How many bytes are buffered for a reader before lines are dropped. */
const mostWaiting = 1024 * 1024;
/** The delay before the next attempt to write, in milliseconds. */
const retryMs = 250;
/** How long an exiting process waits for a reader to catch up, and how often it tries, in milliseconds. */
const lastMs = 250;
const lastStepMs = 10;

/** Returns the text that `BufferedOutput` writes in place of dropped lines, including the line end. */
export type DescribeGap = (lines: number) => string;

/**
 * Standard output or standard error, for lines. Writing never blocks on the reader, and nothing that happens to a
 * reader is an error. Text that cannot be written now is buffered, up to 1 MiB, and retried. Lines beyond that are
 * dropped and counted, and their number is written in their place. A reader that comes back, as with a named pipe,
 * starts at the beginning of a line.
 *
 * Text that can be written is written immediately, so that the last messages of a process are not lost.
 */
export class BufferedOutput {
  readonly #standardFd: number;
  readonly #describeGap: DescribeGap;
  /** Our own descriptor of the same pipe or terminal, once it is open. */
  #ownFd: number | null = null;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How many bytes of the first buffered text have been written. */
  #written = 0;
  #leftOut = 0;
  #retry: NodeJS.Timeout | null = null;

  /** @param fd 1 for standard output, 2 for standard error */
  constructor(fd: 1 | 2, describeGap: DescribeGap) {
    this.#standardFd = fd;
    this.#describeGap = describeGap;
    process.on('exit', () => this.#finish());
  }

  /** Writes `text`, which ends a line. Never throws. */
  write(text: string): void {
    if (this.#waitingBytes >= mostWaiting) {
      this.#leftOut += 1;
      return;
    }
    this.#add(text);
    if (this.#retry === null) this.#writeWaiting();
  }

  #add(text: string): void {
    const bytes = Buffer.from(text);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #writeWaiting(): void {
    this.#retry = null;
    try {
      const fd = this.#openFd();
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        this.#written += writeSync(fd, next, this.#written);
        if (this.#written === next.length) this.#forgetFirst(next);
      }
    } catch (error) {
      // EAGAIN: the pipe is full. Other errors: there is no reader now, and the next one needs a line from its start.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) this.#written = 0;
      this.#retry = setTimeout(() => this.#writeWaiting(), retryMs);
      this.#retry.unref();
    }
  }

  #forgetFirst(first: Buffer): void {
    this.#waiting.shift();
    this.#waitingBytes -= first.length;
    this.#written = 0;
    if (this.#waiting.length > 0 || this.#leftOut === 0) return;
    this.#add(this.#describeGap(this.#leftOut));
    this.#leftOut = 0;
  }

  /**
   * Whether a write blocks is a property of the open pipe, which other processes share. Each Node process that exits
   * resets it, and our writes would then block. So a pipe or a terminal is opened once more for this process alone. A
   * descriptor that cannot be opened again, such as a socket, is used as Node has set it up, which is non-blocking too.
   * https://man7.org/linux/man-pages/man7/pipe.7.html, https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
   */
  #openFd(): number {
    const fd = this.#standardFd;
    if (this.#ownFd !== null) return this.#ownFd;
    if (!fstatSync(fd).isFIFO() && !isatty(fd)) return fd;
    try {
      this.#ownFd = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      return this.#ownFd;
    } catch {
      return fd;
    }
  }

  /** Gives a slow reader a moment to receive the last messages. */
  #finish(): void {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let waitedMs = 0; this.#waiting.length > 0 && waitedMs < lastMs; waitedMs += lastStepMs) {
      if (waitedMs > 0) Atomics.wait(clock, 0, 0, lastStepMs);
      if (this.#retry !== null) clearTimeout(this.#retry);
      this.#writeWaiting();
    }
  }
}

/**
 * Makes the process survive the loss of the readers of its output: errors of the streams through which libraries print
 * are ignored, and Node is kept from blocking on a full pipe where that is possible.
 */
export function bufferOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
