import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** A pipe like a shell's, read by this process. The caller that chose `path` removes the file. */
export class NamedPipe {
  readonly path: string;
  /** The reading end. */
  readonly reader: Socket;

  constructor(path: string) {
    execFileSync('mkfifo', [path]);
    this.path = path;
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.reader = new Socket({ fd, readable: true, writable: false });
  }

  /** Opens the writing end, for a process. */
  openWriter(): number {
    return openSync(this.path, constants.O_WRONLY);
  }

  /** Fills the pipe: its reader exists but no longer reads, and nothing more fits in. */
  fill(): void {
    this.reader.pause();
    const fd = openSync(this.path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      for (const length of [4096, 1]) {
        for (;;) {
          try {
            writeSync(fd, Buffer.alloc(length, '\n'));
          } catch (error) {
            if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') break;
            throw error;
          }
        }
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Closes the reading end. */
  endReader(): void {
    this.reader.destroy();
  }
}
