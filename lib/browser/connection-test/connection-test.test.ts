import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeConnection, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { ConnectionTest } from './connection-test.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', class {});
  vi.stubGlobal('MediaStream', class {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a link that breaks during the test is reported as an interruption, and not as a slow network', async () => {
  const signaling = new FakeSignaling();
  signaling.connected = true;
  const connection = new FakeConnection();
  const connectionTest = new ConnectionTest({
    connectSignaling: () => signaling,
    createConnection: () => connection.asConnection,
    times: { growMs: 1_000, measureMs: 1_000 },
  });
  // The part of a stream that is used; it has nothing to measure.
  connectionTest.start({ getTracks: () => [], getAudioTracks: () => [] } as unknown as MediaStream);
  await settle();
  signaling.last('test:start').answer({ sdpAnswer: 'answer', maxVideoKbps: 2_500 });
  await settle();
  connection.turn('connected');
  await settle();
  expect(connectionTest.state.get().phase).toBe('running');
  connection.turn('failed');
  await settle();
  expect(connectionTest.state.get()).toMatchObject({ phase: 'failed', error: { code: 'media-interrupted' } });
});
