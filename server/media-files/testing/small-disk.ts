import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * For tests: a small disk in memory, which is soon full. Only root may mount it, and in some environments root cannot.
 */

/** Mounts a disk of `size` (as for mount, such as `2m`) at `folder`. @throws if that is not allowed */
export function mountSmallDisk(folder: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
}

/** Resizes the disk at `folder`. */
export function resizeDisk(folder: string, size: string): void {
  execFileSync('mount', ['-o', `remount,size=${size}`, folder], { stdio: 'pipe' });
}

/** Unmounts the disk at `folder`. */
export function unmountDisk(folder: string): void {
  execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
}

/** The reason why no disk can be mounted here, for the title of a skipped test; `null` if it can. */
export function reasonAgainstMounting(): string | null {
  if (process.platform !== 'linux') return 'only Linux has tmpfs';
  if (process.getuid?.() !== 0) return 'only root may mount';
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    mountSmallDisk(folder, '1m');
    unmountDisk(folder);
    return null;
  } catch {
    return 'this container may not mount';
  } finally {
    rmdirSync(folder);
  }
}
