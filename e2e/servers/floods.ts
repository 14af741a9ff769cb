import { expect } from 'playwright/test';
import { Attacker, tryRequest } from './attacker.ts';
import type { RostrumServer } from './rostrum-server.ts';

/** What a flood did, as figures for the table. */
type Outcome = Record<string, number | string>;

const wait = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

/** Each sends a great deal from one address, and expects the server to refuse what is too much. */
export const floods: Readonly<Record<string, (server: RostrumServer) => Promise<Outcome>>> = {
  '10,000 malformed messages': sendMalformedMessages,
  '2,000 connections a second': connectOftenPerSecond,
  'slow loris': sendSlowly,
  'bodies of 100 MB': sendLargeBodies,
  'SDP bombs': sendSdpBombs,
  'candidate flood': sendCandidates,
  'Range abuse': askForRanges,
  '10,000 guesses of the key': guessTheKey,
};

async function sendMalformedMessages(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.71');
  const bodies = [
    null,
    0,
    'x'.repeat(1_000),
    [[]],
    { channel: { $gt: '' } },
    { ['__proto__']: { admin: true } },
    { a: Buffer.alloc(100) },
  ];
  const names = ['viewer:join', 'broadcast:start', 'constructor', '__proto__', '', 'candidate:add', 'x'.repeat(200)];
  const codes: Record<string, number> = {};
  for (let sent = 0; sent < 10_000; ) {
    const socket = await attacker.socket();
    if (socket === null) throw new Error('The attacker can no longer connect.');
    const replies = [];
    for (let index = 0; index < 1_300; index++, sent++) {
      replies.push(tryRequest(socket, names[index % names.length] ?? '', bodies[index % bodies.length]));
    }
    for (const code of await Promise.all(replies)) codes[code] = (codes[code] ?? 0) + 1;
    socket.disconnect();
  }
  expect(Object.keys(codes)).not.toContain('ok');
  expect(Object.keys(codes)).not.toContain('internal');
  // Frames that are no messages at all.
  for (const frame of [
    '',
    '4',
    '99999999999',
    '42[',
    '451-["a",{"_placeholder":true,"num":9}]',
    '4{"a":',
    'x'.repeat(1_000),
  ]) {
    const socket = attacker.dial();
    socket.write(handshake);
    socket.write(maskedFrame(frame.slice(0, 120)));
    await wait(20);
    socket.destroy();
  }
  attacker.close();
  return codes;
}

async function connectOftenPerSecond(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.72');
  let [accepted, refused] = [0, 0];
  const begunAt = performance.now();
  for (let second = 0; second < 5; second++) {
    const startedAt = performance.now();
    for (let batch = 0; batch < 20; batch++) {
      for (let index = 0; index < 100; index++) {
        const socket = attacker.dial();
        socket.once('data', (data: Buffer) => {
          if (data.toString('latin1').startsWith('HTTP/1.1 101')) accepted += 1;
          else refused += 1;
          socket.destroy();
        });
        socket.write(handshake);
      }
      await wait(Math.max(0, startedAt + batch * 50 - performance.now()));
    }
    await wait(Math.max(0, startedAt + 1_000 - performance.now()));
  }
  const perSecond = Math.round(10_000 / ((performance.now() - begunAt) / 1_000));
  await wait(1_000);
  // The limit allows 1,000 at once and 100 a second, however long a slow machine takes to send them all.
  expect(accepted).toBeLessThan(1_100 + (performance.now() - begunAt) / 9);
  return { perSecond, accepted, refused, closed: 10_000 - accepted - refused };
}

async function sendSlowly(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.73');
  let closed = 0;
  const sockets = Array.from({ length: 600 }, (_, index) => {
    const socket = attacker.dial().on('close', () => closed++);
    // Half of them begin like a page, half like a socket; none ever ends its head.
    socket.write(index % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: x\r\n' : handshake.slice(0, -2));
    return socket;
  });
  // An honest request of the same address comes through as soon as its neighbours are closed.
  for (let second = 0; second < 20 && closed < sockets.length; second++) {
    for (const socket of sockets) if (!socket.destroyed) socket.write('X-Slow: 1\r\n');
    await wait(1_000);
  }
  expect(closed).toBe(sockets.length);
  expect((await attacker.request('GET /api/health')).status).toBe(200);
  return { closed };
}

async function sendLargeBodies(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.74');
  const length = 'Content-Length: 104857600\r\n';
  const heads = [
    `POST /api/recordings HTTP/1.1\r\nHost: x\r\n${length}\r\n`,
    `POST /watch/math-101 HTTP/1.1\r\nHost: x\r\n${length}\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\n${length}\r\n`,
    `POST /api/recordings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6400000\r\n`,
    `POST /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\nHost: x\r\n${length}\r\n`,
    `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n${length}\r\n`,
  ];
  const results = await Promise.all(heads.map((head) => attacker.upload(head, 100)));
  for (const { megabytesTaken } of results) expect(megabytesTaken).toBeLessThan(100);
  return { taken: results.map(({ megabytesTaken }) => `${megabytesTaken} MB`).join(', ') };
}

async function sendSdpBombs(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.75');
  const head = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
  const media =
    'm=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\n';
  const bombs = [
    head + media.repeat(800),
    `${head}m=video 9 UDP/TLS/RTP/SAVPF ${Array.from({ length: 20_000 }, (_, index) => index % 128).join(' ')}\r\n`,
    head + media + 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n'.repeat(1_900),
    head + media + 'a=ssrc-group:FID 1 2\r\n'.repeat(4_000),
    `${head}${media}a=${'x'.repeat(90_000)}\r\n`,
    `${head}a=group:BUNDLE ${'0 '.repeat(45_000)}\r\n${media}`,
    `${head}${media}a=fmtp:96 ${'a=b;'.repeat(22_000)}\r\n`,
    '\r\n'.repeat(45_000),
    '\u0000'.repeat(30_000),
    'v=0'.repeat(60_000),
  ];
  const codes: Record<string, number> = {};
  for (let round = 0; round < 3; round++) {
    const socket = await attacker.socket();
    if (socket === null) throw new Error('The attacker can no longer connect.');
    for (const sdpOffer of bombs) {
      for (const [name, body] of [
        ['viewer:join', { channel: 'under-attack', sdpOffer }],
        ['test:start', { sdpOffer }],
      ] as const) {
        const code = await tryRequest(socket, name, body);
        codes[code] = (codes[code] ?? 0) + 1;
        await tryRequest(socket, name === 'test:start' ? 'test:stop' : 'viewer:leave', {});
      }
    }
    socket.disconnect();
  }
  expect(Object.keys(codes)).not.toContain('gone');
  return codes;
}

async function sendCandidates(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.76');
  const codes: Record<string, number> = {};
  for (let link = 0; link < 5; link++) {
    const socket = await attacker.socket();
    if (socket === null) throw new Error('The attacker can no longer connect.');
    const joining = tryRequest(socket, 'viewer:join', { channel: 'under-attack', sdpOffer: viewerOffer });
    const replies = Array.from({ length: 1_000 }, (_, index) =>
      tryRequest(socket, 'candidate:add', {
        candidate: `candidate:${index} 1 udp ${index} 192.0.2.${index % 250} ${1_024 + index} typ host`,
        sdpMid: '0',
      }),
    );
    for (const code of [await joining, ...(await Promise.all(replies))]) codes[code] = (codes[code] ?? 0) + 1;
    socket.disconnect();
  }
  expect(codes['too-many-requests'] ?? 0).toBeGreaterThan(1_000);
  return codes;
}

async function askForRanges(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.77');
  const { recordings } = (await (await fetch(`${server.url}/api/recordings`)).json()) as {
    recordings: { id: string }[];
  };
  const path = `/api/recordings/${recordings[0]?.id}/media`;
  const ranges = [
    `bytes=${Array.from({ length: 1_500 }, (_, index) => `${index}-`).join(',')}`,
    `bytes=${'0-0,'.repeat(2_000)}0-0`,
    'bytes=0-99999999999999999999',
    'bytes=-99999999999999999999',
    'bytes=5-1',
    'bytes=a-b',
    'lines=0-1',
    `bytes=${'-1,'.repeat(2_000)}-1`,
  ];
  const statuses: Record<string, number> = {};
  for (let round = 0; round < 40; round++) {
    for (const { status } of await Promise.all(
      ranges.map((range) => attacker.request(`GET ${path}`, `Range: ${range}`)),
    )) {
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  expect(Object.keys(statuses)).not.toContain('500');
  expect(statuses['206'] ?? 0).toBeGreaterThan(0);
  return statuses;
}

async function guessTheKey(server: RostrumServer): Promise<Outcome> {
  const attacker = new Attacker(server, '127.0.0.78');
  const honest = new Attacker(server, '127.0.0.79');
  const codes: Record<string, number> = {};
  let letIn = 0;
  for (let tries = 0; tries < 10_000; ) {
    const socket = await attacker.socket();
    if (socket === null) break;
    const guesses = [];
    for (let index = 0; index < 1_200; index++, tries++) {
      guesses.push(tryRequest(socket, 'key:check', { key: `guess number ${tries}` }));
    }
    for (const code of await Promise.all(guesses)) codes[code] = (codes[code] ?? 0) + 1;
    socket.disconnect();
    const presenter = await honest.socket();
    if (presenter !== null && (await tryRequest(presenter, 'key:check', { key: server.key })) === 'ok') letIn += 1;
    presenter?.disconnect();
  }
  expect(Object.keys(codes)).not.toContain('ok');
  expect(letIn).toBeGreaterThan(5);
  const headers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      attacker.request('GET /api/health', `Authorization: Bearer guess${index}`),
    ),
  );
  for (const { text } of headers) expect(text).not.toContain('sockets');
  return { ...codes, letIn };
}

/** The request that opens a WebSocket of Engine.IO. */
const handshake = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

/** A masked text frame (RFC 6455 §5.2) of at most 125 bytes; a mask of zeros changes nothing. */
function maskedFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** An offer as a browser that only receives video would make it. */
const viewerOffer = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=recvonly',
  'a=rtcp-mux',
  'a=rtpmap:96 VP8/90000',
  '',
].join('\r\n');
