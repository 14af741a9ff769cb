import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogger } from '../logger.ts';
import { whyNoProgram } from '../testing/debian-package.ts';
import { freeTcpPort } from '../testing/free-port.ts';
import type { CertificateSource } from './certificate-source.ts';
import { openCertificate } from './open-certificate.ts';
import type { ServerCertificate } from './server-certificate.ts';
import { Pebble } from './testing/pebble.ts';

const obstacle = await whyNoProgram('pebble', 'pebble');
const domain = 'live.rostrum.example';

describe.skipIf(obstacle !== null)(`a certificate by ACME ${obstacle ?? ''}`, () => {
  let pebble: Pebble;
  let httpPort: number;
  let folder: string;
  const answers = new Map<string, string>();
  const trusted = globalAgent.options.ca;

  beforeAll(async () => {
    httpPort = await freeTcpPort();
    pebble = await Pebble.start({ httpPort, validityS: 6 });
    // A server gets this from NODE_EXTRA_CA_CERTS, which Node reads only when it starts.
    globalAgent.options.ca = pebble.trust;
    folder = await mkdtemp(join(tmpdir(), 'rostrum-acme-'));
  }, 150_000);
  afterAll(async () => {
    globalAgent.destroy();
    if (trusted === undefined) delete globalAgent.options.ca;
    else globalAgent.options.ca = trusted;
    await pebble?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function open(pausesMs: readonly number[]): Promise<CertificateSource> {
    const { directoryUrl } = pebble;
    const origin = { from: 'acme', domain, email: 'you@example.org', directoryUrl } as const;
    return openCertificate({ origin, folder, hosts: [], answers, logger: openLogger('silent'), pausesMs });
  }

  function next(source: CertificateSource): Promise<ServerCertificate> {
    return new Promise((resolve) => source.onChanged(resolve));
  }

  async function answerChallenges(): Promise<Server> {
    const server = createServer((request, response) => response.end(answers.get(request.url?.split('/').at(-1) ?? '')));
    server.listen(httpPort);
    await once(server, 'listening');
    return server;
  }

  it('is self-signed until the authority issues one, which is tried again, kept, and renewed in time', async () => {
    const source = await open([500]);
    let server: Server | undefined;
    try {
      expect(source.current.vouchedFor).toBe('nobody');
      const first = next(source);
      source.start();
      // Nothing answers at the port yet, so that the first attempt fails.
      await expect.poll(() => pebble.output, { timeout: 20_000 }).toMatch(/invalid/i);
      expect(source.current.vouchedFor).toBe('nobody');
      server = await answerChallenges();
      const issued = await first;
      expect(issued.vouchedFor).toBe('issuer');
      expect(new X509Certificate(issued.chain).checkHost(domain)).toBe(domain);
      expect(answers.size).toBe(0);

      const [authority = ''] = await readdir(folder);
      const files = await readdir(join(folder, authority));
      expect(files.toSorted()).toEqual(['account-key.pem', `${domain}.pem`]);
      for (const file of files) expect((await stat(join(folder, authority, file))).mode & 0o777).toBe(0o600);

      const renewed = await next(source);
      expect(renewed.chain).not.toBe(issued.chain);
      expect(Date.now()).toBeLessThan(issued.expiresAtMs + 1_000);
    } finally {
      source.close();
      server?.closeAllConnections();
      server?.close();
    }
    const later = await open([500]);
    later.close();
    expect(later.current.vouchedFor).toBe('issuer');
  }, 60_000);
});
