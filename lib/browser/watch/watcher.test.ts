import { expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { broadcastView, settle } from '../testing/signaling-doubles.ts';
import { fakeTheBrowser, fakeWatcherParts } from '../testing/watcher-doubles.ts';
import { Watcher } from './watcher.ts';

const channel = 'math-101';

fakeTheBrowser();

function setUp({ lineStands = false } = {}) {
  const { parts, lines, connections, page } = fakeWatcherParts({ lineStands });
  const watcher = new Watcher(channel, parts);
  const line = () => lines.at(-1) ?? expect.unreachable('no line was opened');
  const connection = () => connections.at(-1) ?? expect.unreachable('no connection was made');
  const phase = () => watcher.state.get().phase;
  /** Connects, and answers what is on the channel. */
  const arrive = async (broadcast: ReturnType<typeof broadcastView> | null) => {
    line().connect();
    line().last('channel:follow').answer({ channel, broadcast, upcoming: null });
    await settle();
  };
  const beLetIn = async (broadcast = broadcastView()) => {
    line().last('viewer:join').answer({ sdpAnswer: 'answer', broadcast });
    await settle();
    connection().turn('connected');
  };
  /** Lets time pass while pictures arrive, or do not. */
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
  return { watcher, page, lines, connections, line, connection, phase, arrive, beLetIn, watch };
}

test('it waits while nothing is on air or it only starts, and joins by itself when it is live', async () => {
  const { watcher, line, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(null);
  expect(phase()).toBe('waiting');
  const before = line().count('viewer:join');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'starting' }) });
  await settle();
  expect(phase()).toBe('waiting');
  expect(line().count('viewer:join')).toBe(before);
  line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
});

test('it asks to be let in with an offer that was made while the line opened, and does not wait to hear what is on', async () => {
  const { watcher, line, connections, phase, beLetIn } = setUp();
  watcher.open();
  await settle();
  expect(connections.map(({ localDescription }) => localDescription)).toEqual([{ type: 'offer', sdp: 'offer' }]);
  line().connect();
  await settle();
  expect(line().seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  line().last('channel:follow').answer({ channel, broadcast: broadcastView() });
  await settle();
  expect(phase()).toBe('connecting');
  await beLetIn();
  expect(phase()).toBe('live');
  expect(line().count('viewer:join')).toBe(1);
  expect(connections).toHaveLength(1);
});

test('who asked to be let in where nothing is on goes again, and is let in when something is', async () => {
  const { watcher, line, connection, connections, phase, beLetIn } = setUp();
  watcher.open();
  line().connect();
  await settle();
  line().last('channel:follow').answer({ channel, broadcast: null });
  await settle();
  line().last('viewer:join').refuse(new AppError('not-live', 'Nothing is on.'));
  await settle();
  expect(phase()).toBe('waiting');
  expect(connection().closed).toBe(true);
  expect(line().seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join', 'viewer:leave']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(line().seen).toHaveLength(3);
  line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await settle();
  await beLetIn();
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(2);
});

test('a show that is taken back before it was on has not ended', async () => {
  const { watcher, line, phase, arrive } = setUp();
  watcher.open();
  await arrive(broadcastView({ phase: 'starting', startedAt: null }));
  line().announce('broadcast:changed', {
    channel,
    broadcast: broadcastView({ phase: 'ended', startedAt: null, endReason: 'stopped' }),
  });
  expect(watcher.state.get()).toEqual({ phase: 'waiting', broadcast: null });
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'ended', endReason: 'stopped' }) });
  expect(phase()).toBe('ended');
});

test('a line that stands already is asked at once', async () => {
  const { watcher, lines, connections, phase, beLetIn } = setUp({ lineStands: true });
  watcher.open();
  await settle();
  const [line] = lines;
  expect(line?.seen.map(({ name }) => name)).toEqual(['channel:follow', 'viewer:join']);
  line?.last('channel:follow').answer({ channel, broadcast: broadcastView() });
  await settle();
  await beLetIn();
  expect(phase()).toBe('live');
  expect([lines.length, connections.length]).toEqual([1, 1]);
});

test('a line that is given up before it stood takes its offer along', async () => {
  const { watcher, page, lines, connections, arrive } = setUp();
  watcher.open();
  page.wake({ reason: 'online', gapMs: 0 });
  expect(lines.map(({ closed }) => closed)).toEqual([true, false]);
  expect(connections.map(({ closed }) => closed)).toEqual([true]);
  await arrive(broadcastView());
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  watcher.close();
  expect(connections.every(({ closed }) => closed)).toBe(true);
});

test('until the server has answered it is not known that nothing is on, and a server that does not answer is told', async () => {
  const { watcher, line, phase, arrive } = setUp();
  watcher.open();
  expect(watcher.state.get()).toEqual({ phase: 'asking', unanswered: null });
  await arrive(null);
  expect(phase()).toBe('waiting');
  line().answers = false;
  line().disconnect();
  await settle();
  expect(watcher.state.get()).toEqual({
    phase: 'asking',
    unanswered: expect.objectContaining({ code: 'connection-lost' }),
  });
  await arrive(broadcastView({ phase: 'starting' }));
  expect(phase()).toBe('waiting');
});

test('who watches is not told of a server that does not answer while the picture moves', async () => {
  const { watcher, line, phase, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().answers = false;
  line().disconnect();
  await settle();
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
  expect(watcher.state.get()).toMatchObject({ phase: 'live', broadcast: { viewers: 2 } });
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
  expect(phase()).toBe('live');
  line().connect(true);
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  line().disconnect();
  await arrive(broadcastView());
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(watcher.reconnects.state.get()).toEqual({ network: 1 });
});

test('a picture that stands still for three seconds is fetched anew, and told as such', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(5_000, 'moves');
  await watch(2_500, 'stands');
  expect(phase()).toBe('live');
  await watch(1_000, 'stands');
  line().last('viewer:leave').answer({});
  await settle();
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  await beLetIn();
  expect(phase()).toBe('live');
  expect(watcher.reconnects.state.get()).toEqual({ frozen: 1 });
});

test('a picture that stands still while the sound goes on costs nobody the link, is told, and moves again by itself', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  expect(watcher.picture.get()).toBe('awaited');
  await watch(2_000, 'moves');
  expect(watcher.picture.get()).toBe('moving');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ picture: 'still' }) });
  await watch(60_000, 'stands while the sound goes on');
  expect(watcher.picture.get()).toBe('still');
  expect(phase()).toBe('live');
  // The first bytes come a little before the first frame that is decoded.
  await watch(1_000, 'is not decoded');
  await watch(1_000, 'moves');
  expect(watcher.picture.get()).toBe('moving');
  expect(connections).toHaveLength(1);
  expect(watcher.reconnects.state.get()).toEqual({});
});

test('a show that never has a picture stays on its link', async () => {
  const { watcher, connections, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView({ picture: 'none' }));
  await beLetIn(broadcastView({ picture: 'none' }));
  await watch(60_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
});

test('a picture that the server receives and that does not come is looked for once on another link', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  await watch(7_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  await watch(2_500, 'stands while the sound goes on');
  line().last('viewer:leave').answer({});
  await settle();
  await beLetIn();
  expect(connections).toHaveLength(2);
  await watch(60_000, 'stands while the sound goes on');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(2);
});

test('a picture in a format that this browser lacks is told, and costs nobody the sound', async () => {
  const { watcher, line, connections, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  line().announce('link:narrowed', { unplayable: ['video'] });
  await beLetIn();
  expect(watcher.picture.get()).toBe('unplayable');
  await watch(60_000, 'stands while the sound goes on');
  expect(watcher.picture.get()).toBe('unplayable');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  await watch(1_000, 'moves');
  expect(watcher.picture.get()).toBe('moving');
});

test('sound that stops, too, is nothing at all, and the link is made anew', async () => {
  const { watcher, line, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ picture: 'still' }) });
  await watch(10_000, 'stands while the sound goes on');
  await watch(4_000, 'stands');
  expect(phase()).toBe('reconnecting');
});

test('a picture that loses much is given more time, as long as anything comes', async () => {
  const { watcher, connection, phase, arrive, beLetIn, watch } = setUp();
  watcher.open();
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

test('a picture that loses much is held back so that repairs come in time, until nothing has been lost for a while', async () => {
  const { watcher, connection, arrive, beLetIn, watch } = setUp();
  const delays = () => connection().receivers.map(({ jitterBufferTarget }) => jitterBufferTarget);
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  expect(delays()).toEqual([null]);
  connection().video.nackCount += 10;
  await watch(1_000, 'moves');
  expect(delays()).toEqual([525]);
  await watch(25_000, 'moves');
  expect(delays()).toEqual([null]);
});

test('bytes are no picture where somebody looks, and enough where nobody does', async () => {
  const hidden = setUp();
  hidden.watcher.open();
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
  const { watcher, line, phase, arrive, beLetIn, watch, connections } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  await watch(20_000, 'stands');
  line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await watch(2_000, 'stands');
  await watch(5_000, 'moves');
  expect(phase()).toBe('live');
  expect(connections).toHaveLength(1);
  expect(watcher.reconnects.state.get()).toEqual({});
});

test('after a sleep, a picture that does not move is given little time, and a line that is silent none', async () => {
  const { watcher, page, lines, line, connection, arrive, beLetIn, watch } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  await watch(2_000, 'moves');
  vi.setSystemTime(Date.now() + 20_000);
  page.wake({ reason: 'slept', gapMs: 20_000 });
  await watch(1_000, 'stands');
  expect(lines).toHaveLength(2);
  await arrive(broadcastView());
  await beLetIn();
  expect(connection().closed).toBe(false);
  page.wake({ reason: 'visible', gapMs: 0 });
  line().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await watch(2_200, 'stands');
  expect(line().count('viewer:leave')).toBe(1);
  expect(lines).toHaveLength(2);
});

test('a page whose line is down when the network is back does not wait for the next attempt', async () => {
  const { watcher, page, lines, line, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().disconnect();
  page.wake({ reason: 'online', gapMs: 0 });
  expect(lines.map(({ closed }) => closed)).toEqual([true, false]);
});

test('when the media server is back, everybody joins within a moment', async () => {
  const { watcher, line, phase, arrive, beLetIn } = setUp();
  const by = { by: 'media-server', until: Date.now() + 60_000, recurring: false } as const;
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  const interrupted = broadcastView({ phase: 'interrupted', interruption: by });
  line().announce('broadcast:changed', { channel, broadcast: interrupted });
  expect(watcher.state.get()).toMatchObject({ phase: 'reconnecting', broadcast: { phase: 'interrupted' } });
  await vi.advanceTimersByTimeAsync(30);
  line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  await vi.advanceTimersByTimeAsync(200);
  expect(line().count('viewer:join')).toBe(2);
  await beLetIn();
  expect(phase()).toBe('live');
  expect(watcher.reconnects.state.get()).toEqual({ 'media-server': 1 });
});

test('news of the return that never came are asked for', async () => {
  const { watcher, line, arrive, beLetIn } = setUp();
  watcher.open();
  await arrive(broadcastView());
  await beLetIn();
  line().announce('link:closed', { error: { code: 'media-server-unavailable', message: '' } });
  line().announce('broadcast:changed', { channel, broadcast: broadcastView({ phase: 'interrupted' }) });
  await vi.advanceTimersByTimeAsync(300);
  expect(line().count('channel:follow')).toBe(2);
  line().last('channel:follow').answer({ channel, broadcast: broadcastView(), upcoming: null });
  await vi.advanceTimersByTimeAsync(300);
  expect(line().count('viewer:join')).toBe(2);
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
  expect(watching.watcher.state.get()).toMatchObject({ phase: 'live', broadcast: { phase: 'interrupted' } });
  expect(watching.connection().closed).toBe(false);

  const newcomer = setUp();
  newcomer.watcher.open();
  await newcomer.arrive(broadcastView({ phase: 'interrupted' }));
  expect(newcomer.phase()).toBe('waiting');
  expect(newcomer.connection().closed).toBe(true);
  newcomer.line().announce('broadcast:changed', { channel, broadcast: broadcastView() });
  expect(newcomer.phase()).toBe('connecting');
});

test('what was announced is known until it has begun or is withdrawn', async () => {
  const { watcher, line } = setUp();
  watcher.open();
  line().connect();
  const upcoming = { channel, title: 'Math 101', startsAt: 1_000 };
  line().last('channel:follow').answer({ channel, broadcast: null, upcoming });
  await settle();
  expect(watcher.upcoming.get()).toEqual(upcoming);
  line().announce('upcoming:changed', { channel, upcoming: { ...upcoming, startsAt: 5_000 } });
  expect(watcher.upcoming.get()?.startsAt).toBe(5_000);
  line().announce('upcoming:changed', { channel, upcoming: null });
  expect(watcher.upcoming.get()).toBeNull();
  expect(watcher.state.get()).toEqual({ phase: 'waiting', broadcast: null });
  watcher.close();
});
