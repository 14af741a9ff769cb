import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { LowerTier } from '../../tiers.ts';
import { Store } from '../page/store.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { plan, resumeToken } from '../testing/publisher-doubles.ts';
import { broadcastView, FakeConnection, FakeSignaling, fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { Publisher } from './publisher.ts';
import { ResumeTickets } from './resume-tickets.ts';

const anyDevices = { camera: 'any', microphone: 'any' };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The part of a camera's stream that a publisher uses. */
function fakeStream(): MediaStream {
  const tracks = ['audio', 'video'].map((kind) => ({ kind, enabled: true }));
  const ofKind = (kind: string) => tracks.filter((track) => track.kind === kind);
  // A double has only the parts that are used.
  return {
    getTracks: () => tracks,
    getAudioTracks: () => ofKind('audio'),
    getVideoTracks: () => ofKind('video'),
  } as unknown as MediaStream;
}

function setUp() {
  const sockets: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const stopped: (MediaStream | null)[] = [];
  const server = { nowMs: 61_000 };
  const openMedia = vi.fn(() => Promise.resolve(fakeStream()));
  const tickets = new ResumeTickets(fakeStorage(), fakeStorage());
  const publisher = new Publisher({
    tickets,
    uplink: new UplinkMemory(fakeStorage),
    withheldTiers: new Store<readonly LowerTier[]>([]),
    backoffMs: () => 100,
    openMedia,
    stopMedia: (stream) => stopped.push(stream),
    serverNow: () => server.nowMs,
    connectSignaling: () => {
      const socket = new FakeSignaling();
      sockets.push(socket);
      return socket;
    },
    createPeerConnection: () => {
      const connection = new FakeConnection();
      connections.push(connection);
      return connection.asConnection;
    },
  });
  const socket = () => sockets.at(-1) ?? expect.unreachable('no socket was opened');
  const phase = () => publisher.state.get().phase;
  const tell = (change: Parameters<typeof broadcastView>[0]) => {
    socket().announce('broadcast:changed', { channel: plan.channel, broadcast: broadcastView(change) });
  };
  const until = (milliseconds: number) =>
    ({ by: 'presenter', until: Date.now() + milliseconds, recurring: false }) as const;
  /** Connects the newest socket and accepts the start. */
  const accept = async () => {
    socket().connect();
    await settle();
    const broadcast = broadcastView({ phase: 'starting', startedAt: null });
    socket().last('broadcast:start').answer({ broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500, resumeToken });
    await settle();
  };
  /** Lets the presenter resume the show on the newest socket, which is connected. */
  const acceptAgain = async (token = resumeToken) => {
    await settle();
    const broadcast = broadcastView({ phase: 'interrupted', interruption: until(60_000) });
    const reply = { broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500, resumeToken: token };
    socket().last('broadcast:resume').answer(reply);
    await settle();
  };
  const goLive = async () => {
    await publisher.openDevices(anyDevices);
    publisher.start(plan);
    await accept();
    connections.at(-1)?.turn('connected');
    tell({ phase: 'live' });
  };
  return {
    server,
    publisher,
    tickets,
    sockets,
    connections,
    stopped,
    openMedia,
    socket,
    phase,
    tell,
    accept,
    acceptAgain,
    goLive,
    until,
  };
}

test('from the camera to the end: every phase in its order', async () => {
  const { publisher, socket, phase, tell, accept, stopped } = setUp();
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
  socket()
    .last('broadcast:stop')
    .answer({ broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) });
  await stopping;
  expect(phase()).toBe('ended');
  expect(stopped).not.toEqual([]);
});

test('a camera that is unavailable leads to failed, with the reason', async () => {
  const { publisher, openMedia } = setUp();
  openMedia.mockRejectedValueOnce(new AppError('camera-blocked', 'Blocked.'));
  await publisher.openDevices(anyDevices);
  expect(publisher.state.get()).toMatchObject({ phase: 'failed', error: { code: 'camera-blocked' } });
});

test('a camera that opens after the person left is turned off', async () => {
  const { publisher, stopped, phase } = setUp();
  const opening = publisher.openDevices(anyDevices);
  publisher.close();
  await opening;
  expect(phase()).toBe('idle');
  expect(stopped.filter((stream) => stream !== null)).toHaveLength(1);
});

test('a second click on “Go live” does nothing', async () => {
  const { publisher, sockets } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  publisher.start(plan);
  expect(sockets).toHaveLength(1);
});

test('a start that is refused leads back to the preview, with the problem', async () => {
  const { publisher, socket, sockets } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  socket().connect();
  await settle();
  socket().last('broadcast:start').refuse(new AppError('channel-taken', 'Taken.'));
  await settle();
  expect(publisher.state.get()).toMatchObject({ phase: 'preview', problem: { code: 'channel-taken' } });
  expect(sockets[0]?.closed).toBe(true);
});

test.each(['the answer', 'the news'])(
  'a show that is cancelled before it is live, reported by %s, leads back to the preview',
  async (first) => {
    const { publisher, socket, phase, tell, accept, tickets, stopped } = setUp();
    await publisher.openDevices(anyDevices);
    publisher.start(plan);
    await accept();
    stopped.length = 0;
    const over = { phase: 'ended', startedAt: null, endReason: 'stopped' } as const;
    const stopping = publisher.stop();
    if (first === 'the news') tell(over);
    socket()
      .last('broadcast:stop')
      .answer({ broadcast: broadcastView(over) });
    await stopping;
    expect(phase()).toBe('preview');
    expect(stopped).toEqual([]);
    expect(tickets.find('first')).toBeNull();
    expect(socket().closed).toBe(true);
  },
);

test('the announcement that it is live counts even while the answer is being applied', async () => {
  const { publisher, socket, phase, tell } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  socket().connect();
  await settle();
  const broadcast = broadcastView({ phase: 'starting' });
  socket().last('broadcast:start').answer({ broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500, resumeToken });
  await Promise.resolve();
  await Promise.resolve();
  tell({ phase: 'live' });
  await settle();
  expect(phase()).toBe('live');
});

test('kinds that the media server does not accept are known with the reply, and forgotten with the link', async () => {
  const { publisher, socket, acceptAgain, connections, tell } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  socket().connect();
  await settle();
  socket().announce('link:narrowed', { unplayable: ['video'] });
  const broadcast = broadcastView({ phase: 'starting', startedAt: null });
  socket().last('broadcast:start').answer({ broadcast, sdpAnswer: 'answer', maxVideoKbps: 2_500, resumeToken });
  await settle();
  tell({ phase: 'live' });
  expect(publisher.refusedKinds()).toEqual(new Set(['video']));
  connections.at(-1)?.turn('failed');
  await vi.advanceTimersByTimeAsync(100);
  await acceptAgain();
  expect(publisher.refusedKinds()).toEqual(new Set());
});

test('after a dead link, the show is resumed on the socket, which is still connected', async () => {
  const { sockets, connections, socket, phase, goLive, acceptAgain, tell } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  expect(phase()).toBe('reconnecting');
  vi.advanceTimersByTime(100);
  await settle();
  expect(socket().last('broadcast:resume').body).toEqual({ channel: plan.channel, resumeToken, sdpOffer: 'offer' });
  await acceptAgain();
  expect(phase()).toBe('reconnecting');
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  expect(sockets).toHaveLength(1);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a connected socket that is replaced stays open until the next one is accepted', async () => {
  const { publisher, sockets, socket, goLive, acceptAgain } = setUp();
  await goLive();
  publisher.checkNow();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(sockets.map(({ closed }) => closed)).toEqual([false, false]);
  socket().connect();
  await acceptAgain();
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
});

test('a link that is disconnected for more than two seconds is replaced', async () => {
  const { connections, socket, goLive, phase } = setUp();
  await goLive();
  connections[0]?.turn('disconnected');
  vi.advanceTimersByTime(1_900);
  expect(phase()).toBe('live');
  vi.advanceTimersByTime(300);
  await settle();
  expect(socket().count('broadcast:resume')).toBe(1);
});

test('it keeps trying on the same socket while the media server is away', async () => {
  const { sockets, socket, phase, goLive, acceptAgain, tell } = setUp();
  await goLive();
  socket().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    vi.advanceTimersByTime(100);
    await settle();
    expect(socket().count('broadcast:resume')).toBe(attempt);
    socket().last('broadcast:resume').refuse(new AppError('media-server-unavailable', 'Away.'));
    await settle();
  }
  expect(phase()).toBe('reconnecting');
  vi.advanceTimersByTime(100);
  await acceptAgain();
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  expect(sockets).toHaveLength(1);
});

test('on a socket that the server no longer knows, it resumes immediately', async () => {
  const { socket, goLive, acceptAgain, phase, tell } = setUp();
  await goLive();
  socket().disconnect();
  expect(phase()).toBe('reconnecting');
  socket().connect(false);
  await acceptAgain();
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  expect(socket().count('broadcast:start')).toBe(1);
});

test.each(['resume-refused', 'not-live'] as const)(
  'a request to resume that fails with %s ends the show',
  async (code) => {
    const { publisher, tickets, socket, goLive } = setUp();
    await goLive();
    expect(tickets.list()).toHaveLength(1);
    socket().disconnect();
    socket().connect(false);
    await settle();
    socket().last('broadcast:resume').refuse(new AppError(code, 'No.'));
    await settle();
    // The show began at 1,000 by the server's clock, so its length is measured by that clock, and not by this device's.
    expect(publisher.state.get()).toMatchObject({ phase: 'ended', error: { code }, broadcast: { endedAt: 61_000 } });
    expect(tickets.list()).toEqual([]);
  },
);

test('a show that is taken over stays there until it is taken back with the newest ticket', async () => {
  const { publisher, tickets, sockets, socket, connections, phase, goLive, acceptAgain, tell } = setUp();
  await goLive();
  const [ticket] = tickets.list();
  if (ticket === undefined) expect.unreachable('a ticket is kept while the show is on');
  socket().announce('link:closed', { error: { code: 'taken-over', message: '' } });
  expect(phase()).toBe('taken-over');
  expect(connections[0]?.closed).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(socket().count('broadcast:resume')).toBe(0);
  tickets.keep({ ...ticket, resumeToken: 'a-newer-token-of-many', keptAt: Date.now() });
  publisher.takeBack();
  await settle();
  expect(socket().last('broadcast:resume').body).toMatchObject({ resumeToken: 'a-newer-token-of-many' });
  await acceptAgain();
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
  expect(sockets).toHaveLength(1);
});

test('a presenter who was away for long and finds the show live does not take it from the other presenter', async () => {
  const { server, socket, phase, goLive } = setUp();
  await goLive();
  socket().disconnect();
  vi.advanceTimersByTime(60_000);
  socket().connect(false);
  server.nowMs += 60_000;
  socket().last('resume:check').answer({ broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('taken-over');
  expect(socket().count('broadcast:resume')).toBe(0);
});

test('a presenter whose clock was set while the socket was briefly down goes on presenting', async () => {
  const { server, socket, phase, goLive, acceptAgain, tell } = setUp();
  await goLive();
  socket().disconnect();
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1_000);
  socket().connect(false);
  server.nowMs += 1_000;
  socket().last('resume:check').answer({ broadcast: broadcastView() });
  await acceptAgain();
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
});

test('a link on which the server receives no media is replaced', async () => {
  const { socket, connections, tell, goLive, until } = setUp();
  await goLive();
  connections[0]?.turn('connected');
  tell({ phase: 'interrupted', interruption: until(60_000) });
  vi.advanceTimersByTime(2_000);
  expect(connections).toHaveLength(1);
  vi.advanceTimersByTime(600);
  await settle();
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(socket().count('broadcast:resume')).toBe(1);
});

test('a page with a stored ticket resumes from its preview', async () => {
  const before = setUp();
  await before.goLive();
  const [ticket] = before.tickets.list();
  if (ticket === undefined) expect.unreachable('a ticket is kept while the show is on');
  const { publisher, socket, phase, acceptAgain, tell } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.resume(ticket, broadcastView({ phase: 'interrupted' }));
  expect(phase()).toBe('reconnecting');
  socket().connect();
  await acceptAgain();
  tell({ phase: 'live' });
  expect(phase()).toBe('live');
});

test('an end that cannot be sent is sent on the next socket, or happens here after a while', async () => {
  const { publisher, socket, sockets, phase, goLive, acceptAgain } = setUp();
  await goLive();
  socket().disconnect();
  await publisher.stop();
  expect(sockets).toHaveLength(2);
  socket().connect();
  await acceptAgain();
  expect(socket().count('broadcast:stop')).toBe(1);
  socket()
    .last('broadcast:stop')
    .answer({ broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) });
  await settle();
  expect(phase()).toBe('ended');

  const alone = setUp();
  await alone.goLive();
  alone.socket().disconnect();
  await alone.publisher.stop();
  vi.advanceTimersByTime(5_000);
  expect(alone.phase()).toBe('ended');
});

test('an end while the request to resume is open is sent once that is accepted', async () => {
  const { publisher, connections, socket, sockets, phase, goLive, acceptAgain } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  await vi.advanceTimersByTimeAsync(100);
  await publisher.stop();
  expect(socket().count('broadcast:stop')).toBe(0);
  await acceptAgain();
  socket()
    .last('broadcast:stop')
    .answer({ broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) });
  await settle();
  expect(phase()).toBe('ended');
  expect(sockets).toHaveLength(1);
});

test('a start is cancelled here until the request is sent, and by the server from then on', async () => {
  const { publisher, socket, phase } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.start(plan);
  await publisher.stop();
  expect(phase()).toBe('preview');
  expect(socket().closed).toBe(true);
  publisher.start(plan);
  socket().connect();
  await settle();
  const stopping = publisher.stop();
  socket()
    .last('broadcast:stop')
    .answer({ broadcast: broadcastView({ phase: 'ended', startedAt: null, endReason: 'stopped' }) });
  await stopping;
  expect(phase()).toBe('preview');
});

test('an end that the server refuses happens here after a while, on the same socket', async () => {
  const { publisher, socket, sockets, phase, goLive } = setUp();
  await goLive();
  const stopping = publisher.stop();
  socket().last('broadcast:stop').refuse(new AppError('internal', 'No.'));
  await stopping;
  expect(phase()).toBe('live');
  vi.advanceTimersByTime(5_000);
  expect(publisher.state.get()).toMatchObject({ phase: 'ended', broadcast: { endReason: 'stopped' } });
  expect(sockets).toHaveLength(1);
});

test('an end before the next attempt is sent immediately if the server still knows us as the presenter', async () => {
  const { publisher, connections, socket, phase, goLive } = setUp();
  await goLive();
  connections[0]?.turn('failed');
  expect(phase()).toBe('reconnecting');
  publisher.stop().catch(() => undefined);
  expect(socket().count('broadcast:stop')).toBe(1);
});

test('a check after a change of the network opens a new socket if the old one does not answer', async () => {
  const { publisher, sockets, socket, goLive } = setUp();
  await goLive();
  publisher.checkNow();
  socket().last('resume:check').answer({ broadcast: broadcastView() });
  await settle();
  publisher.checkNow();
  expect(sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(sockets).toHaveLength(2);
});

test('recording can be switched and measured during the show', async () => {
  const { publisher, socket, goLive } = setUp();
  await goLive();
  const setting = publisher.setRecording('on');
  expect(socket().last('recording:set').body).toEqual({ recording: 'on' });
  socket()
    .last('recording:set')
    .answer({ broadcast: broadcastView({ recording: 'starting' }) });
  await setting;
  expect(publisher.state.get()).toMatchObject({ phase: 'live', broadcast: { recording: 'starting' } });
  const measure = { recordedMs: 5_000, sizeBytes: 1_000, freeBytes: 2_000, remainingMs: 10_000 };
  const measuring = publisher.request('recording:measure', {});
  socket().last('recording:measure').answer(measure);
  expect(await measuring).toEqual(measure);
});

test('a recovered socket with a connected link goes on as if nothing had happened', async () => {
  const { connections, socket, phase, goLive } = setUp();
  await goLive();
  socket().disconnect();
  expect(phase()).toBe('reconnecting');
  socket().connect(true);
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
});

test('a page that closes disconnects immediately, and goes on when it is restored', async () => {
  const { publisher, sockets, phase, goLive } = setUp();
  await goLive();
  publisher.hangUp();
  expect(sockets[0]?.closed).toBe(true);
  publisher.comeBack();
  expect(phase()).toBe('reconnecting');
  expect(sockets).toHaveLength(2);
});

test('muting survives a change of the camera', async () => {
  const { publisher } = setUp();
  await publisher.openDevices(anyDevices);
  publisher.switchOn({ microphone: false });
  await publisher.openDevices(anyDevices);
  const state = publisher.state.get();
  const stream = 'stream' in state ? state.stream : null;
  expect(stream?.getAudioTracks().map(({ enabled }) => enabled)).toEqual([false]);
  expect(stream?.getVideoTracks().map(({ enabled }) => enabled)).toEqual([true]);
});

test('before the show, the picture goes on while another one is opened, also if that fails', async () => {
  const { publisher, openMedia, phase, stopped } = setUp();
  await publisher.openDevices(anyDevices);
  const opening = publisher.openDevices({ source: 'screen' });
  expect(phase()).toBe('preview');
  const turnedOff = () => stopped.filter((stream) => stream !== null).length;
  expect(turnedOff()).toBe(0);
  await opening;
  expect(turnedOff()).toBe(1);
  openMedia.mockRejectedValueOnce(new AppError('camera-busy', 'Busy.'));
  await expect(publisher.openDevices({ source: 'screen' })).rejects.toThrow('Busy.');
  expect(phase()).toBe('preview');
});

test('media of other kinds than the link was made for are sent on a new one', async () => {
  const { publisher, connections, socket, goLive } = setUp();
  await goLive();
  const replaced: string[] = [];
  const sender = (kind: string) => ({ track: { kind }, replaceTrack: () => Promise.resolve(void replaced.push(kind)) });
  connections[0]?.senders.push(sender('audio'), sender('video'));
  await publisher.openDevices({ source: 'screen' });
  expect(replaced).toEqual(['audio', 'video']);
  expect(connections).toHaveLength(1);
  connections[0]?.senders.pop();
  await publisher.openDevices({ camera: 'c1' });
  await settle();
  expect(connections).toHaveLength(2);
  expect(socket().last('broadcast:resume')).toBeDefined();
});

test('a picture that opens after the end of the show is turned off', async () => {
  const { publisher, goLive, tell, stopped, phase } = setUp();
  await goLive();
  const opening = publisher.openDevices({ source: 'screen' });
  tell({ phase: 'ended', endReason: 'media-failed' });
  await opening;
  expect(phase()).toBe('ended');
  expect(stopped.filter((stream) => stream !== null)).toHaveLength(2);
});

test('an end by the server is reported with its reason', async () => {
  const { publisher, goLive, tell } = setUp();
  await goLive();
  tell({ phase: 'ended', endReason: 'media-failed', recordingId: 'r1' });
  expect(publisher.state.get()).toMatchObject({ phase: 'ended', broadcast: { endReason: 'media-failed' } });
});

test('a camera that is off is reported to the server, and again after a restart of the server', async () => {
  const { publisher, connections, socket, goLive, acceptAgain } = setUp();
  await goLive();
  publisher.switchOn({ camera: false });
  expect(socket().last('broadcast:camera').body).toEqual({ cameraOn: false });
  socket()
    .last('broadcast:camera')
    .answer({ broadcast: broadcastView({ cameraOn: false }) });
  await settle();
  expect(publisher.state.get()).toMatchObject({ phase: 'live', broadcast: { cameraOn: false } });
  connections[0]?.turn('failed');
  await vi.advanceTimersByTimeAsync(100);
  // The server was killed meanwhile, and has lost its state.
  await acceptAgain();
  expect(socket().count('broadcast:camera')).toBe(2);
});

test('another title is known immediately', async () => {
  const { publisher, socket, goLive } = setUp();
  await goLive();
  const renaming = publisher.rename('Math 102');
  socket()
    .last('broadcast:rename')
    .answer({ broadcast: broadcastView({ title: 'Math 102' }) });
  await renaming;
  expect(publisher.state.get()).toMatchObject({ broadcast: { title: 'Math 102' } });
});

test('a presenter who shows a screen and turns the camera off still sends a picture', async () => {
  const { publisher, openMedia, socket, goLive } = setUp();
  const screen = fakeStream();
  for (const track of screen.getVideoTracks()) track.contentHint = 'detail';
  openMedia.mockResolvedValueOnce(screen);
  await goLive();
  publisher.switchOn({ camera: false });
  expect(publisher.sent.isPictureOn).toBe(true);
  expect(socket().count('broadcast:camera')).toBe(0);
});
