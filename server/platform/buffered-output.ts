import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

/** How many bytes wait for a reader before lines are left out. */
const mostWaiting = 1024 * 1024;
/** How long to wait until the next attempt to write, in milliseconds. */
const retryMs = 250;
/** How long a process that ends lets a reader catch up, in milliseconds, and how often it looks. */
const lastMs = 250;
const lastStepMs = 10;

/** What `BufferedOutput` says in place of lines that were left out; with the line end. */
export type DescribeGap = (lines: number) => string;

/**
 * Standard output or standard error, for lines. Nobody waits for whoever reads them, and nothing that happens to a
 * reader is an error: what cannot be written now is kept, up to 1 MiB, and tried again; what comes beyond that is
 * counted, and told in its place. A reader that comes back, as at a named pipe, begins with a whole line.
 *
 * What can be written is written at once, so that the last words of a process are not lost.
 */
export class BufferedOutput {
  readonly #standardFd: number;
  readonly #describeGap: DescribeGap;
  /** Our own way to the same pipe or terminal, once it is open. */
  #ownFd: number | null = null;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How much of the first that waits is written. */
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
      // The pipe is full. Anything else means that there is no reader now, and the next one wants a line from its start.
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
   * Whether a write waits is a property of the open pipe, which other processes share: each Node that ends sets it back,
   * and would leave us waiting. So a pipe or a terminal is opened once more for ourselves. What cannot be, such as a
   * socket, is used as Node has set it up, which is not to wait either.
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

  /** A reader that is only slow is given a moment for the last words. */
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
 * Has the process outlive whoever reads what it writes: errors of the streams through which libraries print mean
 * nothing, and Node is kept from waiting for a full pipe where that is possible.
 */
export function bufferOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
