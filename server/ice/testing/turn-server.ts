import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { urlHost } from '../../platform/host-address.ts';
import { whyNoProgram } from '../../testing/debian-package.ts';
import { freeTcpPort } from '../../testing/free-port.ts';
import { TiedProcess } from '../../testing/tied-process.ts';

const execute = promisify(execFile);

/** Why a coturn cannot be started here; `null` if it can. */
export async function whyNoTurnServer(): Promise<string | null> {
  return (await whyNoProgram('turnserver', 'coturn')) ?? (await whyNoProgram('openssl'));
}

/** Why a coturn whose clock is wrong cannot be started here; `null` if it can. */
export async function whyNoWrongClock(): Promise<string | null> {
  return (await whyNoTurnServer()) ?? (await whyNoProgram('faketime'));
}

/** The beginning of a command line for a program whose clock is `offset` ahead, as `faketime` takes it. */
export function fakeTime(offset: string): string[] {
  return ['env', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'faketime', '-m', '-f', offset];
}

type TurnServerOptions = {
  /** The local address for clients and for relayed media. */
  address?: string;
  /** The secret that makes credentials valid. */
  secret: string;
  /** How far its clock is ahead, as `faketime` takes it, such as `+2d`. */
  clockAhead?: string;
  /** For how many seconds a nonce is valid; 600 by default. */
  nonceLifetimeS?: number;
};

/** A real coturn with UDP, TCP and TLS on free ports; its certificate is self-signed. */
export class TurnServer {
  readonly #process: TiedProcess;
  readonly #folder: string;
  readonly address: string;
  readonly port: number;
  readonly tlsPort: number;

  private constructor({ process, folder, address, port, tlsPort }: TurnServerParts) {
    this.#process = process;
    this.#folder = folder;
    this.address = address;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** @throws Error with its output if it does not start */
  static async start(options: TurnServerOptions): Promise<TurnServer> {
    const { address = '127.0.0.1', secret, clockAhead, nonceLifetimeS = 600 } = options;
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-turn-'));
    const [port, tlsPort] = [await freeTcpPort(), await freeTcpPort()];
    const subject = ['-subj', '/CN=rostrum.test', '-addext', `subjectAltName=IP:${address}`];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await execute('openssl', ['req', '-x509', ...curve, ...files, ...subject]);
    const lines = [
      ...[`listening-ip=${address}`, `relay-ip=${address}`, `listening-port=${port}`, `tls-listening-port=${tlsPort}`],
      ...[`cert=${join(folder, 'certificate.pem')}`, `pkey=${join(folder, 'key.pem')}`, 'no-dtls'],
      ...['use-auth-secret', `static-auth-secret=${secret}`, 'realm=rostrum.test'],
      ...['cli-password=unused', 'allow-loopback-peers', 'no-cli', `stale-nonce=${nonceLifetimeS}`],
      ...['log-file=stdout', 'verbose', `userdb=${join(folder, 'users')}`, `pidfile=${join(folder, 'pid')}`],
    ];
    await writeFile(join(folder, 'turnserver.conf'), `${lines.join('\n')}\n`);
    const [program = '', ...args] = [
      ...(clockAhead === undefined ? [] : fakeTime(clockAhead)),
      ...['turnserver', '-c', join(folder, 'turnserver.conf')],
    ];
    const server = new TurnServer({ process: new TiedProcess(program, args), folder, address, port, tlsPort });
    try {
      for (const listener of [opened('UDP', port), opened('TCP', port), opened('TCP', tlsPort)]) {
        await server.#process.printed(listener);
      }
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** What it printed; it names every session and its user. */
  get log(): string {
    return this.#process.output;
  }

  /** The peers for whose links clients came; a presenter has several links. */
  get peers(): Set<string> {
    return new Set([...this.log.matchAll(/user <\d+:([\w-]+)>/g)].map(([, peer = '']) => peer));
  }

  /** Its addresses as TURN_URLS takes them, by transport. */
  get urls(): { udp: string; tcp: string; tls: string } {
    const host = urlHost(this.address);
    return {
      udp: `turn:${host}:${this.port}`,
      tcp: `turn:${host}:${this.port}?transport=tcp`,
      tls: `turns:${host}:${this.tlsPort}`,
    };
  }

  /** The file of its certificate, which signs itself. */
  get certificateFile(): string {
    return join(this.#folder, 'certificate.pem');
  }

  /** Stops it; may be called twice. */
  async close(): Promise<void> {
    await this.#process.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

type TurnServerParts = { process: TiedProcess; folder: string; address: string; port: number; tlsPort: number };

const opened = (transport: string, port: number) => new RegExp(`${transport} listener opened on ?: \\S+:${port}\\b`);
