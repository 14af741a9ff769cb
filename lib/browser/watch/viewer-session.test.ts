import { expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { broadcastView, settle } from '../testing/signaling-doubles.ts';
import { fakeTheBrowser, fakeViewerParts } from '../testing/viewer-doubles.ts';
import { ViewerSession } from './viewer-session.ts';

const channel = 'math-101';

fakeTheBrowser();

function setUp({ socketConnected = false } = {}) {
  const { parts, sockets, connections, page } = fakeViewerParts({ socketConnected });
  const session = new ViewerSession(channel, parts);
  const socket = () => sockets.at(-1) ?? expect.unreachable('no socket was opened');
  const connection = () => connections.at(-1) ?? expect.unreachable('no connection was made');
  const phase = () => session.state.get().phase;
  /** Connects, and answers with the broadcast on the channel. */
  const arrive = async (broadcast: ReturnType<typeof broadcastView> | null) => {
    socket().connect();
    socket().last('channel:follow').answer({ channel, broadcast, upcoming: null });
    await settle();
  };
  const beLetIn = async (broadcast = broadcastView()) => {
    socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast });
    await settle();
    connection().turn('connected');
  };
  /** Lets time pass while media arrives as `picture` says. */
  const watch = async (
    milliseconds: number,
    picture: 'moves' | 'stands' | 'is not decoded' | 'stands while the sound goes on',
  ) => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      if (picture === 'stands while the sound goes on') connection().audio.bytesReceived += 500;
      else if (picture !== 'stands') connection().video.bytesReceived += 5_000;
      if (picture === 'moves') connection().video.framesDecoded += 3;
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { session, page, sockets, connections, socket, connection, phase, arrive, beLetIn, watch };
}

test('it waits while nothing is on air or a show is only starting, and joins automatically when it is live', async () => {
  const { session, socket, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(null);
  expect(phase()).toBe('waiting');
  const before = socket().count('viewer:join');
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'starting' }) });
  await settle();
  expect(phase()).toBe('waiting');
  expect(socket().count('viewer:join')).toBe(before);
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
});

test('it joins with an offer that was made while the socket opened, and does not wait to know what is on', async () => {
  const { session, socket, connections, phase, beLetIn } = setUp();
  session.open();
  await settle();
  expect(connections.map(({ localDescription }) => localDescription)).toEqual([{ type: 'offer', sdp: 'offer' }]);
  socket().connect();
  await settle();
  expect(socket().seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  socket().last('channel:follow').answer({ channel, broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
  expect(socket().count('viewer:join')).toBe(1);
  expect(connections).toHaveLength(1);
});

test('a viewer who asked to join when nothing is on leaves again, and joins when something is', async () => {
  const { session, socket, connection, connections, phase, beLetIn } = setUp();
  session.open();
  socket().connect();
  await settle();
  socket().last('channel:follow').answer({ channel, broadcast: null });
  await settle();
  socket().last('viewer:join').refuse(new AppError('not-live', 'Nothing is on.'));
  await settle();
  expect(phase()).toBe('waiting');
  expect(connection().closed).toBe(true);
  expect(socket().seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join', 'viewer:leave']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(socket().seen).toHaveLength(3);
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await settle();
  await beLetIn();
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(2);
});

test('a viewer who cannot be told what is on is told why, and watches as soon as that is over', async () => {
  const { session, socket, phase, beLetIn } = setUp();
  session.open();
  socket().connect();
  await settle();
  const unreachable = new AppError('cluster-unavailable', 'The servers cannot reach each other.');
  socket().last('channel:follow').refuse(unreachable);
  socket().last('viewer:join').refuse(unreachable);
  await settle();
  expect(session.state.get()).toMatchObject({ phase: 'asking', unanswered: { code: 'cluster-unavailable' } });
  await vi.advanceTimersByTimeAsync(1_000);
  socket().last('viewer:leave').answer({});
  socket().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
});

test('a show that is cancelled before it was live has not ended', async () => {
  const { session, socket, phase, arrive } = setUp();
  session.open();
  await arrive(broadcastView({ phase: 'starting', startedAt: null }));
  socket().announce('broadcast:changed', {
    channel,
    broadcast: broadcastView({ phase: 'ended', startedAt: null, endReason: 'stopped' }),
  });
  expect(session.state.get()).toEqual({ phase: 'waiting', broadcast: null });
  socket().announce('broadcast:changed', {
    channel,
    broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }),
  });
  expect(phase()).toBe('ended');
});

test('a socket that is already connected is used immediately', async () => {
  const { session, sockets, connections, phase, beLetIn } = setUp({ socketConnected: true });
  session.open();
  await settle();
  const [socket] = sockets;
  expect(socket?.seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  socket?.last('channel:follow').answer({ channel, broadcast: broadcastView() });
  await settle();
  await beLetIn();
  expect(phase()).toBe('live');
  expect([sockets.length, connections.length]).toEqual([1, 1]);
});

test('a socket that is given up before it was connected takes its offer along', async () => {
  const { session, page, sockets, connections, arrive } = setUp();
  session.open();
  page.wake({ reason: 'online', gapMs: 0 });
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
  expect(connections.map(({ closed }) => closed)).toEqual([true]);
  await arrive(broadcastView());
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  session.close();
  expect(connections.every(({ closed }) => closed)).toBe(true);
});

test('until the server has answered it is unknown whether a show is on, and a server that does not answer is reported', async () => {
  const { session, socket, phase, arrive } = setUp();
  session.open();
  expect(session.state.get()).toEqual({ phase: 'asking', unanswered: null });
  await arrive(null);
  expect(phase()).toBe('waiting');
  socket().answers = false;
  socket().disconnect();
  await settle();
  expect(session.state.get()).toEqual({
    phase: 'asking',
    unanswered: expect.objectContaining({ code: 'connection-lost' }),
  });
  await arrive(broadcastView({ phase: 'starting' }));
  expect(phase()).toBe('waiting');
});

test('a viewer sees no notice about a server that does not answer while the picture moves', async () => {
  const { session, socket, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().answers = false;
  socket().disconnect();
  await settle();
  expect(phase()).toBe('live');
});

test('a change of the viewer count does not make it join a second time', async () => {
  const { session, socket, arrive, beLetIn, connections } = setUp();
  session.open();
  await arrive(broadcastView());
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ viewers: 1 }) });
  await beLetIn();
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ viewers: 2 }) });
  await settle();
  expect(connections).toHaveLength(1);
  expect(session.state.get()).toMatchObject({ phase: 'live', broadcast: { viewers: 2 } });
});

test('opening twice opens one socket, and mounting twice leaves one open', async () => {
  const { session, sockets } = setUp();
  session.open();
  session.open();
  expect(sockets).toHaveLength(1);
  session.close();
  session.open();
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
});

test('leaving in the middle of a negotiation closes everything and changes nothing afterwards', async () => {
  const { session, socket, connection, phase, arrive } = setUp();
  session.open();
  await arrive(broadcastView());
  session.close();
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  vi.advanceTimersByTime(60_000);
  expect(connection().closed).toBe(true);
  expect(socket().closed).toBe(true);
  expect(phase()).toBe('idle');
});

test('a link that the server closed is replaced after a delay, and the old one is closed', async () => {
  const { session, socket, connections, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().announce('link:closed', { error: { code: 'media-failed', message: '' } });
  expect(phase()).toBe('reconnecting');
  vi.advanceTimersByTime(100);
  await settle();
  expect(socket().count('viewer:join')).toBe(2);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(phase()).toBe('live');
});

test('a viewer whose link failed leaves on the server before joining again', async () => {
  const { session, socket, connection, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  connection().turn('failed');
  vi.advanceTimersByTime(100);
  await settle();
  expect(socket().count('viewer:join')).toBe(1);
  socket().last('viewer:leave').answer({});
  await settle();
  expect(socket().count('viewer:join')).toBe(2);
});

test('a socket that is recovered keeps the link; one that is not joins again', async () => {
  const { session, socket, connections, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().disconnect();
  expect(phase()).toBe('live');
  socket().connect(true);
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  socket().disconnect();
  await arrive(broadcastView());
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(session.reconnects.state.get()).toEqual({ network: 1 });
});

test('a picture that is frozen for three seconds makes the viewer rejoin, with that as the reason', async () => {
  const { session, socket, connections, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(5_000, 'moves');
  await watch(2_500, 'stands');
  expect(phase()).toBe('live');
  await watch(1_000, 'stands');
  socket().last('viewer:leave').answer({});
  await settle();
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(phase()).toBe('live');
  expect(session.reconnects.state.get()).toEqual({ frozen: 1 });
});

test('a picture that is still while the sound goes on keeps its link, is reported, and moves again on its own', async () => {
  const { session, socket, connections, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  expect(session.picture.get()).toBe('awaited');
  await watch(2_000, 'moves');
  expect(session.picture.get()).toBe('moving');
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ picture: 'still' }) });
  await watch(60_000, 'stands while the sound goes on');
  expect(session.picture.get()).toBe('still');
  expect(phase()).toBe('live');
  // The first bytes arrive shortly before the first frame is decoded.
  await watch(1_000, 'is not decoded');
  await watch(1_000, 'moves');
  expect(session.picture.get()).toBe('moving');
  expect(connections).toHaveLength(1);
  expect(session.reconnects.state.get()).toEqual({});
});

test('a show that never has a picture stays on its link', async () => {
  const { session, connections, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView({ picture: 'none' }));
  await beLetIn(broadcastView({ picture: 'none' }));
  await watch(60_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
});

test('a picture that the server receives and that does not arrive is tried once on another link', async () => {
  const { session, socket, connections, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  await watch(7_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  await watch(2_500, 'stands while the sound goes on');
  socket().last('viewer:leave').answer({});
  await settle();
  await beLetIn();
  expect(connections).toHaveLength(2);
  await watch(60_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(2);
});

test('a picture in a format that this browser lacks is reported, and the sound goes on', async () => {
  const { session, socket, connections, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  socket().announce('link:narrowed', { unplayable: ['video'] });
  await beLetIn();
  expect(session.picture.get()).toBe('unplayable');
  await watch(60_000, 'stands while the sound goes on');
  expect(session.picture.get()).toBe('unplayable');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  await watch(1_000, 'moves');
  expect(session.picture.get()).toBe('moving');
});

test('if the sound stops as well, the link is replaced', async () => {
  const { session, socket, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ picture: 'still' }) });
  await watch(10_000, 'stands while the sound goes on');
  await watch(4_000, 'stands');
  expect(phase()).toBe('reconnecting');
});

test('a picture with much loss gets a longer timeout, as long as anything arrives', async () => {
  const { session, connection, phase, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  connection().video.nackCount += 10;
  await watch(8_000, 'is not decoded');
  expect(phase()).toBe('live');
  await watch(3_000, 'is not decoded');
  expect(phase()).toBe('reconnecting');

  await vi.advanceTimersByTimeAsync(200);
  await beLetIn();
  await watch(2_000, 'moves');
  connection().video.nackCount += 10;
  await watch(1_000, 'moves');
  await watch(3_600, 'stands');
  expect(phase()).toBe('reconnecting');
});

test('a picture with much loss is delayed so that retransmissions are in time, until nothing has been lost for a while', async () => {
  const { session, connection, arrive, beLetIn, watch } = setUp();
  const delays = () => connection().receivers.map(({ jitterBufferTarget }) => jitterBufferTarget);
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  expect(delays()).toEqual([null]);
  connection().video.nackCount += 10;
  await watch(1_000, 'moves');
  expect(delays()).toEqual([180]);
  await watch(4_000, 'moves');
  expect(delays()).toEqual([600]);
  await watch(25_000, 'moves');
  expect(delays()).toEqual([null]);
});

test('bytes do not count as a picture in a visible page, and are enough in a hidden one', async () => {
  const hidden = setUp();
  hidden.session.open();
  await hidden.arrive(broadcastView());
  await hidden.beLetIn();
  await hidden.watch(2_000, 'moves');
  hidden.page.visible = false;
  await hidden.watch(10_000, 'is not decoded');
  expect(hidden.phase()).toBe('live');
  hidden.page.visible = true;
  await hidden.watch(4_000, 'is not decoded');
  expect(hidden.phase()).toBe('reconnecting');
});

test('a picture is not missed while the presenter is away', async () => {
  const { session, socket, phase, arrive, beLetIn, watch, connections } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  await watch(20_000, 'stands');
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await watch(2_000, 'stands');
  await watch(5_000, 'moves');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  expect(session.reconnects.state.get()).toEqual({});
});

test('after a sleep, a still picture gets a short timeout, and a silent socket is replaced immediately', async () => {
  const { session, page, sockets, socket, connection, arrive, beLetIn, watch } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  vi.setSystemTime(Date.now() + 20_000);
  page.wake({ reason: 'slept', gapMs: 20_000 });
  await watch(1_000, 'stands');
  expect(sockets).toHaveLength(2);
  await arrive(broadcastView());
  await beLetIn();
  expect(connection().closed).toBe(false);
  page.wake({ reason: 'visible', gapMs: 0 });
  socket().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await watch(2_200, 'stands');
  expect(socket().count('viewer:leave')).toBe(1);
  expect(sockets).toHaveLength(2);
});

test('a page whose socket is down when the network is back does not wait for the next attempt', async () => {
  const { session, page, sockets, socket, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().disconnect();
  page.wake({ reason: 'online', gapMs: 0 });
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
});

test('when the media server is back, all viewers join within a moment', async () => {
  const { session, socket, phase, arrive, beLetIn } = setUp();
  const by = { by: 'media-server', until: Date.now() + 60_000, recurring: false } as const;
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  const interrupted = broadcastView({ phase: 'interrupted', interruption: by });
  socket().announce('broadcast:changed', { channel, broadcast: interrupted });
  expect(session.state.get()).toMatchObject({ phase: 'reconnecting', broadcast: { phase: 'interrupted' } });
  await vi.advanceTimersByTimeAsync(30);
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await vi.advanceTimersByTimeAsync(200);
  expect(socket().count('viewer:join')).toBe(2);
  await beLetIn();
  expect(phase()).toBe('live');
  expect(session.reconnects.state.get()).toEqual({ 'media-server': 1 });
});

test('it asks the server if no announcement of the return arrives', async () => {
  const { session, socket, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  socket().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  await vi.advanceTimersByTimeAsync(300);
  expect(socket().count('channel:follow')).toBe(2);
  socket().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await vi.advanceTimersByTimeAsync(300);
  expect(socket().count('viewer:join')).toBe(2);
});

test('a show that has ended stays on the screen until the next one, which it joins', async () => {
  const { session, socket, connection, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  const first = connection();
  const ended = broadcastView({ phase: 'ended', endReason: 'stopped', recordingId: 'r1' });
  socket().announce('broadcast:changed', { channel, broadcast: ended });
  expect(phase()).toBe('ended');
  expect(first.closed).toBe(true);
  socket().announce('broadcast:changed', { channel, broadcast: null });
  expect(phase()).toBe('ended');
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ broadcastId: 'second' }) });
  expect(phase()).toBe('connecting');
});

test('while the presenter is away the link is kept, and a newcomer waits', async () => {
  const watching = setUp();
  watching.session.open();
  await watching.arrive(broadcastView());
  await watching.beLetIn();
  watching.socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  expect(watching.session.state.get()).toMatchObject({ phase: 'live', broadcast: { phase: 'interrupted' } });
  expect(watching.connection().closed).toBe(false);

  const newcomer = setUp();
  newcomer.session.open();
  await newcomer.arrive(broadcastView({ phase: 'interrupted' }));
  expect(newcomer.phase()).toBe('waiting');
  expect(newcomer.connection().closed).toBe(true);
  newcomer.socket().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  expect(newcomer.phase()).toBe('connecting');
});

test('an announcement is known until the show has begun or is withdrawn', async () => {
  const { session, socket } = setUp();
  session.open();
  socket().connect();
  const upcoming = { channel, title: 'Math 101', startsAt: 1_000 };
  socket().last('channel:follow').answer({ channel, broadcast: null, upcoming });
  await settle();
  expect(session.upcoming.get()).toEqual(upcoming);
  socket().announce('upcoming:changed', { channel, upcoming: { ...upcoming, startsAt: 5_000 } });
  expect(session.upcoming.get()?.startsAt).toBe(5_000);
  socket().announce('upcoming:changed', { channel, upcoming: null });
  expect(session.upcoming.get()).toBeNull();
  expect(session.state.get()).toEqual({ phase: 'waiting', broadcast: null });
  session.close();
});

/** The server refuses a join because the stream is full; the code for the line is loaded then. */
async function findFull(socket: ReturnType<ReturnType<typeof setUp>['socket']>): Promise<void> {
  socket.last('viewer:join').refuse(new AppError('stream-full', 'This stream is full.'));
  await settle();
  await vi.dynamicImportSettled();
}

test('a full stream is waited for in line, and joined when a seat is held', async () => {
  const { session, socket, phase, arrive, beLetIn, connections } = setUp();
  session.open();
  await arrive(broadcastView());
  await findFull(socket());
  expect(session.state.get()).toMatchObject({ phase: 'full', position: null });
  expect(socket().last('line:wait').body).toEqual({ channel, ticket: null });
  socket().last('line:wait').answer({ position: 3, ticket: 'ticket-of-this-viewer' });
  await settle();
  expect(session.state.get()).toMatchObject({ phase: 'full', position: 3 });
  // Numbers of viewers change all the time; nobody asks to join because of them.
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ viewers: 7 }) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(socket().count('viewer:join')).toBe(1);
  socket().announce('line:moved', { position: 1 });
  expect(session.state.get()).toMatchObject({ phase: 'full', position: 1 });
  socket().announce('line:moved', { position: 0 });
  await settle();
  expect(phase()).toBe('connecting');
  expect(socket().count('viewer:join')).toBe(2);
  await beLetIn();
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(2);
  expect(socket().count('viewer:leave')).toBe(0);
});

test('a viewer in line who loses the socket joins again, and waits at the same place', async () => {
  const { session, socket, phase, arrive } = setUp();
  session.open();
  await arrive(broadcastView());
  await findFull(socket());
  socket().last('line:wait').answer({ position: 3, ticket: 'ticket-of-this-viewer' });
  await settle();
  socket().disconnect();
  await arrive(broadcastView());
  expect(phase()).toBe('full');
  await findFull(socket());
  expect(socket().last('line:wait').body).toEqual({ channel, ticket: 'ticket-of-this-viewer' });
});

test('a viewer in line waits for the next show when this one ends, and leaves the line with the page', async () => {
  const { session, socket, phase, arrive, beLetIn } = setUp();
  session.open();
  await arrive(broadcastView());
  await findFull(socket());
  socket().last('line:wait').answer({ position: 2, ticket: 'ticket-of-this-viewer' });
  await settle();
  const ended = broadcastView({ phase: 'ended', endReason: 'stopped' });
  socket().announce('broadcast:changed', { channel, broadcast: ended });
  expect(phase()).toBe('ended');
  expect(socket().count('line:leave')).toBe(1);
  socket().announce('broadcast:changed', { channel, broadcast: broadcastView({ broadcastId: 'the next one' }) });
  await settle();
  await beLetIn(broadcastView({ broadcastId: 'the next one' }));
  expect(phase()).toBe('live');
});

test('a viewer for whom the line has no place either tries again', async () => {
  const { session, socket, phase, arrive } = setUp();
  session.open();
  await arrive(broadcastView());
  await findFull(socket());
  socket().last('line:wait').refuse(new AppError('stream-full', 'So is the line.'));
  await settle();
  expect(phase()).toBe('full');
  await vi.advanceTimersByTimeAsync(100);
  expect(socket().count('viewer:join')).toBe(2);
});

/** A viewer who watches, and is asked to move. */
async function setUpMove() {
  const all = setUp();
  const { session, socket, arrive, beLetIn, watch } = all;
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(1_000, 'moves');
  socket().announce('link:moving', {});
  // The code for moves is loaded now.
  await vi.waitFor(() => expect(socket().count('viewer:move')).toBe(1));
  return all;
}

test('a viewer who is asked to move changes over when the first frame has arrived over the new link', async () => {
  const { session, socket, connections, connection, phase, watch } = await setUpMove();
  const before = session.state.get();
  socket().announce('link:moving', {});
  socket().announce('candidate:found', { candidate: 'of the new link', sdpMid: '0', sdpMLineIndex: 0 });
  socket().last('viewer:move').answer({ sdpAnswer: 'answer' });
  await settle();
  expect(connections.map(({ applied }) => applied.includes('of the new link'))).toEqual([false, true]);
  connection().turn('connected');
  await watch(500, 'is not decoded');
  expect(socket().count('viewer:settle')).toBe(0);
  expect(session.state.get()).toBe(before);
  await watch(500, 'moves');
  expect(socket().last('viewer:settle').body).toEqual({ on: 'new' });
  expect(phase()).toBe('live');
  expect(session.state.get()).not.toBe(before);
  expect(socket().count('viewer:move')).toBe(1);
  await watch(1_000, 'moves');
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(session.reconnects.state.get()).toEqual({});
});

test('a viewer stays where they are if the new link brings nothing, and can be asked again', async () => {
  const { socket, connections, phase } = await setUpMove();
  socket().last('viewer:move').refuse(new AppError('media-failed', 'Not now.'));
  await settle();
  expect(socket().last('viewer:settle').body).toEqual({ on: 'former' });
  expect(connections.map(({ closed }) => closed)).toEqual([false, true]);
  expect(phase()).toBe('live');
  socket().announce('link:moving', {});
  await vi.waitFor(() => expect(socket().count('viewer:move')).toBe(2));
});

/** A viewer who watches, and whose web server stops gracefully. `goesOn` lets media arrive over the first link. */
async function setUpLeaving() {
  const all = setUp();
  const { session, socket, connections, arrive, beLetIn, watch } = all;
  session.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(1_000, 'moves');
  socket().announce('owner:leaving', {});
  const goesOn = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 100) {
      const [first] = connections;
      if (first !== undefined) {
        first.video.bytesReceived += 5_000;
        first.video.framesDecoded += 3;
      }
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  const joins = async (count: number) => {
    await vi.waitFor(() => expect(socket().count('viewer:join')).toBe(count));
    await settle();
  };
  return { ...all, goesOn, joins };
}

test('a viewer whose web server stops in order keeps the picture until the next owner sends it over another link', async () => {
  const { session, socket, connections, connection, phase, goesOn, joins, watch } = await setUpLeaving();
  const before = session.state.get();
  socket().disconnect();
  await goesOn(10_000);
  expect(session.state.get()).toBe(before);
  socket().connect();
  await settle();
  socket().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await joins(2);
  socket().announce('candidate:found', { candidate: 'of the new link', sdpMid: '0', sdpMLineIndex: 0 });
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  expect(connections.map(({ applied }) => applied.includes('of the new link'))).toEqual([false, true]);
  connection().turn('connected');
  await goesOn(500);
  expect(connections.map(({ closed }) => closed)).toEqual([false, false]);
  expect(phase()).toBe('live');
  await watch(500, 'moves');
  expect(phase()).toBe('live');
  expect(session.state.get()).not.toBe(before);
  await watch(1_000, 'moves');
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(session.reconnects.state.get()).toEqual({});
  // Nobody was left: the former web server is gone, and the next one knows only the new link.
  for (const name of ['viewer:leave', 'viewer:settle', 'viewer:move'] as const) expect(socket().count(name)).toBe(0);
  // The new link is an ordinary one.
  socket().disconnect();
  socket().connect();
  await settle();
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('a viewer whose socket is at another web server joins over it at once, and again until that works', async () => {
  const { socket, connections, connection, phase, goesOn, joins, watch } = await setUpLeaving();
  await joins(2);
  socket().last('viewer:join').refuse(new AppError('cluster-unavailable', 'The channel is moving.'));
  await goesOn(200);
  await joins(3);
  expect(phase()).toBe('live');
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  // The new owner loses its media server.
  socket().announce('link:closed', { error: { code: 'media-failed', message: 'Not now.' } });
  await goesOn(200);
  await joins(4);
  expect(connections.map(({ closed }) => closed)).toEqual([false, true, true, false]);
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  connection().turn('connected');
  await watch(2_000, 'moves');
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, true, false]);
  expect(phase()).toBe('live');
});

test('a new socket takes the place of one over which a viewer was about to join at the next owner', async () => {
  const { socket, connections, phase, goesOn, joins } = await setUpLeaving();
  await joins(2);
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  socket().disconnect();
  socket().connect();
  await joins(3);
  await goesOn(500);
  expect(connections.map(({ closed }) => closed)).toEqual([false, true, false]);
  expect(phase()).toBe('live');
});

test('a picture that stops before the next owner sends it is missed as any other', async () => {
  const { session, socket, connections, connection, phase, joins, watch } = await setUpLeaving();
  await joins(2);
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  connections[0]?.turn('failed');
  expect(phase()).toBe('reconnecting');
  await vi.advanceTimersByTimeAsync(100);
  socket().last('viewer:leave').answer({});
  await joins(3);
  socket().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  connection().turn('connected');
  await watch(500, 'moves');
  expect(phase()).toBe('live');
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, false]);
  expect(session.reconnects.state.get()).toEqual({ network: 1 });
});

test('a viewer whose first link was being made when the web server stopped makes another one', async () => {
  const { session, socket, connections, arrive } = setUp();
  session.open();
  await arrive(broadcastView());
  socket().announce('owner:leaving', {});
  expect(connections[0]?.closed).toBe(true);
  await vi.advanceTimersByTimeAsync(500);
  expect(socket().count('viewer:join')).toBe(2);
});
