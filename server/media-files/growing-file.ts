import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';

/** If more than this is waiting to be written, the disk does not keep up; in bytes. */
const maxWaitingBytes = 64 * 1024 * 1024;
const fullDiskCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** The errors of a pipe or a device for a request that only makes sense for files on a disk. */
const notSyncableCodes: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Why the file failed: it could not be created, could not be written, the disk was full, or the file is gone. */
export type FileFault = { kind: 'open' | 'write' | 'full' | 'gone'; description: string; cause: unknown };

/**
 * A file that is written piece by piece, in order, without blocking the caller. After the first fault nothing more is
 * written. The fault is reported once, and the file then ends with a whole piece.
 */
export class GrowingFile {
  readonly #path: string;
  readonly #faulted: (fault: FileFault) => void;
  #handle: FileHandle | null = null;
  #chain: Promise<void>;
  #syncing: Promise<void> | undefined;
  #waitingBytes = 0;
  #unsyncedBytes = 0;
  #isBroken = false;
  #closing: Promise<void> | undefined;

  /** Creates the file with its folders; an existing file is emptied. */
  constructor(path: string, faulted: (fault: FileFault) => void) {
    this.#path = path;
    this.#faulted = faulted;
    this.#chain = this.#open();
  }

  /** Writes `bytes` at `position`, after everything written before. The bytes must no longer change. */
  write(position: number, bytes: Buffer): void {
    if (this.#isBroken || this.#closing !== undefined) return;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > maxWaitingBytes) {
      this.#break('write', new Error('The disk does not keep up with the recording.'));
      return;
    }
    this.#chain = this.#chain.then(() => this.#writeAll(position, bytes));
  }

  /**
   * Flushes earlier writes from the system's caches to the disk itself, and checks that the file still exists, as a
   * deleted file could be written to forever, without effect. On a slow disk, no second flush starts while one is
   * running, and later writes do not wait for it: in the system's caches they survive the process.
   */
  sync(): void {
    if (this.#isBroken || this.#closing !== undefined || this.#syncing !== undefined) return;
    this.#syncing = this.#chain.then(() => this.#syncAll());
  }

  /** Later writes start only when all earlier ones are on the disk itself. */
  fence(): void {
    this.#chain = this.#chain.then(async () => {
      await this.#syncing;
      await this.#syncAll();
    });
  }

  /** Resolves when everything has been written, or never will be; never rejects. */
  drained(): Promise<void> {
    return this.#chain;
  }

  /** Closes the file when everything is written and on disk. May be called twice; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#chain.then(async () => {
      await this.#syncing;
      await this.#syncAll();
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
    let written = 0;
    try {
      while (!this.#isBroken && this.#handle !== null && written < bytes.length) {
        const rest = bytes.length - written;
        written += (await this.#handle.write(bytes, written, rest, position + written)).bytesWritten;
      }
      this.#unsyncedBytes += written;
    } catch (cause) {
      await this.#takeBack(position, written);
      this.#break('write', cause);
    }
    this.#waitingBytes -= bytes.length;
  }

  /** Cuts off a piece of which only the beginning could be written. A piece in the middle of the file is kept. */
  async #takeBack(position: number, written: number): Promise<void> {
    if (written === 0) return;
    const size = (await this.#handle?.stat().catch(() => null))?.size;
    if (size === position + written) await this.#handle?.truncate(position).catch(() => {});
  }

  async #syncAll(): Promise<void> {
    try {
      if (this.#isBroken || this.#handle === null) return;
      const bytes = this.#unsyncedBytes;
      this.#unsyncedBytes = 0;
      if (bytes > 0) await this.#handle.datasync().catch(unlessNotSyncable);
      await stat(this.#path).catch((cause: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) this.#break('gone', cause);
      });
    } catch (cause) {
      this.#break('write', cause);
    } finally {
      this.#syncing = undefined;
    }
  }

  #break(kind: 'open' | 'write' | 'gone', cause: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const path = this.#path;
    const fault = fullDiskCodes.has(codeOf(cause)) ? 'full' : kind;
    const descriptions: Readonly<Record<FileFault['kind'], string>> = {
      open: `The recording's file ${path} could not be made: ${reason}`,
      write: `The recording's file ${path} could not be written: ${reason}`,
      full: `The disk has no room left for the recording's file ${path}: ${reason}. What it holds so far is kept.`,
      gone: `The recording's file ${path} was deleted or moved while it was written: ${reason}`,
    };
    this.#faulted({ kind: fault, description: descriptions[fault], cause });
  }
}

function unlessNotSyncable(cause: unknown): void {
  if (!notSyncableCodes.has(codeOf(cause))) throw cause;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
