import { mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogger } from '../logger.ts';
import { makeSelfSignedCertificate } from './self-signed-certificate.ts';
import type { ServerCertificate } from './server-certificate.ts';
import { openWatchedCertificate } from './watched-certificate.ts';

const logger = openLogger('silent');
const everyMs = 10;

describe("the owner's certificate", () => {
  let folder: string;
  let paths: { certPath: string; keyPath: string };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rostrum-tls-'));
    paths = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') };
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(certificate: ServerCertificate): Promise<void> {
    await writeFile(paths.certPath, certificate.chain);
    await writeFile(paths.keyPath, certificate.key);
  }

  it('is read again when its files change, however long the second one takes', async () => {
    const [first, second] = [await makeSelfSignedCertificate(['one']), await makeSelfSignedCertificate(['two'])];
    await write(first);
    const source = await openWatchedCertificate(paths, logger, everyMs);
    try {
      expect(source.current.chain).toBe(first.chain);
      const seen: ServerCertificate[] = [];
      const changed = new Promise<void>((resolve) => {
        source.onChanged((certificate) => {
          seen.push(certificate);
          resolve();
        });
      });
      source.start();
      await writeFile(paths.certPath, second.chain);
      await writeFile(paths.certPath, `${second.chain}\n`);
      await writeFile(paths.keyPath, second.key);
      await changed;
      expect(seen.map(({ key }) => key)).toEqual([second.key]);
      expect(source.current.key).toBe(second.key);
    } finally {
      source.close();
    }
  });

  it('is read again when the symbolic links to its files are replaced, as certbot does', async () => {
    const [first, second] = [await makeSelfSignedCertificate(['one']), await makeSelfSignedCertificate(['two'])];
    for (const [name, { key, chain }] of Object.entries({ first, second })) {
      await writeFile(join(folder, `${name}.cert`), chain);
      await writeFile(join(folder, `${name}.key`), key);
    }
    const link = async (name: string) => {
      for (const [path, kind] of [
        [paths.certPath, 'cert'],
        [paths.keyPath, 'key'],
      ] as const) {
        await unlink(path).catch(() => {});
        await symlink(`${name}.${kind}`, path);
      }
    };
    await link('first');
    const source = await openWatchedCertificate(paths, logger, everyMs);
    try {
      source.start();
      await link('second');
      await expect.poll(() => source.current.key).toBe(second.key);
    } finally {
      source.close();
    }
  });

  it('stays in use while its files are gone or wrong', async () => {
    const [first, second] = [await makeSelfSignedCertificate(['one']), await makeSelfSignedCertificate(['two'])];
    await write(first);
    const lines: string[] = [];
    const watching = Object.assign(openLogger('silent'), { warn: (_: unknown, text: string) => lines.push(text) });
    const source = await openWatchedCertificate(paths, watching, everyMs);
    try {
      source.start();
      await writeFile(paths.keyPath, 'no key');
      await expect.poll(() => lines.length).toBe(1);
      expect(lines[0]).toMatch(/cannot be used; the server keeps the former one/);
      await unlink(paths.certPath);
      await expect.poll(() => lines.length).toBe(2);
      expect(source.current.key).toBe(first.key);
      await write(second);
      await expect.poll(() => source.current.key).toBe(second.key);
    } finally {
      source.close();
    }
  });

  it('is refused at the start with a reason, if it cannot be used', async () => {
    const open = () => openWatchedCertificate(paths, logger);
    await expect(open()).rejects.toThrow(/(cert|key)\.pem does not exist\.$/);
    const [one, other] = [await makeSelfSignedCertificate(['one']), await makeSelfSignedCertificate(['two'])];
    await write({ ...one, key: other.key });
    await expect(open()).rejects.toThrow('The private key does not belong to the certificate.');
    await expect(openWatchedCertificate({ ...paths, keyPath: folder }, logger)).rejects.toThrow('is a folder.');
  });
});
