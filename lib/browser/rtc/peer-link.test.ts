import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { IceServersHint } from '../../page-headers.ts';
import { FakeConnection, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { PeerLink } from './peer-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(iceServers: IceServersHint = 'none') {
  const signaling = new FakeSignaling();
  signaling.connect();
  const connection = new FakeConnection();
  const events = { onConnected: vi.fn(), onLost: vi.fn() };
  const link = new PeerLink(signaling, connection.asConnection, events, {
    timeouts: { connectMs: 1_000, disconnectedMs: 500 },
    iceServers,
  });
  const join = () => link.negotiate((sdpOffer) => signaling.request('viewer:join', { channel: 'math-101', sdpOffer }));
  return { signaling, connection, events, link, join };
}

test('our candidates wait until the request is sent, and not for its reply', async () => {
  const { signaling, connection, link, join } = setUp();
  const joining = join();
  connection.find('early');
  expect(signaling.seen).toEqual([]);
  await settle();
  connection.find('late');
  expect(signaling.seen.map(({ name }) => name)).toEqual(['viewer:join', 'candidate:add', 'candidate:add']);
  expect(signaling.seen[1]?.body).toEqual({ candidate: 'early', sdpMid: '0', sdpMLineIndex: 0 });
  link.close();
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await expect(joining).rejects.toMatchObject({ code: 'connection-lost' });
});

test('an offer that was made in advance is sent, with the candidates that were found meanwhile', async () => {
  const { signaling, connection, link, join } = setUp();
  link.prepare();
  await settle();
  connection.find('early');
  connection.offer = 'another offer';
  expect(signaling.seen).toEqual([]);
  const joining = join();
  await settle();
  expect(signaling.seen.map(({ body }) => body)).toMatchObject([{ sdpOffer: 'offer' }, { candidate: 'early' }]);
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await joining;
  expect(connection.applied).toEqual(['answer']);
});

describe('where the server grants ICE servers', () => {
  const iceServers = [{ urls: ['turn:turn.example.org'], username: '1:ann', credential: 'secret' }];

  test('no candidates are gathered before they are granted, and the answer is not waited for', async () => {
    const { signaling, connection, link, join } = setUp('granted');
    link.prepare();
    await settle();
    expect(connection.localDescription).toBeNull();
    const joining = join();
    await settle();
    expect(signaling.last('viewer:join').body).toMatchObject({ sdpOffer: 'offer' });
    expect(connection.localDescription).toBeNull();
    signaling.announce('ice-servers:granted', { iceServers });
    expect(connection.configuration).toEqual({ bundlePolicy: 'max-bundle', iceServers });
    await settle();
    expect(connection.localDescription).not.toBeNull();
    signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
    await joining;
    expect(connection.applied).toEqual(['answer']);
  });

  test('a server that grants none after all is not waited for', async () => {
    const { signaling, connection, join } = setUp('granted');
    const joining = join();
    await settle();
    signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
    await joining;
    expect(connection.localDescription).not.toBeNull();
    expect(connection.applied).toEqual(['answer']);
  });

  test('a browser that refuses their addresses connects without them', async () => {
    const { signaling, connection, join } = setUp('granted');
    connection.setConfiguration = () => {
      throw new SyntaxError('This is not a URL.');
    };
    const joining = join();
    await settle();
    signaling.announce('ice-servers:granted', { iceServers });
    signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
    await joining;
    expect(connection.applied).toEqual(['answer']);
  });

  test('a refusal is reported, and gathers nothing', async () => {
    const { signaling, connection, join } = setUp('granted');
    const joining = join();
    await settle();
    signaling.last('viewer:join').refuse(new AppError('not-live', 'There is no show.'));
    await expect(joining).rejects.toMatchObject({ code: 'not-live' });
    expect(connection.localDescription).toBeNull();
  });
});

test('the server’s candidates wait until the answer is applied', async () => {
  const { signaling, connection, join } = setUp();
  const joining = join();
  await settle();
  signaling.announce('candidate:found', { candidate: 'overtook', sdpMid: '0', sdpMLineIndex: 0 });
  expect(connection.applied).toEqual([]);
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await joining;
  signaling.announce('candidate:found', { candidate: 'after', sdpMid: '0', sdpMLineIndex: 0 });
  expect(connection.applied).toEqual(['answer', 'overtook', 'after']);
});

test('candidates that are found while the socket is down are sent when it is recovered', async () => {
  const { signaling, connection, join } = setUp();
  join().catch(() => undefined);
  await settle();
  signaling.disconnect();
  connection.find('meanwhile');
  expect(signaling.count('candidate:add')).toBe(0);
  signaling.connect(true);
  expect(signaling.count('candidate:add')).toBe(1);
});

test('a link that does not connect in time is lost, once, and closed', async () => {
  const { connection, events, join } = setUp();
  join().catch(() => undefined);
  await settle();
  vi.advanceTimersByTime(1_000);
  connection.turn('failed');
  expect(events.onLost).toHaveBeenCalledTimes(1);
  expect(connection.closed).toBe(true);
});

test('a link that was negotiated and never worked suggests a firewall', async () => {
  const { signaling, connection, events, join } = setUp();
  const joining = join();
  await settle();
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await joining;
  connection.turn('failed');
  expect(events.onLost).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'media-never-arrived' }));
});

test('a link that worked and breaks, as when the Wi-Fi changes, blames no firewall', async () => {
  const { signaling, connection, events, join } = setUp();
  const joining = join();
  await settle();
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await joining;
  connection.turn('connected');
  connection.turn('disconnected');
  vi.advanceTimersByTime(500);
  expect(events.onLost).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'media-interrupted' }));
});

test('a link whose request the server never answered blames the connection to the server', async () => {
  const { events, join } = setUp();
  join().catch(() => undefined);
  await settle();
  vi.advanceTimersByTime(1_000);
  expect(events.onLost).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'connection-lost' }));
});

test('the round trip is that of the selected pair, not of another that was nominated', async () => {
  const { connection, link } = setUp();
  const pair = (id: string, currentRoundTripTime: number) => ({
    id,
    type: 'candidate-pair',
    nominated: true,
    currentRoundTripTime,
  });
  const entries = [{ id: 'T', type: 'transport', selectedCandidatePairId: 'new' }, pair('new', 0.02), pair('old', 0.9)];
  connection.getStats = async () => new Map<string, object>(entries.map((entry) => [entry.id, entry]));
  expect((await link.received()).roundTripMs).toBe(20);
});

test('a link that recovers within the timeout is not lost', async () => {
  const { connection, events, join } = setUp();
  join().catch(() => undefined);
  await settle();
  connection.turn('connected');
  connection.turn('disconnected');
  vi.advanceTimersByTime(400);
  connection.turn('connected');
  vi.advanceTimersByTime(5_000);
  expect(events.onConnected).toHaveBeenCalledTimes(2);
  expect(events.onLost).not.toHaveBeenCalled();
});

test('a browser that accepts only its own offer connects with that', async () => {
  const { signaling, connection, join } = setUp();
  const own = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\n';
  connection.offer = own;
  connection.isStrict = true;
  const joining = join();
  await settle();
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await joining;
  expect(connection.localDescription?.sdp).toBe(own);
  expect(connection.applied).toEqual(['answer']);
});

test('any offer also asks to learn the round trip', async () => {
  const { signaling, connection, join } = setUp();
  connection.offer = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=recvonly\r\na=rtpmap:96 VP8/90000\r\n';
  void join();
  await settle();
  expect(signaling.last('viewer:join').body).toMatchObject({ sdpOffer: `${connection.offer}a=rtcp-fb:96 rrtr\r\n` });
});

test('the request does not wait until the local description is applied, and the answer does', async () => {
  const { signaling, connection, join } = setUp();
  let ready = (): void => expect.unreachable('the local description was not set');
  connection.setLocalDescription = () => new Promise<void>((resolve) => (ready = resolve));
  const joining = join();
  await settle();
  signaling.last('viewer:join').answer({ sdpAnswer: 'answer' });
  await settle();
  expect(connection.applied).toEqual([]);
  ready();
  await joining;
  expect(connection.applied).toEqual(['answer']);
});
