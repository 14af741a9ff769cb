import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ask, key, next, SignalingRig, show } from './testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

describe('a show', () => {
  it('goes from start to end, and everyone is notified', async () => {
    const early = await rig.connect();
    expect(await ask(early, 'channel:follow', { channel: 'math-101' })).toEqual({
      ok: true,
      clock: expect.anything(),
      data: { channel: 'math-101', broadcast: null, upcoming: null },
    });
    const lobby = await rig.connect();
    await ask(lobby, 'lobby:follow', {});
    const listed = next(lobby, 'lobby:changed', ({ broadcasts }) => broadcasts.length === 1);
    const { presenter } = await rig.goLive();
    expect((await listed).broadcasts[0]).toMatchObject({ channel: 'math-101', title: 'Sums', viewers: 0 });

    const counted = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.viewers === 1);
    const joined = await ask(early, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    expect(joined).toMatchObject({ ok: true, data: { sdpAnswer: 'the answer to a viewer' } });
    await counted;

    const over = next(early, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    const unlisted = next(lobby, 'lobby:changed', ({ broadcasts }) => broadcasts.length === 0);
    expect(await ask(presenter, 'broadcast:stop', {})).toMatchObject({ ok: true });
    expect((await over).broadcast).toMatchObject({ endReason: 'stopped', viewers: 0 });
    await unlisted;
    await vi.waitFor(() => expect([rig.gateway.openPipelines, rig.gateway.openLinks]).toEqual([0, 0]));
  });

  it('is announced once to a viewer who came from the lobby on the same socket', async () => {
    const [guest, lobby] = [await rig.connect(), await rig.connect()];
    await Promise.all([ask(guest, 'lobby:follow', {}), ask(lobby, 'lobby:follow', {})]);
    await ask(guest, 'channel:follow', { channel: 'math-101' });
    const heard: string[] = [];
    guest.onAny((name: string) => heard.push(name));
    const listed = next(lobby, 'lobby:changed', ({ broadcasts }) => broadcasts.length === 1);
    await rig.goLive();
    await listed;
    // All announcements to the guest before this answer have arrived with it.
    await ask(guest, 'viewer:leave', {});
    expect(new Set(heard)).toEqual(new Set(['broadcast:changed']));
  });

  it('records when asked to, and names the recording at its end', async () => {
    const { presenter } = await rig.goLive({ record: true });
    const recording = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'recording');
    await vi.waitFor(() => expect(rig.gateway.openRecorders).toBe(1));
    rig.gateway.recorders[0]?.recording();
    await recording;
    const reply = await ask(presenter, 'broadcast:stop', {});
    expect(reply).toMatchObject({ ok: true, data: { broadcast: { recordingId: 'a-recording' } } });
    await vi.waitFor(() => expect(rig.finished).toEqual(['finished a-recording']));
    expect(rig.gateway.openRecorders).toBe(0);
  });

  it('goes on when its recording fails', async () => {
    const { presenter } = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.openRecorders).toBe(1));
    const told = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'failed');
    rig.gateway.recorders[0]?.failed(new AppError('recording-failed', 'The disk is full.'));
    expect((await told).broadcast?.phase).toBe('live');
    await ask(presenter, 'broadcast:stop', {});
    await vi.waitFor(() => expect(rig.finished).toEqual(['failed a-recording']));
  });

  it('ends when no media arrives in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      const presenter = await rig.connect();
      const closed = next(presenter, 'link:closed');
      await ask(presenter, 'broadcast:start', show);
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await closed).error.code).toBe('media-never-arrived');
      expect(rig.registry.view('math-101').broadcast).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('candidates', () => {
  const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };

  it('reach the link even when they come before it is open', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.gateway.hold = () => opened;
    const presenter = await rig.connect();
    const starting = ask(presenter, 'broadcast:start', show);
    const added = ask(presenter, 'candidate:add', candidate);
    const last = ask(presenter, 'candidate:add', { candidate: '' });
    open();
    expect(await Promise.all([starting, added, last])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(rig.gateway.links[0]?.candidates.map((added) => added.candidate)).toEqual([candidate.candidate, '']);
  });

  it('of a viewer reach the link when they come right behind the request', async () => {
    await rig.goLive();
    const viewer = await rig.connect();
    const joining = ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    const added = ask(viewer, 'candidate:add', candidate);
    expect(await Promise.all([joining, added])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(rig.gateway.links.at(-1)?.candidates).toHaveLength(1);
  });

  it('are passed from the media server to the browser', async () => {
    const { presenter } = await rig.goLive();
    const found = next(presenter, 'candidate:found');
    rig.gateway.links[0]?.listener.candidateFound(candidate);
    expect(await found).toEqual(candidate);
  });

  it('without a link are refused', async () => {
    expect(await ask(await rig.connect(), 'candidate:add', candidate)).toMatchObject({ error: { code: 'not-joined' } });
  });
});

describe('bad input', () => {
  it.each<[string, string, unknown]>([
    ['an unknown event', 'broadcast:explode', {}],
    ['an event named like a property of every object', 'constructor', {}],
    ['a body that is missing', 'broadcast:start', undefined],
    ['a body that is text', 'broadcast:start', 'math-101'],
    ['a body that is null', 'viewer:join', null],
    ['a body that is a list', 'viewer:join', [1, 2, 3]],
    ['a field too many', 'broadcast:start', { ...show, admin: true }],
    ['a field too few', 'viewer:join', { channel: 'math-101' }],
    ['a channel that is a path', 'channel:follow', { channel: '../../etc' }],
    ['a channel in capitals', 'channel:follow', { channel: 'MATH' }],
    ['a channel that is too short', 'channel:follow', { channel: 'ab' }],
    ['a channel that is too long', 'channel:follow', { channel: 'a'.repeat(41) }],
    ['a title of 81 characters', 'broadcast:start', { ...show, title: 'x'.repeat(81) }],
    ['a title of white space', 'broadcast:start', { ...show, title: '   ' }],
    ['an offer of more than 100 kB', 'broadcast:start', { ...show, sdpOffer: 'v'.repeat(100_001) }],
    ['a candidate of more than 2 kB', 'candidate:add', { candidate: 'c'.repeat(2_001) }],
    ['a candidate with a binary field', 'candidate:add', { candidate: Buffer.from('candidate') }],
  ])('gets an error in words: %s', async (_, event, body) => {
    const reply = await ask(await rig.connect(), event, body);
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(reply.ok ? '' : reply.error.message).toMatch(/\w{3}/);
  });

  it('without an acknowledgement does no harm', async () => {
    const client = await rig.connect();
    const send = client.emit.bind(client) as (event: string, ...body: unknown[]) => void;
    send('broadcast:start');
    send('broadcast:stop', 'please');
    send('constructor', { a: 1 }, 2, 3);
    expect(await ask(client, 'lobby:follow', {})).toMatchObject({ ok: true });
  });

  it('that is larger than the maximum closes that socket, and no other', async () => {
    const [large, other] = [await rig.connect(), await rig.connect()];
    const gone = new Promise((resolve) => void large.once('disconnect', resolve));
    const send = large.emit.bind(large) as (event: string, body: unknown) => void;
    send('broadcast:start', { ...show, sdpOffer: 'v'.repeat(1_500_000) });
    await gone;
    expect(await ask(other, 'lobby:follow', {})).toMatchObject({ ok: true });
  });

  it('with the wrong key starts nothing, and leaves no trace', async () => {
    const client = await rig.connect();
    expect(await ask(client, 'key:check', { key: 'guess' })).toMatchObject({ error: { code: 'wrong-key' } });
    const before = Date.now();
    const granted = await ask(client, 'key:check', { key });
    // Every answer contains the server's time.
    expect(granted).toMatchObject({ ok: true, data: {}, clock: { receivedAt: expect.any(Number) } });
    expect(granted.clock?.receivedAt).toBeGreaterThanOrEqual(before);
    expect(granted.clock?.repliedAt).toBeLessThanOrEqual(Date.now());
    const reply = await ask(client, 'broadcast:start', { ...show, key: 'guess' });
    expect(reply).toMatchObject({ error: { code: 'wrong-key' } });
    expect(JSON.stringify(reply)).not.toContain(key);
    expect([rig.gateway.links.length, rig.registry.list().length]).toEqual([0, 0]);
  });

  it('of a second presenter is refused and does not touch the first', async () => {
    await rig.goLive();
    const second = await rig.connect();
    expect(await ask(second, 'broadcast:start', show)).toMatchObject({ error: { code: 'channel-taken' } });
    expect(rig.registry.view('math-101').broadcast?.phase).toBe('live');
    expect(await ask(second, 'broadcast:start', { ...show, channel: 'math-102' })).toMatchObject({ ok: true });
  });

  it('of a viewer where nothing is on air, or is only starting, is refused in words', async () => {
    const viewer = await rig.connect();
    const join = { channel: 'math-101', sdpOffer: 'v=0' };
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ error: { code: 'not-live' } });
    await ask(await rig.connect(), 'broadcast:start', show);
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ error: { code: 'not-live' } });
    rig.gateway.links[0]?.listener.flowChanged('audio', true);
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ ok: true });
  });

  it('of double clicks starts and joins once', async () => {
    const presenter = await rig.connect();
    const twice = [ask(presenter, 'broadcast:start', show), ask(presenter, 'broadcast:start', show)];
    expect(await Promise.all(twice)).toMatchObject([{ ok: true }, { error: { code: 'already-joined' } }]);
    rig.gateway.links[0]?.listener.flowChanged('audio', true);
    const viewer = await rig.connect();
    const join = { channel: 'math-101', sdpOffer: 'v=0' };
    const joins = [ask(viewer, 'viewer:join', join), ask(viewer, 'viewer:join', join)];
    expect(await Promise.all(joins)).toMatchObject([{ ok: true }, { error: { code: 'already-joined' } }]);
    expect(rig.gateway.openLinks).toBe(2);
    const stops = [ask(presenter, 'broadcast:stop', {}), ask(presenter, 'broadcast:stop', {})];
    expect(await Promise.all(stops)).toMatchObject([{ ok: true }, { error: { code: 'not-joined' } }]);
  });

  it('of a media server that refuses frees the channel immediately', async () => {
    rig.gateway.hold = () => Promise.reject(new AppError('bad-offer', 'The offer cannot be read.'));
    const presenter = await rig.connect();
    expect(await ask(presenter, 'broadcast:start', show)).toMatchObject({ error: { code: 'bad-offer' } });
    rig.gateway.hold = async () => {};
    expect(await ask(presenter, 'broadcast:start', show)).toMatchObject({ ok: true });
  });

  it('of a bug is reported neutrally', async () => {
    rig.gateway.hold = () => Promise.reject(new TypeError('secrets of the house'));
    const reply = await ask(await rig.connect(), 'broadcast:start', show);
    expect(reply).toMatchObject({ error: { code: 'internal' } });
    expect(JSON.stringify(reply)).not.toContain('secrets');
  });
});

describe('a page that closes', () => {
  it.each(['starting', 'joining'])('while %s leaves nothing behind', async (moment) => {
    if (moment === 'joining') await rig.goLive();
    const before = rig.gateway.openLinks;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.gateway.hold = () => opened;
    const client = await rig.connect();
    const send = client.emit.bind(client) as (event: string, body: unknown) => void;
    if (moment === 'starting') send('broadcast:start', { ...show, channel: 'other' });
    else send('viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    await ask(client, 'lobby:follow', {});
    client.disconnect();
    await vi.waitFor(() => expect(rig.signaling.counts.peers).toBe(moment === 'joining' ? 1 : 0));
    open();
    await vi.waitFor(() => expect(rig.gateway.openLinks).toBe(before));
    expect(rig.registry.view('other').broadcast).toBeNull();
  });

  it('lets the show of a presenter wait, and end when no one comes back', async () => {
    const { presenter } = await rig.goLive();
    presenter.disconnect();
    await vi.waitFor(() => expect(rig.registry.view('math-101').broadcast?.phase).toBe('interrupted'));
    expect(rig.gateway.openLinks).toBe(0);
    await vi.waitFor(() => expect(rig.registry.view('math-101').broadcast).toBeNull(), 2_000);
    await vi.waitFor(() => expect([rig.gateway.openPipelines, rig.gateway.openLinks]).toEqual([0, 0]));
  });
});

describe('a socket that breaks', () => {
  it('and comes back in time loses nothing: the link is the same, and missed announcements arrive', async () => {
    const { presenter } = await rig.goLive();
    const link = rig.gateway.links[0];
    presenter.io.engine.close();
    link?.listener.candidateFound({ candidate: 'found while away', sdpMid: '0', sdpMLineIndex: 0 });
    expect((await next(presenter, 'candidate:found')).candidate).toBe('found while away');
    expect(presenter.recovered).toBe(true);
    expect(link?.closed).toBe(false);
    expect(await ask(presenter, 'candidate:add', { candidate: 'later' })).toMatchObject({ ok: true });
  });

  it('and stays broken lets the viewer go after a while', async () => {
    await rig.goLive();
    const viewer = await rig.connect();
    await ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    viewer.io.reconnection(false);
    viewer.io.engine.close();
    await vi.waitFor(() => expect(rig.gateway.openLinks).toBe(1), 2_000);
    expect(rig.signaling.counts.peers).toBe(1);
  });
});
