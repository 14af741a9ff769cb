import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { LowerTier, OnDemandStream } from '../../tiers.ts';
import { Store } from '../page/store.ts';
import { FakeConnection, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { LowerTiers, scaleOf, tiersFor } from './lower-tiers.ts';

/** A sender that remembers how it was told to encode. */
class Sending {
  encoding: RTCRtpEncodingParameters;
  track: MediaStreamTrack;

  constructor(track: MediaStreamTrack, { sendEncodings }: RTCRtpTransceiverInit) {
    this.track = track;
    this.encoding = sendEncodings?.[0] ?? {};
  }

  getParameters() {
    return { encodings: [this.encoding] };
  }

  async setParameters({ encodings }: { encodings: RTCRtpEncodingParameters[] }): Promise<void> {
    this.encoding = encodings[0] ?? {};
  }

  async replaceTrack(next: MediaStreamTrack): Promise<void> {
    this.track = next;
  }
}

/** A connection that remembers its senders. */
class SendingConnection extends FakeConnection {
  readonly sent: Sending[] = [];

  override addTransceiver(...[track, init]: unknown[]) {
    const sender = new Sending(track as MediaStreamTrack, init as RTCRtpTransceiverInit);
    this.sent.push(sender);
    return { sender } as unknown as ReturnType<FakeConnection['addTransceiver']>;
  }

  /** The picture’s. */
  get encoding(): RTCRtpEncodingParameters {
    return this.sent[0]?.encoding ?? {};
  }

  get track(): MediaStreamTrack | undefined {
    return this.sent[0]?.track;
  }
}

function pictureOf(width: number, height: number): MediaStreamTrack {
  // A double has only the parts that are used.
  return { kind: 'video', getSettings: () => ({ width, height }) } as unknown as MediaStreamTrack;
}

function soundOf(contentHint: string): MediaStreamTrack {
  return { kind: 'audio', contentHint } as unknown as MediaStreamTrack;
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
  const accept = async (sdpAnswer = 'answer') => {
    for (const request of opens()) request.answer({ sdpAnswer, maxVideoKbps: 200 });
    await settle();
  };
  const want = async (...wanted: OnDemandStream[]) => {
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
  await tiers.setTracks(pictureOf(1_280, 720), null);
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

it('the light sound travels with the low tier, in long packets of few bits, while it is needed', async () => {
  const { tiers, connections, accept, want } = setUp();
  await tiers.setTracks(pictureOf(1_280, 720), soundOf('speech'));
  await accept('m=video 9 UDP 96\r\na=mid:0\r\nm=audio 9 UDP 111\r\na=ptime:20\r\na=mid:1\r\n');
  const [, low] = connections;
  expect(connections.map(({ sent }) => sent.length)).toEqual([1, 2]);
  expect(low?.sent[1]?.encoding).toEqual({ active: false, maxBitrate: 20_000 });
  await want('light-sound');
  expect(low?.sent.map(({ encoding }) => encoding.active)).toEqual([false, true]);
  const music = soundOf('music');
  await tiers.setTracks(pictureOf(1_280, 720), music);
  expect(low?.sent[1]?.track).toBe(music);
  expect(low?.sent[1]?.encoding).toEqual({ active: true, maxBitrate: 32_000 });
  await want('low');
  expect(low?.sent.map(({ encoding }) => encoding.active)).toEqual([true, false]);
  expect(low?.applied).toEqual([
    'm=video 9 UDP 96\r\na=mid:0\r\nm=audio 9 UDP 111\r\na=mid:1\r\na=ptime:60\r\na=maxptime:60\r\n',
  ]);
});

it('another picture takes the place of the present one, on the same links, in the size that suits it', async () => {
  const { tiers, signaling, connections, accept } = setUp();
  await tiers.setTracks(pictureOf(1_280, 720), null);
  await accept();
  const larger = pictureOf(1_080, 1_920);
  await tiers.setTracks(larger, null);
  expect(connections).toHaveLength(2);
  expect(connections.map(({ track, encoding }) => [track === larger, encoding.scaleResolutionDownBy])).toEqual([
    [true, 3],
    [true, 6],
  ]);
  await tiers.setTracks(pictureOf(640, 360), null);
  expect(connections.map(({ closed }) => closed)).toEqual([true, false]);
  expect(signaling.last('tier:close').body).toEqual({ tier: 'middle' });
  await tiers.setTracks(null, null);
  expect(connections.map(({ closed }) => closed)).toEqual([true, true]);
});

it('an uplink that does not bear a tier sends the smaller ones only, until it clearly does', async () => {
  const { tiers, signaling, connections, accept, withheld } = setUp();
  await tiers.setTracks(pictureOf(1_280, 720), null);
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
  await tiers.setTracks(pictureOf(640, 360), null);
  expect(withheld.get()).toEqual(['low']);
  tiers.close();
  expect(withheld.get()).toEqual([]);
});

it('a link that is lost, refused or closed by the server is opened again after some seconds', async () => {
  const { tiers, signaling, connections, opens, accept } = setUp();
  await tiers.setTracks(pictureOf(640, 360), null);
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

it('tiers that are detached go on as they are, whatever the socket says, and leave what is withheld to others', async () => {
  const { tiers, signaling, connections, opens, accept, want, withheld } = setUp();
  await tiers.setTracks(pictureOf(1_280, 720), null);
  await settle();
  await accept();
  for (const connection of connections) connection.turn('connected');
  await want('low');
  tiers.detach();
  await want();
  signaling.announce('tier:closed', { tier: 'low', error: { code: 'media-failed', message: '' } });
  await tiers.setUplink(100);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connections.map(({ encoding, closed }) => [encoding.active, closed])).toEqual([
    [false, false],
    [true, false],
  ]);
  expect(opens()).toHaveLength(2);
  withheld.set(['middle']);
  tiers.close();
  expect(connections.every(({ closed }) => closed)).toBe(true);
  expect(withheld.get()).toEqual(['middle']);
});
