import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../lib/errors.ts';
import type { Announcements, ClientToServerEvents, Reply, ServerToClientEvents } from '../lib/signaling.ts';
import { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { ScriptedGateway } from './broadcast/scripted-gateway.ts';
import { openLogger } from './logger.ts';
import { createSignalingServer, type SignalingServer } from './signaling-server.ts';

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

const key = 'correct horse battery';
const show = { key, channel: 'math-101', title: 'Sums', record: false, sdpOffer: 'v=0' };

let http: Server;
let gateway: ScriptedGateway;
let registry: BroadcastRegistry;
let signaling: SignalingServer;
let clients: Client[];
let finished: string[];

beforeEach(async () => {
  http = createServer();
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  gateway = new ScriptedGateway();
  finished = [];
  registry = new BroadcastRegistry({
    gateway,
    shelf: {
      create: async () => ({ id: 'a-recording', uri: 'file:///nowhere' }),
      finish: async (id) => void finished.push(`finished ${id}`),
      fail: async (id) => void finished.push(`failed ${id}`),
    },
    logger: openLogger('silent'),
    maxVideoKbps: 2500,
    mediaTimeoutMs: 5_000,
    presenterGraceMs: 0,
  });
  signaling = createSignalingServer({
    httpServer: http,
    registry,
    checkKey: (candidate) => candidate === key,
    logger: openLogger('silent'),
    lingerMs: 300,
    announceEveryMs: 10,
  });
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.disconnect();
  await registry.close();
  await signaling.close();
  http.close();
});

async function connect(): Promise<Client> {
  const { port } = http.address() as AddressInfo;
  const client: Client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], reconnectionDelay: 20 });
  clients.push(client);
  await new Promise<void>((resolve) => void client.once('connect', resolve));
  return client;
}

/** Sends whatever is given, right or wrong, and returns the reply. */
function ask(client: Client, event: string, body?: unknown): Promise<Reply<Record<string, unknown>>> {
  const send = client.timeout(2_000).emitWithAck as (event: string, ...body: unknown[]) => Promise<never>;
  return send.call(client.timeout(2_000), event, ...(body === undefined ? [] : [body]));
}

function next<Name extends keyof Announcements>(
  client: Client,
  event: Name,
  fits: (body: Announcements[Name]) => boolean = () => true,
): Promise<Announcements[Name]> {
  return new Promise((resolve) => {
    const listener = (body: Announcements[Name]) => {
      if (!fits(body)) return;
      client.off(event, listener as never);
      resolve(body);
    };
    client.on(event, listener as never);
  });
}

async function goLive(changes: Partial<typeof show> = {}): Promise<Client> {
  const presenter = await connect();
  const live = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'live');
  expect(await ask(presenter, 'broadcast:start', { ...show, ...changes })).toMatchObject({ ok: true });
  gateway.links.at(-1)?.listener.flowChanged('video', true);
  await live;
  return presenter;
}

describe('a show', () => {
  it('goes from start to end, and everybody hears of it', async () => {
    const early = await connect();
    expect(await ask(early, 'channel:follow', { channel: 'math-101' })).toEqual({
      ok: true,
      data: { channel: 'math-101', broadcast: null },
    });
    const lobby = await connect();
    await ask(lobby, 'lobby:follow', {});
    const listed = next(lobby, 'lobby:changed', ({ broadcasts }) => broadcasts.length === 1);
    const presenter = await goLive();
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
    await vi.waitFor(() => expect([gateway.openStages, gateway.openLinks]).toEqual([0, 0]));
  });

  it('records when asked to, and names the recording at its end', async () => {
    const presenter = await goLive({ record: true });
    const recording = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'recording');
    await vi.waitFor(() => expect(gateway.openRecorders).toBe(1));
    gateway.recorders[0]?.recording();
    await recording;
    const reply = await ask(presenter, 'broadcast:stop', {});
    expect(reply).toMatchObject({ ok: true, data: { broadcast: { recordingId: 'a-recording' } } });
    await vi.waitFor(() => expect(finished).toEqual(['finished a-recording']));
    expect(gateway.openRecorders).toBe(0);
  });

  it('goes on when its recording fails', async () => {
    const presenter = await goLive({ record: true });
    await vi.waitFor(() => expect(gateway.openRecorders).toBe(1));
    const told = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'failed');
    gateway.recorders[0]?.failed(new AppError('recording-failed', 'The disk is full.'));
    expect((await told).broadcast?.phase).toBe('live');
    await vi.waitFor(() => expect(finished).toEqual(['failed a-recording']));
  });

  it('ends when the media server is lost, and none starts until it is back', async () => {
    const presenter = await goLive();
    const over = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    registry.mediaServerLost(new AppError('media-server-unavailable', 'The media server is away.'));
    expect((await over).broadcast?.endReason).toBe('media-failed');
    const other = await connect();
    expect(await ask(other, 'broadcast:start', show)).toMatchObject({ error: { code: 'media-server-unavailable' } });
    registry.mediaServerRegained();
    expect(await ask(other, 'broadcast:start', show)).toMatchObject({ ok: true });
  });

  it('ends when no media arrives in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    try {
      const presenter = await connect();
      const closed = next(presenter, 'link:closed');
      await ask(presenter, 'broadcast:start', show);
      await vi.advanceTimersByTimeAsync(5_000);
      expect((await closed).error.code).toBe('media-never-arrived');
      expect(registry.view('math-101').broadcast).toBeNull();
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
    gateway.hold = () => opened;
    const presenter = await connect();
    const starting = ask(presenter, 'broadcast:start', show);
    const added = ask(presenter, 'candidate:add', candidate);
    const last = ask(presenter, 'candidate:add', { candidate: '' });
    open();
    expect(await Promise.all([starting, added, last])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(gateway.links[0]?.candidates.map((added) => added.candidate)).toEqual([candidate.candidate, '']);
  });

  it('are passed from the media server to the browser', async () => {
    const presenter = await goLive();
    const found = next(presenter, 'candidate:found');
    gateway.links[0]?.listener.candidateFound(candidate);
    expect(await found).toEqual(candidate);
  });

  it('for nobody are refused', async () => {
    expect(await ask(await connect(), 'candidate:add', candidate)).toMatchObject({ error: { code: 'not-joined' } });
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
    ['an offer of more than 200 kB', 'broadcast:start', { ...show, sdpOffer: 'v'.repeat(200_001) }],
    ['a candidate of more than 2 kB', 'candidate:add', { candidate: 'c'.repeat(2_001) }],
    ['a candidate with a binary field', 'candidate:add', { candidate: Buffer.from('candidate') }],
  ])('gets an error in words: %s', async (_, event, body) => {
    const reply = await ask(await connect(), event, body);
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(reply.ok ? '' : reply.error.message).toMatch(/\w{3}/);
  });

  it('without an acknowledgement does no harm', async () => {
    const client = await connect();
    const send = client.emit.bind(client) as (event: string, ...body: unknown[]) => void;
    send('broadcast:start');
    send('broadcast:stop', 'please');
    send('constructor', { a: 1 }, 2, 3);
    expect(await ask(client, 'lobby:follow', {})).toMatchObject({ ok: true });
  });

  it('that is larger than any message may be closes that socket, and no other', async () => {
    const [large, other] = [await connect(), await connect()];
    const gone = new Promise((resolve) => void large.once('disconnect', resolve));
    const send = large.emit.bind(large) as (event: string, body: unknown) => void;
    send('broadcast:start', { ...show, sdpOffer: 'v'.repeat(1_500_000) });
    await gone;
    expect(await ask(other, 'lobby:follow', {})).toMatchObject({ ok: true });
  });

  it('with the wrong key starts nothing, and leaves no trace', async () => {
    const client = await connect();
    expect(await ask(client, 'key:check', { key: 'guess' })).toMatchObject({ error: { code: 'wrong-key' } });
    expect(await ask(client, 'key:check', { key })).toEqual({ ok: true, data: {} });
    const reply = await ask(client, 'broadcast:start', { ...show, key: 'guess' });
    expect(reply).toMatchObject({ error: { code: 'wrong-key' } });
    expect(JSON.stringify(reply)).not.toContain(key);
    expect([gateway.links.length, registry.list().length]).toEqual([0, 0]);
  });

  it('of a second presenter is refused and does not touch the first', async () => {
    await goLive();
    const second = await connect();
    expect(await ask(second, 'broadcast:start', show)).toMatchObject({ error: { code: 'channel-taken' } });
    expect(registry.view('math-101').broadcast?.phase).toBe('live');
    expect(await ask(second, 'broadcast:start', { ...show, channel: 'math-102' })).toMatchObject({ ok: true });
  });

  it('of a viewer where nothing is on air, or is only starting, is refused in words', async () => {
    const viewer = await connect();
    const join = { channel: 'math-101', sdpOffer: 'v=0' };
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ error: { code: 'not-live' } });
    await ask(await connect(), 'broadcast:start', show);
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ error: { code: 'not-live' } });
    gateway.links[0]?.listener.flowChanged('audio', true);
    expect(await ask(viewer, 'viewer:join', join)).toMatchObject({ ok: true });
  });

  it('of double clicks starts and joins once', async () => {
    const presenter = await connect();
    const twice = [ask(presenter, 'broadcast:start', show), ask(presenter, 'broadcast:start', show)];
    expect(await Promise.all(twice)).toMatchObject([{ ok: true }, { error: { code: 'already-joined' } }]);
    gateway.links[0]?.listener.flowChanged('audio', true);
    const viewer = await connect();
    const join = { channel: 'math-101', sdpOffer: 'v=0' };
    const joins = [ask(viewer, 'viewer:join', join), ask(viewer, 'viewer:join', join)];
    expect(await Promise.all(joins)).toMatchObject([{ ok: true }, { error: { code: 'already-joined' } }]);
    expect(gateway.openLinks).toBe(2);
    const stops = [ask(presenter, 'broadcast:stop', {}), ask(presenter, 'broadcast:stop', {})];
    expect(await Promise.all(stops)).toMatchObject([{ ok: true }, { error: { code: 'not-joined' } }]);
  });

  it('of a media server that refuses frees the channel at once', async () => {
    gateway.hold = () => Promise.reject(new AppError('bad-offer', 'The offer cannot be read.'));
    const presenter = await connect();
    expect(await ask(presenter, 'broadcast:start', show)).toMatchObject({ error: { code: 'bad-offer' } });
    gateway.hold = async () => {};
    expect(await ask(presenter, 'broadcast:start', show)).toMatchObject({ ok: true });
  });

  it('of a bug is told neutrally', async () => {
    gateway.hold = () => Promise.reject(new TypeError('secrets of the house'));
    const reply = await ask(await connect(), 'broadcast:start', show);
    expect(reply).toMatchObject({ error: { code: 'internal' } });
    expect(JSON.stringify(reply)).not.toContain('secrets');
  });
});

describe('a page that closes', () => {
  it.each(['starting', 'joining'])('while %s leaves nothing behind', async (moment) => {
    if (moment === 'joining') await goLive();
    const before = gateway.openLinks;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    gateway.hold = () => opened;
    const client = await connect();
    const send = client.emit.bind(client) as (event: string, body: unknown) => void;
    if (moment === 'starting') send('broadcast:start', { ...show, channel: 'other' });
    else send('viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    await ask(client, 'lobby:follow', {});
    client.disconnect();
    await vi.waitFor(() => expect(signaling.counts.peers).toBe(moment === 'joining' ? 1 : 0));
    open();
    await vi.waitFor(() => expect(gateway.openLinks).toBe(before));
    expect(registry.view('other').broadcast).toBeNull();
  });

  it('ends the show of a presenter at once', async () => {
    const presenter = await goLive();
    presenter.disconnect();
    await vi.waitFor(() => expect(registry.list()).toEqual([]));
    await vi.waitFor(() => expect([gateway.openStages, gateway.openLinks]).toEqual([0, 0]));
  });
});

describe('a line that breaks', () => {
  it('and comes back in time costs nothing: the same link, and what was missed is told', async () => {
    const presenter = await goLive();
    const link = gateway.links[0];
    presenter.io.engine.close();
    link?.listener.candidateFound({ candidate: 'found while away', sdpMid: '0', sdpMLineIndex: 0 });
    expect((await next(presenter, 'candidate:found')).candidate).toBe('found while away');
    expect(presenter.recovered).toBe(true);
    expect(link?.closed).toBe(false);
    expect(await ask(presenter, 'candidate:add', { candidate: 'later' })).toMatchObject({ ok: true });
  });

  it('and stays broken lets the viewer go after a while', async () => {
    await goLive();
    const viewer = await connect();
    await ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
    viewer.io.reconnection(false);
    viewer.io.engine.close();
    await vi.waitFor(() => expect(gateway.openLinks).toBe(1), 2_000);
    expect(signaling.counts.peers).toBe(1);
  });
});
