import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../errors.ts';
import { Publisher } from './publisher.ts';
import { broadcastView, FakeConnection, FakeSignaling, settle } from './testing/signaling-doubles.ts';

const plan = { key: 'key', channel: 'math-101', title: 'Math 101', record: true };
const anyDevices = { camera: 'any', microphone: 'any' };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A camera's stream, as far as a publisher looks at it. */
function fakeStream(): MediaStream {
  const tracks = ['audio', 'video'].map((kind) => ({ kind, enabled: true }));
  const ofKind = (kind: string) => tracks.filter((track) => track.kind === kind);
  // A double has only what is used.
  return {
    getTracks: () => tracks,
    getAudioTracks: () => ofKind('audio'),
    getVideoTracks: () => ofKind('video'),
  } as unknown as MediaStream;
}

function setUp() {
  const lines: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const stopped: (MediaStream | null)[] = [];
  const openMedia = vi.fn(() => Promise.resolve(fakeStream()));
  const publisher = new Publisher({
    backoffMs: () => 100,
    openMedia,
    stopMedia: (stream) => stopped.push(stream),
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
  const phase = () => publisher.getState().phase;
  const tell = (change: Parameters<typeof broadcastView>[0]) => {
    line().announce('broadcast:changed', { channel: plan.channel, broadcast: broadcastView(change) });
  };
  /** Connects the newest line and accepts the start. */
  const accept = async (change: Parameters<typeof broadcastView>[0] = {}) => {
    line().connect();
    await settle();
    const broadcast = broadcastView({ phase: 'starting', startedAt: null, ...change });
    line().last('broadcast:start').answer({ broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500 });
    await settle();
  };
  const goLive = async () => {
    await publisher.openDevices(anyDevices);
    publisher.start(plan);
    await accept();
    connections.at(-1)?.turn('connected');
    tell({ phase: 'live' });
  };
  return { publisher, lines, connections, stopped, openMedia, line, phase, tell, accept, goLive };
}

test('from the camera to the end: every phase in its order', async () => {
  const { publisher, line, phase, tell, accept, stopped } = setUp();
  const opening = publisher.openDevices(anyDevices);
  expect(phase()).toBe('asking-for-camera');
  await opening;
  expect(phase()).toBe('preview');
  publisher.start(plan);
  expect(phase()).toBe('connecting');
  await accept();
  expect(phase()).toBe('connecting');
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  const stopping = publisher.stop();
  line()
    .last('broadcast:stop')
    .answer({ broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) });
  await stopping;
  expect(phase()).toBe('ended');
  expect(stopped).not.toEqual([]);
});

test('a camera that cannot be had leads to failed, with the reason', async () => {
  const { publisher, openMedia } = setUp();
  openMedia.mockRejectedValueOnce(new AppError('camera-blocked', 'Blocked.'));
  await publisher.openDevices(anyDevices);
  expect(publisher.getState()).toMatchObject({ phase: 'failed', error: { code: 'camera-blocked' } });
});

test('a camera that opens after somebody left is turned off', async () => {
  const { publisher, stopped, phase } = setUp();
  const opening = publisher.openDevices(anyDevices);
  publisher.close();
  await opening;
  expect(phase()).toBe('idle');
  expect(stopped.filter((stream) => stream !== null)).toHaveLength(1);
});

test('a second click on “Go live” does nothing', async () => {
  const { publisher, lines } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  publisher.start(plan);
  expect(lines).toHaveLength(1);
});

test('a start that is refused leads back to the preview, with the problem beside it', async () => {
  const { publisher, line, lines } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  line().connect();
  await settle();
  line().last('broadcast:start').refuse(new AppError('channel-taken', 'Taken.'));
  await settle();
  expect(publisher.getState()).toMatchObject({ phase: 'preview', problem: { code: 'channel-taken' } });
  expect(lines[0]?.closed).toBe(true);
});

test('the news that it is live counts even while the answer is being applied', async () => {
  const { publisher, line, phase, tell } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  line().connect();
  await settle();
  const broadcast = broadcastView({ phase: 'starting' });
  line().last('broadcast:start').answer({ broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500 });
  await Promise.resolve();
  await Promise.resolve();
  tell({ phase: 'live' });
  await settle();
  expect(phase()).toBe('live');
});

test('a dead link in the middle of a show is made anew over a new line', async () => {
  const { lines, connections, phase, goLive, accept, tell } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  expect(phase()).toBe('reconnecting');
  vi.advanceTimersByTime(100);
  expect(lines.map(({ closed }) => closed)).toEqual([true, false]);
  await accept();
  expect(phase()).toBe('reconnecting');
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});

test('it keeps trying while the server still holds the channel for the old line', async () => {
  const { lines, connections, line, phase, goLive } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    vi.advanceTimersByTime(100);
    line().connect();
    await settle();
    line().last('broadcast:start').refuse(new AppError('channel-taken', 'Taken.'));
    await settle();
  }
  expect(phase()).toBe('reconnecting');
  expect(lines).toHaveLength(4);
});

test('a recovered line with a living link goes on as if nothing had been', async () => {
  const { connections, line, phase, goLive } = setUp();
  await goLive();
  line().disconnect();
  expect(phase()).toBe('reconnecting');
  line().connect(true);
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
});

test('a page that goes away hangs up at once, and goes on when it is brought back', async () => {
  const { publisher, lines, phase, goLive } = setUp();
  await goLive();
  publisher.hangUp();
  expect(lines[0]?.closed).toBe(true);
  publisher.comeBack();
  expect(phase()).toBe('reconnecting');
  expect(lines).toHaveLength(2);
});

test('muting survives a change of the camera', async () => {
  const { publisher } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.switchOn({ microphone: false });
  await publisher.openDevices(anyDevices);
  const state = publisher.getState();
  const stream = 'stream' in state ? state.stream : null;
  expect(stream?.getAudioTracks().map(({ enabled }) => enabled)).toEqual([false]);
  expect(stream?.getVideoTracks().map(({ enabled }) => enabled)).toEqual([true]);
});

test('an end that the server decides is told with its reason', async () => {
  const { publisher, goLive, tell } = setUp();
  await goLive();
  tell({ phase: 'ended', endReason: 'media-failed', recordingId: 'r1' });
  expect(publisher.getState()).toMatchObject({ phase: 'ended', broadcast: { endReason: 'media-failed' } });
});
