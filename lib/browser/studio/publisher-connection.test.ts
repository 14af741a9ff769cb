import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { broadcastView, FakeConnection, FakeSignaling, fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { PublisherConnection } from './publisher-connection.ts';

const plan = { key: 'key', channel: 'math-101', title: 'Math 101', record: true };
const resumeToken = 'a-token-of-sixteen';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const sockets: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const events: string[] = [];
  const network = { isUp: true };
  // A double has only what is used.
  const stream = { getTracks: () => [] } as unknown as MediaStream;
  const connection = new PublisherConnection(
    {
      uplink: new UplinkMemory(fakeStorage),
      backoffMs: () => 100,
      serverNow: () => null,
      connectSignaling: () => {
        const socket = new FakeSignaling();
        socket.answers = network.isUp;
        sockets.push(socket);
        return socket;
      },
      createPeerConnection: () => {
        const peer = new FakeConnection();
        connections.push(peer);
        return peer.asConnection;
      },
    },
    {
      stream: () => stream,
      onTicket: (ticket) => events.push(`ticket ${ticket.resumeToken}`),
      onBroadcast: ({ broadcastId, phase }) => events.push(`${broadcastId} ${phase}`),
      onDisconnected: () => events.push('disconnected'),
      onLost: ({ code }) => events.push(`lost ${code}`),
      onTakenOver: () => events.push('taken over'),
    },
  );
  const socket = () => sockets.at(-1) ?? expect.unreachable('no socket was opened');
  const tell = (change: Parameters<typeof broadcastView>[0]) =>
    socket().announce('broadcast:changed', { channel: plan.channel, broadcast: broadcastView(change) });
  const reply = (phase: 'starting' | 'interrupted', token = resumeToken) => ({
    broadcast: broadcastView({ phase }),
    sdpAnswer: 'answer',
    maxVideoKbps: 2_500,
    resumeToken: token,
  });
  const goLive = async () => {
    connection.start(plan);
    socket().connect();
    await settle();
    socket().last('broadcast:start').answer(reply('starting'));
    await settle();
    connections.at(-1)?.turn('connected');
    tell({ phase: 'live' });
    events.length = 0;
  };
  /** The link fails, and the next attempt asks to resume. */
  const askToResume = async () => {
    connections.at(-1)?.turn('failed');
    await vi.advanceTimersByTimeAsync(100);
    await settle();
    events.length = 0;
  };
  return { connection, sockets, connections, events, network, socket, tell, reply, goLive, askToResume };
}

test('a request that got no answer is repeated on a new socket: nobody knows what the server took the old one for', async () => {
  const { sockets, socket, goLive, askToResume, reply } = setUp();
  await goLive();
  await askToResume();
  socket().last('broadcast:resume').refuse(new AppError('connection-lost', 'No answer.'));
  await settle();
  await vi.advanceTimersByTimeAsync(100);
  expect(sockets.map(({ closed }) => closed)).toEqual([false, false]);
  socket().connect();
  await settle();
  socket().last('broadcast:resume').answer(reply('interrupted'));
  await settle();
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
});

test('an answer after its link was given up still tells that the socket is the presenter’s', async () => {
  const { connection, sockets, socket, events, goLive, askToResume, reply } = setUp();
  await goLive();
  await askToResume();
  await vi.advanceTimersByTimeAsync(9_950);
  expect(events).toEqual([]);
  // The link gives up, and the next attempt would be made on a new socket.
  await vi.advanceTimersByTimeAsync(60);
  expect(events).toEqual(['lost connection-lost']);
  socket().last('broadcast:resume').answer(reply('interrupted', 'a-late-token-of-many'));
  await settle();
  expect(connection.ticket?.resumeToken).toBe(resumeToken);
  await vi.advanceTimersByTimeAsync(100);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(2);
  expect(sockets).toHaveLength(1);
});

test('an answer on a socket that was left counts for nothing', async () => {
  const { sockets, socket, events, goLive, askToResume, reply } = setUp();
  await goLive();
  await askToResume();
  await vi.advanceTimersByTimeAsync(10_200);
  expect(sockets).toHaveLength(2);
  events.length = 0;
  sockets[0]?.last('broadcast:resume').answer(reply('interrupted', 'a-late-token-of-many'));
  sockets[0]?.announce('link:closed', { error: { code: 'taken-over', message: '' } });
  sockets[0]?.disconnect();
  await settle();
  expect(events).toEqual([]);
  socket().connect();
  await settle();
  expect(socket().last('broadcast:resume').body).toMatchObject({ resumeToken });
});

test('a link that the server closes while it is asked is made anew on the same socket', async () => {
  const { sockets, socket, goLive, askToResume } = setUp();
  await goLive();
  await askToResume();
  socket().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  await vi.advanceTimersByTimeAsync(100);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(2);
  expect(sockets).toHaveLength(1);
});

test('a socket that comes back recovered, its link dead, is published on without waiting', async () => {
  const { sockets, connections, socket, events, goLive } = setUp();
  await goLive();
  socket().disconnect();
  connections[0]?.turn('failed');
  expect(events).toEqual(['disconnected', 'lost media-interrupted']);
  socket().connect(true);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(socket().count('broadcast:resume')).toBe(1);
  expect(sockets).toHaveLength(1);
});

test('a socket that comes back recovered, its request unanswered, is replaced', async () => {
  const { connections, sockets, socket, goLive, askToResume } = setUp();
  await goLive();
  await askToResume();
  socket().disconnect();
  connections.at(-1)?.turn('failed');
  socket().connect(true);
  expect(sockets.map(({ closed }) => closed)).toEqual([false, false]);
});

test('a socket that is down when the next attempt is due is closed and replaced', async () => {
  const { sockets, connections, socket, goLive } = setUp();
  await goLive();
  socket().disconnect();
  connections[0]?.turn('failed');
  await vi.advanceTimersByTimeAsync(100);
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a socket that never connects is given up, and the next attempt opens another', async () => {
  const { connection, sockets, socket, events, network, goLive } = setUp();
  await goLive();
  network.isUp = false;
  connection.hangUp();
  connection.comeBack();
  await settle();
  expect(events).toEqual(['lost connection-lost']);
  network.isUp = true;
  await vi.advanceTimersByTimeAsync(100);
  socket().connect();
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  expect(sockets.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('a page that is put aside while it asks to start asks again when it is brought back', async () => {
  const { connection, sockets, socket, events } = setUp();
  connection.start(plan);
  socket().connect();
  await settle();
  expect(socket().count('broadcast:start')).toBe(1);
  connection.hangUp();
  connection.comeBack();
  socket().connect();
  await settle();
  expect(socket().count('broadcast:start')).toBe(1);
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
  expect(events).toEqual([]);
});

test('a check that was asked on an earlier connection says nothing of this one', async () => {
  const { connection, socket, events, goLive } = setUp();
  await goLive();
  connection.checkNow(0);
  socket().disconnect();
  socket().connect(true);
  socket().last('resume:check').refuse(new AppError('not-live', 'Over.'));
  await settle();
  expect(events).toEqual(['disconnected', 'first live']);
});

test('a check that is answered with the end is the end', async () => {
  const { connection, sockets, socket, events, goLive } = setUp();
  await goLive();
  connection.checkNow(0);
  socket().last('resume:check').refuse(new AppError('not-live', 'Over.'));
  await settle();
  expect(events).toEqual(['lost not-live']);
  expect(sockets).toHaveLength(1);
});

test('a check of before the show was taken over says nothing after it was taken back', async () => {
  const { connection, connections, socket, events, goLive } = setUp();
  await goLive();
  socket().disconnect();
  vi.advanceTimersByTime(60_000);
  socket().connect(false);
  socket().announce('link:closed', { error: { code: 'taken-over', message: '' } });
  const { ticket } = connection;
  if (ticket === null) expect.unreachable('a show that was taken over can be taken back');
  connection.resume(ticket, broadcastView());
  await settle();
  socket().last('resume:check').answer({ broadcast: broadcastView() });
  await settle();
  expect(events).toEqual(['disconnected', 'taken over']);
  expect(connections).toHaveLength(2);
});

test('a check while an attempt is due makes it at once', async () => {
  const { connection, connections, socket, goLive } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  connection.checkNow(0);
  await settle();
  expect(socket().count('resume:check')).toBe(0);
  expect(socket().count('broadcast:resume')).toBe(1);
});

test('the news that media arrives ends the wait for them', async () => {
  const { connections, events, goLive, tell } = setUp();
  await goLive();
  tell({ phase: 'interrupted' });
  await vi.advanceTimersByTimeAsync(2_000);
  tell({ phase: 'live' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(events).toEqual(['first interrupted', 'first live']);
  expect(connections).toHaveLength(1);
});

test('news of another broadcast, and any before the first answer, are not for us', async () => {
  const { connection, socket, events, tell, goLive } = setUp();
  connection.start(plan);
  socket().connect();
  tell({ phase: 'live' });
  expect(events).toEqual([]);
  connection.close();
  await goLive();
  tell({ broadcastId: 'second' });
  expect(events).toEqual([]);
});

test('a show that was taken over is followed on a new connection, and not resumed', async () => {
  const { socket, connections, events, goLive } = setUp();
  await goLive();
  socket().announce('link:closed', { error: { code: 'taken-over', message: '' } });
  socket().disconnect();
  socket().connect(false);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(0);
  socket()
    .last('channel:follow')
    .answer({ channel: plan.channel, broadcast: broadcastView({ viewers: 2 }), upcoming: null });
  await settle();
  expect(events).toEqual(['taken over', 'disconnected', 'first live']);
  expect(connections).toHaveLength(1);
});

test('after the end the socket stays for the news of the recording, and nothing is sent again', async () => {
  const { connection, connections, sockets, socket, events, goLive, tell } = setUp();
  await goLive();
  connection.end();
  expect(connections[0]?.closed).toBe(true);
  expect(connection.ticket).toBeNull();
  tell({ phase: 'ended', recording: 'finished' });
  expect(events).toEqual(['first ended']);
  socket().disconnect();
  socket().connect(false);
  await settle();
  expect(socket().seen.map(({ name }) => name)).toEqual(['broadcast:start']);
  expect(sockets.map(({ closed }) => closed)).toEqual([false]);
});
