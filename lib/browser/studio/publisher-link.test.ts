import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { LowerTier } from '../../tiers.ts';
import { Store } from '../page/store.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { plan } from '../testing/publisher-doubles.ts';
import { broadcastView, FakeConnection, FakeSignaling, fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { PublisherLink } from './publisher-link.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const told: string[] = [];
  const connection = new FakeConnection();
  /** All connections that were made; tests that need one more prepare it. */
  const connections = [connection];
  const unused = [...connections];
  const link = new PublisherLink(
    {
      createPeerConnection: () => (unused.shift() ?? another()).asConnection,
      uplink: new UplinkMemory(fakeStorage),
      withheldTiers: new Store<readonly LowerTier[]>([]),
    },
    {
      onAsked: () => told.push('asked'),
      onAccepted: () => told.push('accepted'),
      onAcceptedLate: () => told.push('accepted late'),
      onRefused: () => told.push('refused'),
      onConnected: () => told.push('connected'),
      onLost: ({ code }) => told.push(code),
    },
  );
  function another() {
    const made = new FakeConnection();
    connections.push(made);
    return made;
  }
  const signaling = new FakeSignaling();
  signaling.connect();
  /** Asks to start a show, without any track. */
  const open = async () => {
    // A double has only the parts that are used.
    link.open(
      signaling,
      { getTracks: () => [], getVideoTracks: () => [], getAudioTracks: () => [] } as unknown as MediaStream,
      {
        phase: 'about-to-start',
        plan,
      },
    );
    await settle();
  };
  const accept = async () => {
    const reply = { broadcast: broadcastView(), sdpAnswer: 'answer', maxVideoKbps: 2_500, resumeToken: 'token' };
    signaling.last('broadcast:start').answer(reply);
    await settle();
  };
  return { link, connection, connections, signaling, told, open, accept };
}

test('a link is requested, accepted, and measured until it is closed', async () => {
  const { link, connection, told, open, accept } = setUp();
  await open();
  await accept();
  connection.turn('connected');
  expect(told).toEqual(['asked', 'accepted', 'connected']);
  expect(vi.getTimerCount()).toBe(1);
  link.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('a link that is closed while its answer is being applied is not measured', async () => {
  const { link, connection, told, open, accept } = setUp();
  vi.spyOn(connection, 'setRemoteDescription').mockImplementation(() => {
    link.close();
    return Promise.resolve();
  });
  await open();
  await accept();
  expect(told).toEqual(['asked', 'accepted']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a reply is late once the link was closed, and ignored once the socket was left', async () => {
  const closed = setUp();
  await closed.open();
  closed.link.close();
  await closed.accept();
  expect(closed.told).toEqual(['asked', 'accepted late']);

  const left = setUp();
  await left.open();
  left.link.leave();
  await left.accept();
  expect(left.told).toEqual(['asked']);
});

test('kinds that the media server does not accept are known until the next link, or until the socket is left', async () => {
  const { link, signaling, open } = setUp();
  await open();
  signaling.announce('link:narrowed', { unplayable: ['video'] });
  link.close();
  expect([...link.refusedKinds]).toEqual(['video']);
  await open();
  expect([...link.refusedKinds]).toEqual([]);
  signaling.announce('link:narrowed', { unplayable: ['audio'] });
  link.leave();
  signaling.announce('link:narrowed', { unplayable: ['video'] });
  expect([...link.refusedKinds]).toEqual([]);
});

test('a link that is set aside goes on until another one has carried the media for a moment', async () => {
  const { link, connections, signaling, told, open, accept } = setUp();
  expect(link.setAside()).toBe(false);
  await open();
  await accept();
  const [former] = connections;
  former?.turn('connected');
  expect(link.setAside()).toBe(true);
  await open();
  expect(link.setAside()).toBe(false);
  // What the server says now is about the new link.
  signaling.announce('candidate:found', { candidate: 'new', sdpMid: '0', sdpMLineIndex: 0 });
  await accept();
  expect(connections.map(({ applied }) => applied.includes('new'))).toEqual([false, true]);
  connections[1]?.turn('connected');
  expect(connections.map(({ closed }) => closed)).toEqual([false, false]);
  vi.advanceTimersByTime(2_000);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(told).toEqual(['asked', 'accepted', 'connected', 'asked', 'accepted', 'connected']);
  link.close();
  expect(connections.map(({ closed }) => closed)).toEqual([true, true]);
});

test('a link that outlives its server goes on until another one was connected for some seconds, whatever fails before', async () => {
  const { link, connections, signaling, told, open, accept } = setUp();
  expect(link.outlive()).toBe(false);
  await open();
  await accept();
  connections[0]?.turn('connected');
  expect(link.outlive()).toBe(true);
  link.leave();
  await open();
  signaling.last('broadcast:start').refuse(new AppError('cluster-unavailable', 'Not yet.'));
  await settle();
  expect(connections.map(({ closed }) => closed)).toEqual([false, true]);
  await open();
  signaling.announce('candidate:found', { candidate: 'new', sdpMid: '0', sdpMLineIndex: 0 });
  await accept();
  expect(connections.map(({ applied }) => applied.includes('new'))).toEqual([false, false, true]);
  connections[2]?.turn('connected');
  vi.advanceTimersByTime(7_900);
  expect(connections.map(({ closed }) => closed)).toEqual([false, true, false]);
  vi.advanceTimersByTime(100);
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, false]);
  expect(told.slice(3)).toEqual(['asked', 'refused', 'cluster-unavailable', 'asked', 'accepted', 'connected']);
  link.close();
});

test('a link outlives several servers, and ends with the show', async () => {
  const { link, connections, open, accept } = setUp();
  await open();
  await accept();
  connections[0]?.turn('connected');
  link.outlive();
  await open();
  // The next server stops before the new link is connected.
  expect(link.outlive()).toBe(true);
  expect(connections.map(({ closed }) => closed)).toEqual([false, true]);
  await open();
  await accept();
  connections[2]?.turn('connected');
  // And one more, which has a link: that is the one that goes on.
  expect(link.outlive()).toBe(true);
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, false]);
  link.close();
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, true]);
});
