import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { broadcastView, FakeConnection, FakeSignaling, settle } from './testing/signaling-doubles.ts';
import { Watcher } from './watcher.ts';

const channel = 'math-101';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', class {});
  vi.stubGlobal('MediaStream', class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp() {
  const lines: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const watcher = new Watcher(channel, {
    backoffMs: () => 100,
    connectSignaling: () => {
      const line = new FakeSignaling();
      lines.push(line);
      return line;
    },
    createPeerConnection: () => {
      const connection = new FakeConnection();
      connections.push(connection);
      return connection.asConnection;
    },
  });
  const line = () => lines.at(-1) ?? expect.unreachable('no line was opened');
  const connection = () => connections.at(-1) ?? expect.unreachable('no connection was made');
  const phase = () => watcher.getState().phase;
  /** Connects, and answers what is on the channel. */
  const arrive = async (broadcast: ReturnType<typeof broadcastView> | null) => {
    line().connect();
    line().last('channel:follow').answer({ channel, broadcast });
    await settle();
  };
  const beLetIn = async () => {
    line().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
    await settle();
    connection().turn('connected');
  };
  return { watcher, lines, connections, line, connection, phase, arrive, beLetIn };
}

test('it waits while nothing is on air or it only starts, and joins by itself when it is live', async () => {
  const { watcher, line, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(null);
  expect(phase()).toBe('waiting');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'starting' }) });
  await settle();
  expect(phase()).toBe('waiting');
  expect(line().count('viewer:join')).toBe(0);
  line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
});

test('news about the audience does not make it join a second time', async () => {
  const { watcher, line, arrive, beLetIn, connections } = setUp();
  watcher.open();
  await arrive(broadcastView());
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ viewers: 1 }) });
  await beLetIn();
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ viewers: 2 }) });
  await settle();
  expect(connections).toHaveLength(1);
  expect(watcher.getState()).toMatchObject({ phase: 'live', broadcast: { viewers: 2 } });
});

test('opening twice opens one line, and mounting twice leaves one behind', async () => {
  const { watcher, lines } = setUp();
  watcher.open();
  watcher.open();
  expect(lines).toHaveLength(1);
  watcher.close();
  watcher.open();
  expect(lines.map(({ closed }) => closed)).toEqual([true, false]);
});

test('leaving in the middle of a negotiation closes everything and changes nothing afterwards', async () => {
  const { watcher, line, connection, phase, arrive } = setUp();
  watcher.open();
  await arrive(broadcastView());
  watcher.close();
  line().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast: broadcastView() });
  await settle();
  vi.advanceTimersByTime(60_000);
  expect(connection().closed).toBe(true);
  expect(line().closed).toBe(true);
  expect(phase()).toBe('idle');
});

test('a link that the server closed is made anew after a wait, and the old one is closed', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().announce('link:closed', { error: { code: 'media-failed', message: '' } });
  expect(phase()).toBe('reconnecting');
  vi.advanceTimersByTime(100);
  await settle();
  expect(line().count('viewer:join')).toBe(2);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(phase()).toBe('live');
});

test('a link that failed here is left at the server before the next one is asked for', async () => {
  const { watcher, line, connection, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  connection().turn('failed');
  vi.advanceTimersByTime(100);
  await settle();
  expect(line().count('viewer:join')).toBe(1);
  line().last('viewer:leave').answer({});
  await settle();
  expect(line().count('viewer:join')).toBe(2);
});

test('a line that comes back recovered keeps the link; one that does not joins anew', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().disconnect();
  expect(phase()).toBe('reconnecting');
  line().connect(true);
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  line().disconnect();
  await arrive(broadcastView());
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a show that has ended stays on the screen until the next one, which it joins', async () => {
  const { watcher, line, connection, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  const first = connection();
  const ended = broadcastView({ phase: 'ended', endReason: 'stopped', recordingId: 'r1' });
  line().announce('broadcast:changed', { channel, broadcast: ended });
  expect(phase()).toBe('ended');
  expect(first.closed).toBe(true);
  line().announce('broadcast:changed', { channel, broadcast: null });
  expect(phase()).toBe('ended');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ broadcastId: 'second' }) });
  expect(phase()).toBe('connecting');
});

test('while the presenter is away the link is kept, and a newcomer waits', async () => {
  const watching = setUp();
  watching.watcher.open();
  await watching.arrive(broadcastView());
  await watching.beLetIn();
  watching.line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  expect(watching.watcher.getState()).toMatchObject({ phase: 'live', broadcast: { phase: 'interrupted' } });
  expect(watching.connection().closed).toBe(false);

  const newcomer = setUp();
  newcomer.watcher.open();
  await newcomer.arrive(broadcastView({ phase: 'interrupted' }));
  expect(newcomer.phase()).toBe('waiting');
  newcomer.line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  expect(newcomer.phase()).toBe('connecting');
});
