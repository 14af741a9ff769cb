import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { urlHost } from '../../platform/host-address.ts';
import { whyNoProgram } from '../../testing/debian-package.ts';

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
};

/** A real coturn with UDP, TCP and TLS on free ports; its certificate is self-signed. */
export class TurnServer {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log: () => string;
  readonly address: string;
  readonly port: number;
  readonly tlsPort: number;

  private constructor(parts: {
    child: ChildProcess;
    folder: string;
    log: () => string;
    ports: Ports;
    address: string;
  }) {
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.#log = parts.log;
    this.address = parts.address;
    this.port = parts.ports.plain;
    this.tlsPort = parts.ports.tls;
  }

  /** @throws Error with its output if it does not start */
  static async start({ address = '127.0.0.1', secret, clockAhead }: TurnServerOptions): Promise<TurnServer> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-turn-'));
    const [plain, tls] = [await freePort(address), await freePort(address)];
    const subject = ['-subj', '/CN=rostrum.test', '-addext', `subjectAltName=IP:${address}`];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await execute('openssl', ['req', '-x509', ...curve, ...files, ...subject]);
    const lines = [
      ...[`listening-ip=${address}`, `relay-ip=${address}`, `listening-port=${plain}`, `tls-listening-port=${tls}`],
      ...[`cert=${join(folder, 'certificate.pem')}`, `pkey=${join(folder, 'key.pem')}`, 'no-dtls'],
      ...['use-auth-secret', `static-auth-secret=${secret}`, 'realm=rostrum.test'],
      ...['cli-password=unused', 'allow-loopback-peers', 'no-cli'],
      ...['log-file=stdout', 'verbose', `userdb=${join(folder, 'users')}`, `pidfile=${join(folder, 'pid')}`],
    ];
    await writeFile(join(folder, 'turnserver.conf'), `${lines.join('\n')}\n`);
    const command = ['turnserver', '-c', join(folder, 'turnserver.conf')];
    if (clockAhead !== undefined) command.unshift(...fakeTime(clockAhead));
    // It ends with its standard input, and therefore never outlives the test runner, however that ends. faketime runs it
    // as a child, so the whole process group is ended.
    const script =
      'exec 3<&0; setsid "$@" </dev/null 2>&1 & server=$!; { cat <&3; kill -TERM -$server; } >/dev/null & wait $server';
    const child = spawn('sh', ['-c', script, 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let log = '';
    const ports = { plain, tls };
    const server = new TurnServer({ child, folder, log: () => log, ports, address });
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        log += text;
        if (opened('UDP', plain).test(log) && opened('TCP', plain).test(log) && opened('TCP', tls).test(log)) resolve();
      });
      child.once('exit', () => reject(new Error(`coturn did not start. It printed:\n${log}`)));
    }).catch(async (error: unknown) => {
      await server.close();
      throw error;
    });
    return server;
  }

  /** Everything that it printed so far; it names every session and its user. */
  get log(): string {
    return this.#log();
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
    const ended = this.#child.exitCode === null && this.#child.signalCode === null ? once(this.#child, 'exit') : null;
    this.#child.stdin?.end();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

type Ports = { plain: number; tls: number };

const opened = (transport: string, port: number) => new RegExp(`${transport} listener opened on ?: \\S+:${port}\\b`);

async function freePort(host: string): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
