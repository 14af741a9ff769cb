import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder as makeMediaServersFolder } from './embedded-kurento/recording/make-folder.ts';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rostrum-folders-'));
});
afterEach(() => rm(root, { recursive: true }));

describe.each([
  ['the application', makeFolder],
  ['the media server', makeMediaServersFolder],
])('a folder that %s makes', (_, make) => {
  it('is made by many at once, with all that is missing above it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = join(root, String(round), 'a', 'b', 'c');
      await Promise.all(Array.from({ length: 8 }, () => make(folder)));
      expect((await stat(folder)).isDirectory()).toBe(true);
    }
  });

  it('may be there already, also behind a link', async () => {
    await symlink(root, join(root, 'link'));
    await expect(make(join(root, 'link'))).resolves.toBeUndefined();
  });

  it('is refused where a file is in its place, or nothing can be made', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(make(join(root, 'file'))).rejects.toThrow('EEXIST');
    await expect(make(join(root, 'file', 'below'))).rejects.toThrow('ENOTDIR');
    if (process.platform === 'linux') await expect(make('/proc/nothing/here')).rejects.toThrow('ENOENT');
  });
});
