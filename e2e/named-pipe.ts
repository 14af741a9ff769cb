import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** A pipe as a shell makes one, whose reader this process is. The file at `path` is removed by whoever named it. */
export class NamedPipe {
  readonly path: string;
  /** What comes out of it. */
  readonly reader: Socket;

  constructor(path: string) {
    execFileSync('mkfifo', [path]);
    this.path = path;
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.reader = new Socket({ fd, readable: true, writable: false });
  }

  /** Opens the end that a process is to have. */
  openWriter(): number {
    return openSync(this.path, constants.O_WRONLY);
  }

  /** Its reader is there, reads nothing more, and nothing more fits in. */
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

  /** Nobody reads it any more. */
  endReader(): void {
    this.reader.destroy();
  }
}
