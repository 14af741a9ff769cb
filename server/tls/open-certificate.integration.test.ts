import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogger } from '../logger.ts';
import { keepCertificate } from './kept-certificate.ts';
import { openCertificate } from './open-certificate.ts';
import { certificateHosts, makeSelfSignedCertificate } from './self-signed-certificate.ts';
import { coversHost } from './server-certificate.ts';

const dayMs = 86_400_000;

describe('a self-signed certificate that is kept', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'rostrum-kept-')), 'tls');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  async function open(hosts: readonly string[] = []) {
    const parts = { folder, hosts, answers: new Map(), logger: openLogger('silent') };
    const source = await openCertificate({ ...parts, origin: { from: 'self-signed' } });
    source.close();
    return source.current;
  }

  it('is the same at every start, and only its owner can read it', async () => {
    const first = await open();
    expect(await open()).toEqual(first);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'self-signed.pem'))).mode & 0o777).toBe(0o600);
  });

  it('is made again for a further host, and then stays', async () => {
    const first = await open();
    const second = await open(['live.example.org', '203.0.113.7']);
    expect(second.key).not.toBe(first.key);
    expect(coversHost(second, 'live.example.org')).toBe(true);
    expect(coversHost(second, '203.0.113.7')).toBe(true);
    expect(await open(['203.0.113.7'])).toEqual(second);
  });

  it('is made again in time before it expires', async () => {
    const hosts = certificateHosts(hostname(), networkInterfaces(), []);
    const validity = (daysLeft: number) => ({
      fromMs: Date.now() - (397 - daysLeft) * dayMs,
      toMs: Date.now() + daysLeft * dayMs,
    });
    const fresh = await makeSelfSignedCertificate(hosts, validity(31));
    await keepCertificate(join(folder, 'self-signed.pem'), fresh);
    expect(new X509Certificate((await open()).chain).raw).toEqual(new X509Certificate(fresh.chain).raw);
    const old = await makeSelfSignedCertificate(hosts, validity(29));
    await keepCertificate(join(folder, 'self-signed.pem'), old);
    const renewed = await open();
    expect(renewed.expiresAtMs - Date.now()).toBeGreaterThan(390 * dayMs);
  });

  it('is made again if its file is damaged', async () => {
    await open();
    await writeFile(join(folder, 'self-signed.pem'), 'damaged');
    const again = await open();
    expect(await open()).toEqual(again);
  });
});
