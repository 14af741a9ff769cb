import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { plan, resumeToken, setUpConnection } from '../testing/publisher-doubles.ts';
import { broadcastView, settle } from '../testing/signaling-doubles.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a request without a reply is repeated on a new socket: the role of the old one on the server is unknown', async () => {
  const { sockets, socket, goLive, askToResume, reply } = setUpConnection();
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

test('a reply after its link was given up still means that the socket is the presenter’s', async () => {
  const { connection, sockets, socket, events, goLive, askToResume, reply } = setUpConnection();
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

test.each(['accepted', 'refused'])('a request that is %s on a socket that was left is ignored', async (how) => {
  const { connection, sockets, socket, events, goLive, askToResume, reply } = setUpConnection();
  await goLive();
  await askToResume();
  await vi.advanceTimersByTimeAsync(10_200);
  expect(sockets).toHaveLength(2);
  socket().connect();
  await settle();
  events.length = 0;
  const late = sockets[0]?.last('broadcast:resume');
  if (how === 'accepted') late?.answer(reply('interrupted', 'a-late-token-of-many'));
  else late?.refuse(new AppError('media-server-unavailable', 'Away.'));
  sockets[0]?.announce('link:closed', { error: { code: 'taken-over', message: '' } });
  sockets[0]?.disconnect();
  await settle();
  expect(events).toEqual([]);
  expect(connection.state).toMatchObject({ phase: 'asking-to-resume', ticket: { resumeToken } });
});

test('a link that the server closes during the request is replaced on the same socket', async () => {
  const { sockets, socket, goLive, askToResume } = setUpConnection();
  await goLive();
  await askToResume();
  socket().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  await vi.advanceTimersByTimeAsync(100);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(2);
  expect(sockets).toHaveLength(1);
});

test('a recovered socket with a dead link is used to publish without a delay', async () => {
  const { sockets, connections, socket, events, goLive } = setUpConnection();
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

test('a recovered socket with an unanswered request is replaced', async () => {
  const { connections, sockets, socket, goLive, askToResume } = setUpConnection();
  await goLive();
  await askToResume();
  socket().disconnect();
  connections.at(-1)?.turn('failed');
  socket().connect(true);
  expect(sockets.map(({ closed }) => closed)).toEqual([false, false]);
});

test('a socket that is down when the next attempt is due is closed and replaced', async () => {
  const { connection, sockets, connections, socket, goLive } = setUpConnection();
  await goLive();
  socket().disconnect();
  connections[0]?.turn('failed');
  socket().announce('link:narrowed', { unplayable: ['video'] });
  expect(connection.state.phase).toBe('presenting');
  expect([...connection.refusedKinds]).toEqual(['video']);
  await vi.advanceTimersByTimeAsync(100);
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
  expect(connection.state.phase).toBe('away');
  expect([...connection.refusedKinds]).toEqual([]);
});

test('a socket that never connects is given up, and the next attempt opens another', async () => {
  const { connection, sockets, socket, events, network, goLive } = setUpConnection();
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

test('a page that is put into the back/forward cache while it asks to start asks again when it is restored', async () => {
  const { connection, sockets, socket, events } = setUpConnection();
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

test.each(['answered', 'refused'])('a check of an earlier connection is ignored when it is %s', async (how) => {
  const { connection, socket, events, goLive } = setUpConnection();
  await goLive();
  connection.checkNow(0);
  socket().disconnect();
  socket().connect(true);
  const check = socket().last('resume:check');
  if (how === 'answered') check.answer({ broadcast: broadcastView({ phase: 'interrupted' }) });
  else check.refuse(new AppError('not-live', 'Over.'));
  await settle();
  expect(events).toEqual(['disconnected', 'first live']);
});

test('a check that reports the end ends the show', async () => {
  const { connection, sockets, socket, events, goLive } = setUpConnection();
  await goLive();
  connection.checkNow(0);
  socket().last('resume:check').refuse(new AppError('not-live', 'Over.'));
  await settle();
  expect(events).toEqual(['lost not-live']);
  expect(sockets).toHaveLength(1);
});

test('a check from before a take-over is ignored after the show was taken back', async () => {
  const { connection, connections, socket, events, goLive } = setUpConnection();
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

test('a check while an attempt is scheduled makes it immediately', async () => {
  const { connection, connections, socket, goLive } = setUpConnection();
  await goLive();
  connections[0]?.turn('failed');
  connection.checkNow(0);
  await settle();
  expect(socket().count('resume:check')).toBe(0);
  expect(socket().count('broadcast:resume')).toBe(1);
});

test('the announcement that media arrives cancels the timeout for it', async () => {
  const { connections, events, goLive, tell } = setUpConnection();
  await goLive();
  tell({ phase: 'interrupted' });
  await vi.advanceTimersByTimeAsync(2_000);
  tell({ phase: 'live' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(events).toEqual(['first interrupted', 'first live']);
  expect(connections).toHaveLength(1);
});

test('announcements of another broadcast, and any before the first reply, are ignored', async () => {
  const { connection, socket, events, tell, goLive } = setUpConnection();
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
  const { socket, connections, events, goLive } = setUpConnection();
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

test('after the end the socket stays open for news about the recording, and nothing is sent again', async () => {
  const { connection, connections, sockets, socket, events, goLive, tell } = setUpConnection();
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
  socket().announce('link:closed', { error: { code: 'media-interrupted', message: '' } });
  socket().disconnect();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets.map(({ closed }) => closed)).toEqual([false]);
});

test('without a link, an announcement that the show is live does not end an absence: someone else may present it', async () => {
  const { connection, connections, socket, goLive, tell } = setUpConnection();
  await goLive();
  socket().disconnect();
  connections[0]?.close();
  vi.advanceTimersByTime(20_000);
  socket().connect(true);
  tell({ phase: 'live' });
  socket().disconnect();
  vi.advanceTimersByTime(20_000);
  socket().connect(false);
  expect(socket().count('resume:check')).toBe(1);
  expect(connection.state.phase).toBe('away');
});

test('each attempt waits longer than the last, until a link is connected', async () => {
  const { connections, socket, goLive, askToResume, reply, tell } = setUpConnection((attempt) => 100 * (attempt + 1));
  await goLive();
  await askToResume();
  socket().last('broadcast:resume').refuse(new AppError('internal', 'No.'));
  await settle();
  await vi.advanceTimersByTimeAsync(100);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  await vi.advanceTimersByTimeAsync(100);
  await settle();
  socket().last('broadcast:resume').answer(reply('interrupted'));
  await settle();
  connections.at(-1)?.turn('connected');
  tell({ phase: 'live' });
  await askToResume();
  expect(socket().count('broadcast:resume')).toBe(3);
});

test('a presenter whose web server stops in order sends on, and resumes over the next socket', async () => {
  const { connection, sockets, connections, socket, events, goLive, reply, tell } = setUpConnection();
  await goLive();
  socket().announce('owner:leaving', {});
  socket().disconnect();
  await vi.advanceTimersByTimeAsync(200);
  expect(connections.map(({ closed }) => closed)).toEqual([false]);
  expect(sockets).toHaveLength(2);
  socket().connect();
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  socket().last('broadcast:resume').answer(reply('interrupted'));
  await settle();
  connections[1]?.turn('connected');
  tell({ phase: 'live' });
  expect(connections.map(({ closed }) => closed)).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(connection.state.phase).toBe('presenting');
  expect(events.filter((event) => event.startsWith('lost'))).toEqual([]);
});

test('a presenter whose socket is at another web server resumes over it, once', async () => {
  const { sockets, connections, socket, events, goLive, reply } = setUpConnection();
  await goLive();
  socket().announce('owner:leaving', {});
  await vi.advanceTimersByTimeAsync(200);
  await settle();
  expect(sockets).toHaveLength(1);
  expect(socket().count('broadcast:resume')).toBe(1);
  socket().last('broadcast:resume').answer(reply('interrupted'));
  await settle();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connections.map(({ closed }) => closed)).toEqual([false, false]);
  expect(socket().count('broadcast:resume')).toBe(1);
  expect(events.filter((event) => event.startsWith('lost'))).toEqual([]);
});

test('a socket that comes back at once resumes at once, and nothing is asked twice', async () => {
  const { sockets, socket, goLive, reply } = setUpConnection();
  await goLive();
  socket().announce('owner:leaving', {});
  socket().disconnect();
  socket().connect();
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  socket().last('broadcast:resume').answer(reply('interrupted'));
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
  expect(sockets).toHaveLength(1);
});

test('a presenter who leaves meanwhile sends nothing any more', async () => {
  for (const leave of ['hangUp', 'end', 'close'] as const) {
    const { connection, connections, socket, goLive } = setUpConnection();
    await goLive();
    socket().announce('owner:leaving', {});
    connection[leave]();
    expect(connections.map(({ closed }) => closed)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(connections).toHaveLength(1);
  }
});
