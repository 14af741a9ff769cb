import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromeViewerOffer } from '../media/testing/chrome-offer.fixture.ts';
import { freeUdpPort } from '../media/testing/test-listener.ts';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { isJsonObject } from '../rpc/json-rpc.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

const hasCoturn = spawnSync('turnserver', ['--version']).error === undefined;
const hasFilter = spawnSync('nft', ['list', 'tables']).status === 0;
const closing: { close(): void }[] = [];

let server: MediaServer;
let client: RawClient;
let pipeline: string;

beforeAll(async () => {
  server = await openMediaServer({ log: silentLog });
  client = await RawClient.connect(server.url);
  pipeline = await client.create('MediaPipeline');
});
afterEach(() => {
  for (const part of closing.splice(0)) part.close();
});
afterAll(() => server.close());

async function makeEndpoint(properties: Record<string, string | number> = {}): Promise<string> {
  const endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
  await client.subscribe(endpoint, 'Error', 'NewCandidatePairSelected');
  for (const [name, value] of Object.entries(properties)) {
    const operation = `set${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    await client.invoke(endpoint, operation, { [name]: value });
  }
  return endpoint;
}

async function join(endpoint: string, options: Parameters<typeof TestPeer.join>[2]): Promise<TestPeer> {
  const peer = await TestPeer.join(client, endpoint, options);
  closing.push(peer);
  return peer;
}

function candidatesOf(endpoint: string): string[] {
  const found = client.events.filter(({ object, type }) => object === endpoint && type === 'IceCandidateFound');
  return found.map(({ data }) => (isJsonObject(data.candidate) ? String(data.candidate.candidate) : ''));
}

describe('the path to a peer', () => {
  it('R103: the external address is announced in place of the host’s own', async () => {
    const endpoint = await makeEndpoint({ externalIPv4: '203.0.113.9' });
    await join(endpoint, { role: 'viewer' });
    const hosts = candidatesOf(endpoint).filter((candidate) => candidate.includes('typ host'));
    // Addresses of the other family, if this machine has any, stay as they are.
    const addresses = hosts.map((candidate) => candidate.split(' ')[4] ?? '').filter(isIPv4);
    expect(new Set(addresses)).toEqual(new Set(['203.0.113.9']));
  });

  it('R103: only the addresses of the named interfaces are announced', async () => {
    const [name, addresses] =
      Object.entries(networkInterfaces()).find(([, list]) => list?.some(({ internal }) => !internal)) ?? [];
    if (name === undefined) throw new Error('This test needs a network interface in addition to the loopback');
    const endpoint = await makeEndpoint({ networkInterfaces: name });
    await join(endpoint, { role: 'viewer' });
    const told = new Set(candidatesOf(endpoint).map((candidate) => candidate.split(' ')[4]));
    for (const address of told) expect(addresses?.map((known) => known.address)).toContain(address);
  });

  it('R131: a show goes on when a viewer trickles the presenter’s address as its own', async () => {
    const [source, sink, attacked] = [await makeEndpoint(), await makeEndpoint(), await makeEndpoint()];
    await client.subscribe(source, 'DtlsConnectionStateChange');
    await client.invoke(source, 'connect', { sink });
    await join(source, { role: 'presenter' });
    const viewer = await join(sink, { role: 'viewer' });
    await viewer.receives('video', 20);
    const { data } = await client.event('NewCandidatePairSelected', ({ object }) => object === source);
    const pair = isJsonObject(data.candidatePair) ? data.candidatePair : {};
    const candidate = { candidate: String(pair.remoteCandidate), sdpMid: '0', sdpMLineIndex: 0 };
    const offer = chromeViewerOffer.replaceAll('\n', '\r\n');
    await client.invoke(attacked, 'processOffer', { offer });
    await client.invoke(attacked, 'gatherCandidates');
    await client.invoke(attacked, 'addIceCandidate', { candidate });
    await viewer.receives('video', 100);
    const states = client.events.filter(({ object, type }) => object === source && type.startsWith('Dtls'));
    expect(states.map((event) => event.data.state)).not.toContain('CLOSED');
  });

  it('R103: a setting that cannot be applied is an Error of the endpoint, and everything else goes on', async () => {
    const endpoint = await makeEndpoint({ turnUrl: 'turn.example.org' });
    await join(endpoint, { role: 'viewer' });
    const told = await client.event('Error', ({ object }) => object === endpoint);
    expect(told.data).toMatchObject({ errorCode: 40107, type: 'MEDIA_OBJECT_ILLEGAL_PARAM_ERROR' });
    await client.event('NewCandidatePairSelected', ({ object }) => object === endpoint);
    await client.invoke(endpoint, 'setStunServerPort', { stunServerPort: 3479 });
    await client.event('Error', ({ object, data }) => {
      return object === endpoint && String(data.description).includes('must be set before the negotiation');
    });
  });
});

describe.skipIf(!hasCoturn)('with a TURN server (skipped without Debian’s coturn)', () => {
  const relayPorts = { min: 61_100, max: 61_199 };
  let coturn: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await freeUdpPort('127.0.0.1');
    // A relay admits only the addresses that it was given, so peers must reach it from the one they announce.
    const options = [
      '--listening-ip=127.0.0.1',
      `--relay-ip=${ownAddress()}`,
      `--listening-port=${port}`,
      '--lt-cred-mech',
    ];
    const relays = [`--min-port=${relayPorts.min}`, `--max-port=${relayPorts.max}`];
    const rights = ['--user=ann:secret', '--realm=test', '--allow-loopback-peers', '--no-tls', '--no-dtls', '--no-cli'];
    const words = ['-n', ...options, ...relays, ...rights, '--log-file=stdout', '--pidfile=/dev/null'];
    // The shell ends the server on a signal, and when this process is gone and with it the other end of its input.
    const endingWithUs = 'trap "kill \\$!" EXIT; trap exit TERM; turnserver "$@" & read _';
    coturn = spawn('sh', ['-c', endingWithUs, 'sh', ...words], { stdio: ['pipe', 'ignore', 'ignore'] });
    for (const end = performance.now() + 8_000; !(await answersStun(port)); ) {
      if (performance.now() > end) throw new Error('The TURN server does not answer');
    }
  });
  afterAll(() => {
    coturn.kill();
  });

  it.skipIf(!hasFilter)(
    'R104: media flows through a relay where there is no other way (skipped where nftables may not be used)',
    async () => {
      const [presenterPort, viewerPort] = [await freeUdpPort('127.0.0.1'), await freeUdpPort('127.0.0.1')];
      closing.push(allowRelayOnly([presenterPort, viewerPort], relayPorts));
      const turnUrl = `ann:secret@127.0.0.1:${port}?transport=udp`;
      const [source, sink] = [await makeEndpoint({ turnUrl }), await makeEndpoint({ turnUrl })];
      await client.invoke(source, 'connect', { sink });
      await join(source, { role: 'presenter', relayedPort: presenterPort });
      const viewer = await join(sink, { role: 'viewer', relayedPort: viewerPort });
      await viewer.receives('video', 20);
    },
  );

  it('R104: a STUN server returns our public address', async () => {
    const endpoint = await makeEndpoint({ stunServerAddress: '127.0.0.1', stunServerPort: port });
    await join(endpoint, { role: 'viewer' });
    await expect.poll(() => candidatesOf(endpoint).some((text) => text.includes('typ srflx'))).toBe(true);
  });

  it('R104: a wrong password leaves the other paths open', async () => {
    const endpoint = await makeEndpoint({ turnUrl: `ann:wrong@127.0.0.1:${port}` });
    await join(endpoint, { role: 'viewer' });
    await client.event('NewCandidatePairSelected', ({ object }) => object === endpoint);
    expect(candidatesOf(endpoint).join()).not.toContain('typ relay');
  });
});

/** Allows only the relay's ports to reach these ports, until it is closed. */
function allowRelayOnly(ports: number[], { min, max }: { min: number; max: number }): { close(): void } {
  const table = `inet media_server_test_${process.pid}`;
  const set = `{ ${ports.join(', ')} }`;
  const rules = `table ${table} {
    chain sent { type filter hook output priority 0; policy accept;
      udp dport ${set} udp sport != ${min}-${max} drop
      udp sport ${set} udp dport != ${min}-${max} drop
    }
  }`;
  const made = spawnSync('nft', ['-f', '-'], { input: rules, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`nftables refused the rules: ${made.stderr}`);
  return { close: () => spawnSync('nft', ['delete', 'table', ...table.split(' ')]) };
}

/** The address that peers on this machine announce. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

/** Whether a binding request (RFC 8489 §5) gets an answer. */
async function answersStun(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const request = Buffer.from('000100002112a442', 'hex');
  try {
    return await new Promise((resolve) => {
      socket.once('message', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.send(Buffer.concat([request, Buffer.alloc(12, 7)]), port, '127.0.0.1');
      setTimeout(() => resolve(false), 200);
    });
  } finally {
    socket.close();
  }
}
