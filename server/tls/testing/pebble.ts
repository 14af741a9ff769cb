import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freeTcpPort } from '../../testing/free-port.ts';
import { TiedProcess } from '../../testing/tied-process.ts';
import { makeSelfSignedCertificate } from '../self-signed-certificate.ts';

export type PebbleOptions = {
  /** The port at which it asks for the proof of a domain, in place of 80. */
  httpPort: number;
  /** For how long its certificates are valid, in seconds. */
  validityS?: number;
};

/**
 * For tests: Let's Encrypt's own certificate authority for tests (https://github.com/letsencrypt/pebble). It validates
 * as the real one does; every domain name leads to this machine.
 */
export class Pebble {
  readonly directoryUrl: string;
  /** A file with the certificate that its own interface has, which a client has to trust. */
  readonly trustPath: string;
  /** The same certificate as PEM. */
  readonly trust: string;
  readonly #managementUrl: string;
  readonly #processes: readonly TiedProcess[];
  readonly #folder: string;

  private constructor(parts: { folder: string; trust: string; ports: number[]; processes: TiedProcess[] }) {
    this.directoryUrl = `https://localhost:${parts.ports[0]}/dir`;
    this.#managementUrl = `https://localhost:${parts.ports[1]}`;
    this.trust = parts.trust;
    this.trustPath = join(parts.folder, 'cert.pem');
    this.#processes = parts.processes;
    this.#folder = parts.folder;
  }

  static async start({ httpPort, validityS }: PebbleOptions): Promise<Pebble> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-pebble-'));
    const { key, chain } = await makeSelfSignedCertificate(['localhost', '127.0.0.1']);
    const [api, management, tls, dns, dnsManagement] = await Promise.all(Array.from({ length: 5 }, freeTcpPort));
    const config = {
      listenAddress: `127.0.0.1:${api}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: join(folder, 'cert.pem'),
      privateKey: join(folder, 'key.pem'),
      httpPort,
      tlsPort: tls,
      ...(validityS !== undefined && { certificateValidityPeriod: validityS }),
    };
    await writeFile(config.certificate, chain);
    await writeFile(config.privateKey, key);
    await writeFile(join(folder, 'pebble.json'), JSON.stringify({ pebble: config }));
    const names = new TiedProcess('pebble-challtestsrv', [
      ...['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`, '-defaultIPv6', ''],
      ...['-http01', '', '-https01', '', '-tlsalpn01', ''],
    ]);
    const words = ['-config', join(folder, 'pebble.json'), '-dnsserver', `127.0.0.1:${dns}`];
    const authority = new TiedProcess('pebble', words, { PEBBLE_VA_NOSLEEP: '1' });
    const ports = [api ?? 0, management ?? 0];
    const pebble = new Pebble({ folder, trust: chain, ports, processes: [names, authority] });
    try {
      await Promise.all([authority.printed(/Listening on/), names.printed(/Starting management server/i)]);
      return pebble;
    } catch (error) {
      await pebble.close();
      throw error;
    }
  }

  /** The certificate, as PEM, that a client has to trust to trust the certificates that it issues. */
  async root(): Promise<string> {
    const agent = new Agent({ ca: this.trust });
    const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      get(`${this.#managementUrl}/roots/0`, { agent }, resolve).on('error', reject);
    });
    return await text(response);
  }

  /** What it and its name server printed. */
  get output(): string {
    return this.#processes.map(({ output }) => output).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
