import { expect, test } from 'vitest';
import type { EmbedOrigins } from '../../embed-api.ts';
import { broadcastView } from '../testing/signaling-doubles.ts';
import { EmbedBridge, embedStateOf } from './embed-bridge.ts';

const school = 'https://school.example';
const now = { state: 'waiting', playback: 'starting', muted: true, volume: 1 } as const;

/** A player in a host page of `origin`; `null` if the browser does not reveal it. */
function setUp(origins: EmbedOrigins, origin: string | null) {
  const posted: { to: string; event: string; state: string }[] = [];
  const done: string[] = [];
  const page = { send: (_data: unknown, _origin: string): void => expect.unreachable('there is no listener') };
  const bridge = new EmbedBridge({
    channel: 'math-101',
    origins,
    player: {
      play: () => done.push('play'),
      pause: () => done.push('pause'),
      setMuted: (muted) => done.push(muted ? 'mute' : 'unmute'),
      setVolume: (volume) => done.push(`volume ${volume}`),
    },
    host: {
      origin,
      ownOrigin: 'https://rostrum.example',
      post: ({ event, state }, to) => posted.push({ to, event, state }),
      listen: (onMessage) => {
        page.send = onMessage;
        return () => {
          page.send = () => undefined;
        };
      },
    },
  });
  const command = (name: string, more: object = {}, from = school) =>
    page.send({ target: 'rostrum', command: name, ...more }, from);
  return { bridge, posted, done, command };
}

test('it reports that it is ready, and then each change once', () => {
  const { bridge, posted } = setUp([school], school);
  bridge.update(now);
  bridge.open(now);
  bridge.update({ ...now });
  bridge.update({ ...now, state: 'live' });
  bridge.update({ ...now, state: 'live', playback: 'playing' });
  bridge.update({ ...now, state: 'live', playback: 'playing', muted: false });
  expect(posted).toEqual([
    { to: school, event: 'ready', state: 'waiting' },
    { to: school, event: 'state', state: 'live' },
    { to: school, event: 'state', state: 'live' },
    { to: school, event: 'state', state: 'live' },
  ]);
});

test('it executes the commands of an allowed page until it is closed', () => {
  const { bridge, posted, done, command } = setUp([school], school);
  bridge.open(now);
  command('unmute');
  command('set-volume', { volume: 0.25 });
  command('mute');
  command('pause');
  command('play');
  command('request-state');
  expect(done).toEqual(['unmute', 'volume 0.25', 'mute', 'pause', 'play']);
  expect(posted.map(({ event }) => event)).toEqual(['ready', 'state']);
  bridge.close();
  command('mute');
  bridge.update({ ...now, state: 'ended' });
  expect(done).toHaveLength(5);
  expect(posted).toHaveLength(2);
});

test('it neither sends to nor listens to a page that is not allowed', () => {
  const { bridge, posted, done, command } = setUp([school], 'https://stranger.example');
  bridge.open(now);
  command('unmute', {}, 'https://stranger.example');
  command('unmute', {}, 'null');
  expect(posted).toEqual([]);
  expect(done).toEqual([]);
});

test('if it does not know its host page, it addresses only the allowed origins', () => {
  const some = setUp([school], null);
  some.bridge.open(now);
  expect(some.posted.map(({ to }) => to)).toEqual(['https://rostrum.example', school]);
  const all = setUp('*', null);
  all.bridge.open(now);
  expect(all.posted.map(({ to }) => to)).toEqual(['*']);
});

test('pages of this site may always embed it', () => {
  const { bridge, posted, done, command } = setUp([], 'https://rostrum.example');
  bridge.open(now);
  command('mute', {}, 'https://rostrum.example');
  expect(posted).toHaveLength(1);
  expect(done).toEqual(['mute']);
});

test('a viewer’s states have five names', () => {
  const broadcast = broadcastView();
  const away = broadcastView({ phase: 'interrupted' });
  // The stream is only passed on.
  const stream = {} as MediaStream;
  expect(embedStateOf({ phase: 'idle' })).toBe('waiting');
  expect(embedStateOf({ phase: 'waiting', broadcast: null })).toBe('waiting');
  expect(embedStateOf({ phase: 'waiting', broadcast: away })).toBe('interrupted');
  expect(embedStateOf({ phase: 'connecting', broadcast })).toBe('waiting');
  expect(embedStateOf({ phase: 'live', broadcast, stream })).toBe('live');
  expect(embedStateOf({ phase: 'live', broadcast: away, stream })).toBe('interrupted');
  expect(embedStateOf({ phase: 'reconnecting', broadcast, stream, error: null })).toBe('interrupted');
  expect(embedStateOf({ phase: 'ended', broadcast })).toBe('ended');
  expect(embedStateOf({ phase: 'failed', error: { code: 'internal', message: '' } })).toBe('failed');
});
