import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Closer } from '../closer.ts';
import { RedisServer, whyNoRedis } from '../cluster/testing/redis-server.ts';
import { readConfig } from '../config.ts';
import { fakeTime, TurnServer, whyNoTurnServer, whyNoWrongClock } from '../ice/testing/turn-server.ts';
import { mountSmallDisk, reasonAgainstMounting, unmountDisk } from '../media-files/testing/small-disk.ts';
import { SwiftServer, whyNoStore } from '../recordings/s3/testing/swift-server.ts';
import { whyNoProgram } from '../testing/debian-package.ts';
import { freeTcpPort } from '../testing/free-port.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk } from './check-disk.ts';
import { checkMediaServer } from './check-media-server.ts';
import { checkMediaPorts, checkWebPort } from './check-ports.ts';
import { checkRedis } from './check-redis.ts';
import { checkStore } from './check-store.ts';
import { checkStun, checkTurn } from './check-turn.ts';

const execute = promisify(execFile);
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const program = fileURLToPath(new URL('./main.ts', import.meta.url));

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let closer: Closer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-doctor-'));
  closer = new Closer();
});
afterEach(async () => {
  await closer.close();
  await rm(folder, { recursive: true, force: true });
});

/** A configuration whose folders are those of the test. */
const configOf = (settings: Record<string, string>) => readConfig({ DATA_DIR: folder, ...settings });

/** Runs the program as `npm run doctor` does, with nothing of our own environment. */
async function runDoctor(
  settings: Record<string, string>,
  prefix: readonly string[] = [],
  args: readonly string[] = [],
) {
  const [command = '', ...words] = [...prefix, process.execPath, '--import', loader, program, ...args];
  const env = { PATH: process.env.PATH, DATA_DIR: folder, NODE_ENV: 'test', ...settings } as NodeJS.ProcessEnv;
  const child = spawn(command, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  closer.add(() => void child.kill('SIGKILL'));
  let text = '';
  const read = (bytes: Buffer) => {
    text += bytes;
  };
  for (const output of [child.stdout, child.stderr]) output.on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

/** Makes a server listen on a free port, and closes it with all its connections after the test. */
async function listening(server: Server): Promise<number> {
  const connections = new Set<Socket>();
  server.on('connection', (socket) => connections.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closer.add(async () => {
    for (const socket of connections) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** Relays UDP to a port of this machine. All datagrams but the first arrive no earlier than `delayMs` after that one. */
async function delayAfterFirst(port: number, delayMs: number): Promise<number> {
  const [front, back] = [createSocket('udp4'), createSocket('udp4')];
  closer.add(() => {
    front.close();
    back.close();
  });
  front.bind(0, '127.0.0.1');
  back.connect(port, '127.0.0.1');
  await Promise.all([once(front, 'listening'), once(back, 'connect')]);
  let dueAt = 0;
  front.on('message', (datagram, sender) => {
    back.removeAllListeners('message').on('message', (reply) => front.send(reply, sender.port, sender.address));
    if (dueAt === 0) {
      dueAt = Date.now() + delayMs;
      back.send(datagram);
    } else setTimeout(() => back.send(datagram), Math.max(0, dueAt - Date.now()));
  });
  return front.address().port;
}

describe('the program', () => {
  it('prints a line for each part, and succeeds if nothing is broken', async () => {
    const { code, text } = await runDoctor({ PORT: String(await freeTcpPort()) }, [], ['--ntp', '127.0.0.1:9']);
    const names = [
      'Web port',
      'Certificate',
      'Media server',
      'Media ports',
      'Addresses',
      'STUN',
      'TURN',
      'Disk',
      'Store',
      'Redis',
      'Clock',
    ];
    for (const name of names) expect(text).toMatch(new RegExp(`^[✓!–] ${name} `, 'm'));
    expect(text).toMatch(/✓ Media server .*embedded media server .*opens pipelines/);
    expect(text).toContain('Nothing is broken.');
    expect(code).toBe(0);
  });

  it('fails, and says what to do, if something is broken', { tags: ['long'] }, async () => {
    const port = await listening(createServer());
    const { code, text } = await runDoctor(
      {
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_URL: 'http://live.example.org',
        KURENTO_URL: `ws://127.0.0.1:${await freeTcpPort()}/kurento`,
      },
      [],
      ['--ntp', '127.0.0.1:9'],
    );
    expect(text).toMatch(new RegExp(`✗ Web port +Port ${port} .*taken.*\n +→ Stop that program, or set PORT`));
    expect(text).toMatch(/✗ Certificate .*is not HTTPS.*\n +→ Set HTTPS/);
    expect(text).toMatch(/✗ Media server +No media server answers at .*\n +→ /);
    expect(text).toContain('3 things are broken.');
    expect(code).toBe(1);
  });

  it('names wrong settings', async () => {
    const { code, text } = await runDoctor({ TURN_URLS: 'turn.example.org' });
    expect(text).toMatch(/TURN_URLS: “turn.example.org” is not an address/);
    expect(code).toBe(1);
  });
});

describe('ports', () => {
  it('of this server itself are no fault', async () => {
    const config = configOf({ PORT: '3000', EMBEDDED_MIN_PORT: '40000', EMBEDDED_MAX_PORT: '40000' });
    expect(await checkWebPort(config, true)).toMatchObject([{ verdict: 'ok' }]);
    expect(await checkMediaPorts(config, true)).toMatchObject([{ verdict: 'ok' }]);
  });

  it('for media that are taken are named', async () => {
    const socket = createSocket('udp4').bind(0, '0.0.0.0');
    await once(socket, 'listening');
    closer.add(() => void socket.close());
    const port = String(socket.address().port);
    const config = configOf({ EMBEDDED_MIN_PORT: port, EMBEDDED_MAX_PORT: port });
    const [finding] = await checkMediaPorts(config, false);
    expect(finding).toMatchObject({ verdict: 'broken', text: expect.stringContaining(`${port} (EADDRINUSE)`) });
  });

  it('on an address that this machine does not have are named', async () => {
    const range = { EMBEDDED_MIN_PORT: '40000', EMBEDDED_MAX_PORT: '40001' };
    const config = configOf({ ...range, EMBEDDED_BIND_IP: '198.51.100.9', HOST: '198.51.100.9' });
    expect(await checkMediaPorts(config, false)).toMatchObject([
      { verdict: 'broken', advice: expect.stringMatching(/EMBEDDED_BIND_IP/) },
    ]);
    expect(await checkWebPort(config, false)).toMatchObject([
      { verdict: 'broken', advice: expect.stringMatching(/HOST/) },
    ]);
  });
});

const withoutRedis = await whyNoRedis();

describe.skipIf(withoutRedis !== null)(`the Redis of several web servers ${withoutRedis ?? ''}`, () => {
  it('is asked for its version, and whether it keeps its data', async () => {
    const redis = await closer.own(await RedisServer.start());
    const configWith = (REDIS_URL: string) => configOf({ REDIS_URL, PRESENTER_KEY: 'a key for all of them' });
    const answers = { verdict: 'ok', text: expect.stringMatching(/^Redis \d.* answers at 127\.0\.0\.1:\d+\.$/) };
    expect(await checkRedis(configWith(redis.url))).toMatchObject([answers, { verdict: 'ok' }]);
    await redis.command(['CONFIG', 'SET', 'appendonly', 'no']);
    expect(await checkRedis(configWith(redis.url))).toMatchObject([
      answers,
      { verdict: 'risk', advice: expect.stringContaining('appendonly yes') },
    ]);
    await redis.kill();
    expect(await checkRedis(configWith(redis.url))).toMatchObject([{ verdict: 'broken' }]);
    expect(await checkRedis(configOf({}))).toMatchObject([{ verdict: 'open' }]);
  });
});

const withoutStore = await whyNoStore();

describe.skipIf(withoutStore !== null)(`the store for recordings ${withoutStore ?? ''}`, () => {
  it('must be one that the key may list, read, write and delete in', async () => {
    const store = await SwiftServer.start();
    closer.add(() => store.close());
    const { endpoint, bucket, accessKeyId, secretAccessKey } = await store.createBucket();
    const settings = {
      RECORDINGS_S3_ENDPOINT: `${endpoint}`,
      RECORDINGS_S3_BUCKET: bucket,
      RECORDINGS_S3_ACCESS_KEY_ID: accessKeyId,
      RECORDINGS_S3_SECRET_ACCESS_KEY: secretAccessKey,
    };
    expect(await checkStore(configOf(settings))).toEqual([
      { verdict: 'ok', text: expect.stringContaining(`${bucket}” at ${endpoint} can be listed, written, read`) },
    ]);
    const wrong = { ...settings, RECORDINGS_S3_SECRET_ACCESS_KEY: 'not-the-secret' };
    expect(await checkStore(configOf(wrong))).toEqual([
      { verdict: 'broken', text: expect.stringMatching(/SECRET_ACCESS_KEY/), advice: expect.stringMatching(/disk/) },
    ]);
    expect(await checkStore(configOf({}))).toMatchObject([{ verdict: 'open' }]);
  });
});

describe('the disk', () => {
  it('is measured in hours of recording', async () => {
    const [finding] = await checkDisk(configOf({}));
    expect(finding?.text).toMatch(/free: \d+\.\d hours of recording/);
  });

  it('must let us write', async () => {
    // A file in the place of a folder stops root, too, whom permissions do not stop.
    await writeFile(join(folder, 'file'), '');
    const config = configOf({ RECORDINGS_DIR: join(folder, 'file', 'recordings') });
    expect(await checkDisk(config)).toMatchObject([
      { verdict: 'broken', advice: expect.stringMatching(/RECORDINGS_DIR/) },
    ]);
    if (process.getuid?.() === 0) return;
    await chmod(folder, 0o500);
    expect(await checkDisk(configOf({}))).toMatchObject([
      { verdict: 'broken', advice: expect.stringMatching(/permissions/) },
      {},
    ]);
    await chmod(folder, 0o700);
  });

  const reason = reasonAgainstMounting();
  it.skipIf(reason !== null)(`must have room${reason === null ? '' : ` (skipped: ${reason})`}`, async () => {
    const small = join(folder, 'small');
    await mkdir(small);
    mountSmallDisk(small, '2m');
    closer.add(() => unmountDisk(small));
    const config = configOf({ RECORDINGS_DIR: small });
    expect(await checkDisk(config)).toMatchObject([
      { verdict: 'broken', text: expect.stringMatching(/MB free/), advice: expect.stringMatching(/larger disk/) },
    ]);
    await writeFile(join(small, 'file'), Buffer.alloc(4_000_000)).catch(() => {});
    expect(await checkDisk(config)).toMatchObject([{ verdict: 'broken', text: expect.stringMatching(/is full/) }]);
  });
});

describe('the certificate', async () => {
  const reason = (await whyNoProgram('openssl')) ?? (await whyNoProgram('faketime'));

  /** Serves HTTPS with a self-signed certificate that was made `ago` and is valid for ten days. */
  async function serve(ago: string): Promise<string> {
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '10', '-subj', '/CN=localhost', ...files];
    await execute('faketime', ['-f', ago, 'openssl', ...words, '-addext', 'subjectAltName=DNS:localhost']);
    const [key, cert] = await Promise.all(['key.pem', 'certificate.pem'].map((name) => readFile(join(folder, name))));
    return `https://localhost:${await listening(createHttpsServer({ key, cert }))}`;
  }

  it.skipIf(reason !== null)(`is read from the address that people use (${reason ?? 'real TLS'})`, async () => {
    const check = async (ago: string) => await checkCertificate(configOf({ PUBLIC_URL: await serve(ago) }));
    expect(await check('-20d')).toMatchObject([
      { verdict: 'broken', text: expect.stringMatching(/expired on \d{4}-\d\d-\d\d/) },
    ]);
    expect(await check('+20d')).toMatchObject([
      { verdict: 'broken', text: expect.stringMatching(/is not valid before/), advice: expect.stringMatching(/clock/) },
    ]);
    expect(await check('+0d')).toMatchObject([
      { verdict: 'broken', text: expect.stringMatching(/DEPTH_ZERO_SELF_SIGNED_CERT/) },
    ]);
  });

  it.skipIf(reason !== null)(
    `is told in days if it is valid (${reason ?? 'real TLS'})`,
    { tags: ['long'] },
    async () => {
      // The program trusts it, as browsers trust those of a known authority.
      const url = await serve('+0d');
      const { text } = await runDoctor(
        { PUBLIC_URL: url, PORT: '0', NODE_EXTRA_CA_CERTS: join(folder, 'certificate.pem') },
        [],
        ['--ntp', '127.0.0.1:9'],
      );
      expect(text).toMatch(/! Certificate +The certificate of localhost is valid until .*\n +→ Renew it/);
    },
  );

  it('is missed where nothing answers, and where people use plain HTTP', async () => {
    const url = `https://localhost:${await freeTcpPort()}`;
    expect(await checkCertificate(configOf({ PUBLIC_URL: url }))).toMatchObject([
      { verdict: 'broken', text: `No HTTPS answers at ${url} (ECONNREFUSED).` },
    ]);
    expect(await checkCertificate(configOf({ PUBLIC_URL: 'http://localhost:3000' }))).toMatchObject([
      { verdict: 'ok' },
    ]);
    expect(await checkCertificate(configOf({}))).toMatchObject([{ verdict: 'open' }]);
  });
});

describe('STUN and TURN', async () => {
  const reason = await whyNoTurnServer();
  const wrongClock = await whyNoWrongClock();
  const secret = 'the secret of the doctor tests';

  const start = (options: { clockAhead?: string; nonceLifetimeS?: number } = {}) =>
    closer.own(TurnServer.start({ secret, ...options }));
  const configFor = ({ urls }: TurnServer, change: Record<string, string> = {}) =>
    configOf({ TURN_URLS: `${urls.udp},${urls.tcp}`, TURN_SECRET: secret, ...change });

  it.skipIf(reason !== null)(`work over UDP, TCP and TLS (${reason ?? 'a real coturn'})`, async () => {
    const turn = await start();
    expect(await checkTurn(configFor(turn))).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }]);
    expect(await checkStun(configOf({ STUN_URLS: `stun:127.0.0.1:${turn.port}` }))).toMatchObject({
      findings: [{ verdict: 'ok' }],
      seenAddress: '127.0.0.1',
    });
    const byTls = { TURN_URLS: turn.urls.tls, TURN_SECRET: secret };
    expect(await checkTurn(configOf(byTls))).toMatchObject([
      { verdict: 'broken', text: expect.stringMatching(/a certificate that browsers/) },
    ]);
  });

  it.skipIf(reason !== null)(
    `are found to work over TLS (${reason ?? 'a real coturn'})`,
    { tags: ['long'] },
    async () => {
      const turn = await start();
      const byTls = { TURN_URLS: turn.urls.tls, TURN_SECRET: secret };
      const { text } = await runDoctor(
        { ...byTls, PORT: '0', NODE_EXTRA_CA_CERTS: turn.certificateFile },
        [],
        ['--ntp', '127.0.0.1:9'],
      );
      expect(text).toMatch(/✓ TURN +turns:127\.0\.0\.1:\d+ relays\./);
      expect(text).not.toContain(secret);
    },
  );

  it.skipIf(reason !== null)('refuse a wrong secret', async () => {
    const turn = await start();
    const fault = {
      verdict: 'broken',
      text: expect.stringMatching(/refuses our credentials/),
      advice: expect.stringMatching(/TURN_SECRET/),
    };
    const config = configFor(turn, { TURN_SECRET: 'another secret' });
    expect(await checkTurn(config)).toMatchObject([fault, fault]);
  });

  it.skipIf(reason !== null)('repeat a request that was so long on its way that its nonce is stale', async () => {
    const turn = await start({ nonceLifetimeS: 1 });
    const slow = await delayAfterFirst(turn.port, 2_500);
    expect(await checkTurn(configFor(turn, { TURN_URLS: `turn:127.0.0.1:${slow}` }))).toMatchObject([
      { verdict: 'ok' },
    ]);
    expect(turn.log).toMatch(/error 438/);
  });

  it.skipIf(wrongClock !== null)(`tell a wrong clock from a wrong secret (${wrongClock ?? 'faketime'})`, async () => {
    const turn = await start({ clockAhead: '+2d' });
    const fault = {
      verdict: 'broken',
      text: expect.stringMatching(/for expired/),
      advice: expect.stringMatching(/clocks/),
    };
    expect(await checkTurn(configFor(turn))).toMatchObject([fault, fault]);
  });

  it('are missed where nothing answers, and where there is another server', { tags: ['long'] }, async () => {
    const port = await freeTcpPort();
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    closer.add(() => void silent.close());
    const others = [`turn:127.0.0.1:${port}?transport=tcp`, `turn:127.0.0.1:${silent.address().port}`];
    const strange = `turn:127.0.0.1:${await listening(createHttpServer())}?transport=tcp`;
    const findings = await checkTurn(configOf({ TURN_URLS: [...others, strange].join(','), TURN_SECRET: secret }));
    expect(findings).toMatchObject([
      {
        verdict: 'broken',
        text: expect.stringMatching(/does not answer \(ECONNREFUSED\)/),
        advice: expect.stringMatching(/\(TCP\)/),
      },
      {
        verdict: 'broken',
        text: expect.stringMatching(/does not answer \(no answer\)/),
        advice: expect.stringMatching(/\(UDP\)/),
      },
      { verdict: 'broken', text: expect.stringMatching(/not as a TURN server/) },
    ]);
  });
});

describe('the media server', () => {
  it('that hangs is found', { tags: ['long'] }, async () => {
    const port = await listening(createServer());
    const [finding] = await checkMediaServer(configOf({ KURENTO_URL: `ws://127.0.0.1:${port}/kurento` }));
    expect(finding).toMatchObject({ verdict: 'broken', text: expect.stringContaining('KURENTO_URL') });
  });
});

describe('the clock', async () => {
  const noFaketime = await whyNoProgram('faketime');
  const noChrony = await whyNoProgram('chronyd', 'chrony');

  it.skipIf(noFaketime !== null)(
    `is compared with the web server's (${noFaketime ?? 'faketime'})`,
    { tags: ['long'] },
    async () => {
      const url = `http://127.0.0.1:${await listening(createHttpServer((_, response) => response.end()))}`;
      expect(await checkClock(configOf({ PUBLIC_URL: url }), '127.0.0.1:9')).toMatchObject([{ verdict: 'ok' }]);
      const settings = { PUBLIC_URL: url, PORT: '0' };
      const { code, text } = await runDoctor(settings, fakeTime('+1h'), ['--ntp', '127.0.0.1:9']);
      expect(text).toMatch(/✗ Clock +The clock is 3[56]\d\d s ahead of http.*\n +→ Synchronise it/);
      expect(code).toBe(1);
    },
  );

  it.skipIf(noChrony !== null)(`is compared with an NTP server (${noChrony ?? 'a real chrony'})`, async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    const lines = [`port ${port}`, 'bindaddress 127.0.0.1', 'allow', 'local stratum 8', 'cmdport 0'];
    const file = join(folder, 'chrony.conf');
    await writeFile(file, [...lines, `pidfile ${join(folder, 'chrony.pid')}`, ''].join('\n'));
    const chrony: ChildProcess = spawn('chronyd', ['-d', '-x', '-u', 'root', '-f', file], {
      stdio: 'ignore',
    });
    closer.add(async () => {
      const ended = once(chrony, 'exit');
      chrony.kill();
      await ended;
    });
    await vi.waitFor(async () => {
      expect(await checkClock(configOf({}), `127.0.0.1:${port}`)).toMatchObject([{ verdict: 'ok' }]);
    }, 15_000);
  });
});
