import { Audio, PeerConnection, Video } from 'node-datachannel';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import type { MediaKind } from '../broadcast/media-gateway.ts';
import type { ContractRig } from './testing/contract-rig.ts';
import { firefoxPresenterOffer, firefoxViewerOffer } from './testing/firefox-offers.fixture.ts';
import { safariPresenterOffer, safariViewerOffer } from './testing/safari-offers.fixture.ts';

/** Replaces the video codecs with one that none of our media servers accepts. */
const unknownCodec = (sdp: string) => sdp.replaceAll(/^(a=rtpmap:\d+) (?:VP8|VP9|H264|H265|AV1|rtx)\//gm, '$1 theora/');

/** The part of the contract about the offers of various browsers; `rig` returns the rig of the current test. */
export function describeOffers(rig: () => ContractRig): void {
  describe('offers', () => {
    it.each([
      ['Firefox', firefoxPresenterOffer, 'VP8'],
      ['Safari', safariPresenterOffer, 'H264'],
      ['node-datachannel', dataChannelOffer('SendOnly'), 'VP8'],
    ])('media that %s offers to send is accepted, over one transport', async (_, sdpOffer, video) => {
      const { listener, unplayable } = listen();
      const pipeline = await rig().openPipeline();
      const link = await pipeline.connectPresenter({ sdpOffer, maxVideoKbps: 1_000, listener });
      expect(link.codecs).toEqual({ audio: 'opus', video });
      expect(wayOf(link.sdpAnswer)).toEqual({ audio: 'recvonly', video: 'recvonly' });
      expect(unplayable).toEqual([]);
    });

    it.each([
      ['Firefox', firefoxViewerOffer],
      ['Safari', safariViewerOffer],
      ['node-datachannel', dataChannelOffer('RecvOnly')],
    ])('media that %s wants to receive is sent, over one transport', async (_, sdpOffer) => {
      const { listener, unplayable } = listen();
      const pipeline = await rig().openPipeline();
      const link = await pipeline.connectViewer({ sdpOffer, maxVideoKbps: 1_000, listener });
      expect(wayOf(link.sdpAnswer)).toEqual({ audio: 'sendonly', video: 'sendonly' });
      expect(unplayable).toEqual([]);
    });

    it.each([
      ['a presenter', firefoxPresenterOffer],
      ['a presenter', safariPresenterOffer],
      ['a viewer', firefoxViewerOffer],
      ['a viewer', safariViewerOffer],
    ])('%s whose picture is refused for lack of a codec is notified by the time of the answer', async (who, offer) => {
      const { listener, unplayable } = listen();
      const pipeline = await rig().openPipeline();
      const request = { sdpOffer: unknownCodec(offer), maxVideoKbps: 1_000, listener };
      if (who === 'a viewer') await pipeline.connectViewer(request);
      else expect((await pipeline.connectPresenter(request)).codecs).toEqual({ audio: 'opus' });
      expect(unplayable).toEqual(['video']);
    });
  });
}

function listen() {
  const unplayable: MediaKind[] = [];
  const listener = {
    candidateFound() {},
    flowChanged() {},
    unplayable: (kind: MediaKind) => unplayable.push(kind),
    failed() {},
  };
  return { unplayable, listener };
}

/** The direction of each accepted kind; checks that all go over the one transport of the bundle. */
function wayOf(sdpAnswer: string): Record<string, string | undefined> {
  const { media, groups = [], iceUfrag } = parse(sdpAnswer);
  const bundled = groups.filter(({ type }) => type === 'BUNDLE').flatMap(({ mids }) => String(mids).split(' '));
  const accepted = media.filter(({ port, type }) => port !== 0 && type !== 'application');
  for (const { mid } of accepted) expect(bundled).toContain(String(mid));
  expect(new Set(accepted.map((one) => one.iceUfrag ?? iceUfrag)).size).toBe(1);
  return Object.fromEntries(accepted.map(({ type, direction }) => [type, direction]));
}

/** The library's own offer: with candidates in it, and a data channel in addition to the media. */
function dataChannelOffer(direction: 'SendOnly' | 'RecvOnly'): string {
  const connection = new PeerConnection('offer', { iceServers: [], disableAutoNegotiation: true });
  const audio = new Audio('audio', direction);
  audio.addOpusCodec(111);
  const video = new Video('video', direction);
  video.addVP8Codec(96);
  video.addH264Codec(102, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
  if (direction === 'SendOnly') {
    audio.addSSRC(3_000_000_001, 'offer', 'stream', 'sound');
    video.addSSRC(3_000_000_002, 'offer', 'stream', 'picture');
  }
  // The library releases a track that nothing references.
  const held = [connection.addTrack(audio), connection.addTrack(video), connection.createDataChannel('notes')];
  connection.setLocalDescription('offer');
  const sdp = connection.localDescription()?.sdp ?? '';
  for (const one of held) one.close();
  connection.close();
  return sdp;
}
