import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rostrum-folders-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('a folder that is made', () => {
  it('can be made by many at once, with all missing folders above it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = join(root, String(round), 'a', 'b', 'c');
      await Promise.all(Array.from({ length: 8 }, () => makeFolder(folder)));
      expect((await stat(folder)).isDirectory()).toBe(true);
    }
  });

  it('may already exist, also behind a symbolic link', async () => {
    await symlink(root, join(root, 'link'));
    await expect(makeFolder(join(root, 'link'))).resolves.toBeUndefined();
  });

  it('is refused if a file is in its place, or nothing can be made there', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
    if (process.platform === 'linux') await expect(makeFolder('/proc/nothing/here')).rejects.toThrow('ENOENT');
  });
});
