import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/*
 * For tests: a disk in memory that is soon full. Mounting is for root alone, and not even for root everywhere.
 */

/** Mounts a disk of `size` (as mount takes it, such as `2m`) at `folder`. @throws where that is not allowed */
export function mountSmallDisk(folder: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
}

/** Gives the disk at `folder` another size. */
export function resizeDisk(folder: string, size: string): void {
  execFileSync('mount', ['-o', `remount,size=${size}`, folder], { stdio: 'pipe' });
}

/** Takes the disk at `folder` away. */
export function unmountDisk(folder: string): void {
  execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
}

/** Why no disk can be mounted here, for the title of a test that is left out; `null` where it can. */
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
