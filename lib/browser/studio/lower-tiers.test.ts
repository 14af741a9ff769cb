import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { LowerTier } from '../../tiers.ts';
import { Store } from '../page/store.ts';
import { FakeConnection, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { LowerTiers, scaleOf, tiersFor } from './lower-tiers.ts';

/** A connection that remembers how it was told to encode. */
class SendingConnection extends FakeConnection {
  encoding: RTCRtpEncodingParameters = {};
  track: MediaStreamTrack | null = null;

  override addTransceiver(...[track, init]: unknown[]) {
    this.track = track as MediaStreamTrack;
    this.encoding = (init as RTCRtpTransceiverInit).sendEncodings?.[0] ?? {};
    const sender = {
      getParameters: () => ({ encodings: [this.encoding] }),
      setParameters: async ({ encodings }: { encodings: RTCRtpEncodingParameters[] }) => {
        this.encoding = encodings[0] ?? {};
      },
      replaceTrack: async (next: MediaStreamTrack) => {
        this.track = next;
      },
    };
    Object.defineProperty(sender, 'track', { get: () => this.track });
    return { sender } as unknown as ReturnType<FakeConnection['addTransceiver']>;
  }
}

function pictureOf(width: number, height: number): MediaStreamTrack {
  // A double has only the parts that are used.
  return { kind: 'video', getSettings: () => ({ width, height }) } as unknown as MediaStreamTrack;
}

function setUp() {
  const signaling = new FakeSignaling();
  signaling.connect();
  const connections: SendingConnection[] = [];
  const withheld = new Store<readonly LowerTier[]>([]);
  const tiers = new LowerTiers({
    signaling,
    withheld,
    createPeerConnection: () => {
      const connection = new SendingConnection();
      connections.push(connection);
      return connection.asConnection;
    },
  });
  const opens = () => signaling.seen.filter(({ name }) => name === 'tier:open');
  const accept = async () => {
    for (const request of opens()) request.answer({ sdpAnswer: 'answer', maxVideoKbps: 200 });
    await settle();
  };
  const want = async (...wanted: LowerTier[]) => {
    signaling.announce('tiers:wanted', { tiers: wanted });
    await settle();
  };
  return { tiers, signaling, connections, opens, accept, want, withheld };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the sizes of lower tiers', () => {
  it.each([
    [1_080, 3, 6],
    [720, 2, 4],
    [360, 2, 4],
    [0, 2, 4],
  ])('of a picture of %d pixels are the %dth and the %dth of it', (shortSide, middle, low) => {
    expect([scaleOf('middle', shortSide), scaleOf('low', shortSide)]).toEqual([middle, low]);
  });

  it('need no middle one for a small picture', () => {
    expect(tiersFor(360)).toEqual(['low']);
    expect(tiersFor(720)).toEqual(['middle', 'low']);
  });
});

it('each tier has a link of its own, which is silent until a viewer needs it', async () => {
  const { tiers, signaling, connections, opens, accept, want } = setUp();
  await tiers.setTrack(pictureOf(1_280, 720));
  await settle();
  expect(opens().map(({ body }) => body)).toMatchObject([{ tier: 'middle' }, { tier: 'low' }]);
  expect(signaling.last('tiers:measure').body).toEqual({ high: 720, middle: 360, low: 180 });
  await accept();
  expect(connections.map(({ encoding }) => encoding.active)).toEqual([false, false]);
  await want('low');
  expect(connections.map(({ encoding }) => encoding)).toMatchObject([
    { active: false, scaleResolutionDownBy: 2 },
    { active: true, scaleResolutionDownBy: 4, maxBitrate: 200_000 },
  ]);
  await want();
  expect(connections.map(({ encoding }) => encoding.active)).toEqual([false, false]);
});

it('another picture takes the place of the present one, on the same links, in the size that suits it', async () => {
  const { tiers, signaling, connections, accept } = setUp();
  await tiers.setTrack(pictureOf(1_280, 720));
  await accept();
  const larger = pictureOf(1_080, 1_920);
  await tiers.setTrack(larger);
  expect(connections).toHaveLength(2);
  expect(connections.map(({ track, encoding }) => [track === larger, encoding.scaleResolutionDownBy])).toEqual([
    [true, 3],
    [true, 6],
  ]);
  await tiers.setTrack(pictureOf(640, 360));
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(signaling.last('tier:close').body).toEqual({ tier: 'middle' });
  await tiers.setTrack(null);
  expect(connections.map(({ closed }) => closed)).toEqual([true, true]);
});

it('an uplink that does not bear a tier sends the smaller ones only, until it clearly does', async () => {
  const { tiers, signaling, connections, accept, withheld } = setUp();
  await tiers.setTrack(pictureOf(1_280, 720));
  await accept();
  const closed = () => connections.map((connection) => connection.closed);
  await tiers.setUplink(1_400);
  expect(closed()).toEqual([true, false]);
  expect(withheld.get()).toEqual(['middle']);
  expect(signaling.last('tiers:measure').body).toEqual({ high: 720, middle: null, low: 180 });
  await tiers.setUplink(1_600);
  expect(connections).toHaveLength(2);
  await tiers.setUplink(1_900);
  expect(closed()).toEqual([true, false, false]);
  expect(withheld.get()).toEqual([]);
  await tiers.setUplink(400);
  expect(closed()).toEqual([true, true, true]);
  expect(withheld.get()).toEqual(['middle', 'low']);
  await tiers.setTrack(pictureOf(640, 360));
  expect(withheld.get()).toEqual(['low']);
  tiers.close();
  expect(withheld.get()).toEqual([]);
});

it('a link that is lost, refused or closed by the server is opened again after some seconds', async () => {
  const { tiers, signaling, connections, opens, accept } = setUp();
  await tiers.setTrack(pictureOf(640, 360));
  await settle();
  opens()[0]?.refuse(new AppError('media-failed', 'Not now.'));
  await settle();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(opens()).toHaveLength(2);
  await accept();
  connections.at(-1)?.turn('failed');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(opens()).toHaveLength(3);
  await accept();
  signaling.announce('tier:closed', { tier: 'low', error: { code: 'media-failed', message: '' } });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(opens()).toHaveLength(4);
  tiers.close();
  expect(connections.every(({ closed }) => closed)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
