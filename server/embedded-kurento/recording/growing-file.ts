import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** More than this waiting for the disk means that it does not keep up, in bytes. */
const maxWaitingBytes = 64 * 1024 * 1024;

/** What became of the file when it broke. */
export type FileFault = { during: 'open' | 'write'; description: string; cause: unknown };

/**
 * A file that is written piece by piece, in order, without anybody waiting. After the first fault nothing more is
 * written; it is told once.
 */
export class GrowingFile {
  readonly #path: string;
  readonly #faulted: (fault: FileFault) => void;
  #handle: FileHandle | null = null;
  #chain: Promise<void>;
  #waitingBytes = 0;
  #isBroken = false;
  #closing: Promise<void> | undefined;

  /** Makes the file with its folders; an existing file is emptied. */
  constructor(path: string, faulted: (fault: FileFault) => void) {
    this.#path = path;
    this.#faulted = faulted;
    this.#chain = this.#open();
  }

  /** Writes `bytes`, which must not change any more, at `position` after all that was given before. */
  write(position: number, bytes: Buffer): void {
    if (this.#isBroken || this.#closing !== undefined) return;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) {
      this.#break('write', new Error('The disk does not keep up with the recording.'));
      return;
    }
    this.#chain = this.#chain.then(() => this.#writeAll(position, bytes));
  }

  /** Closes the file when all is written and on disk; may be called twice; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#chain.then(async () => {
      try {
        if (!this.#isBroken) await this.#handle?.sync();
      } catch (cause) {
        this.#break('write', cause);
      }
      await this.#handle?.close().catch(() => {});
    });
    return this.#closing;
  }

  async #open(): Promise<void> {
    try {
      await makeFolder(dirname(this.#path));
      this.#handle = await open(this.#path, 'w');
    } catch (cause) {
      this.#break('open', cause);
    }
  }

  async #writeAll(position: number, bytes: Buffer): Promise<void> {
    try {
      let written = 0;
      while (!this.#isBroken && this.#handle !== null && written < bytes.length) {
        const rest = bytes.length - written;
        written += (await this.#handle.write(bytes, written, rest, position + written)).bytesWritten;
      }
    } catch (cause) {
      this.#break('write', cause);
    }
    this.#waitingBytes -= bytes.length;
  }

  #break(during: FileFault['during'], cause: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const what = during === 'open' ? 'could not be made' : 'could not be written';
    this.#faulted({ during, description: `The recording's file ${this.#path} ${what}: ${reason}`, cause });
  }
}
