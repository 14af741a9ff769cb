import { describe, expect, it } from 'vitest';
import { chromePresenterOffer } from '../testing/chrome-offer.fixture.ts';
import { sortByPreference } from './codec-negotiation.ts';
import { orderLikeAnswer, readOffer } from './sdp-offer.ts';
import { offeredCodecs } from './sdp-own-offer.ts';

/** The offer of a Kurento with its default configuration. */
const kurentoOffer = [
  'v=0',
  'o=- 4004934336 4004934336 IN IP4 127.0.0.1',
  's=Kurento Media Server',
  't=0 0',
  'm=audio 22606 RTP/AVPF 96 0',
  'a=rtpmap:96 opus/48000/2',
  'm=video 29100 RTP/AVPF 105 106 107 108 109',
  ...['105 H265', '106 AV1', '107 VP9', '108 VP8', '109 H264'].map((codec) => `a=rtpmap:${codec}/90000`),
  '',
].join('\r\n');

const orders = (text: string, wanted: string | null) =>
  orderLikeAnswer(readOffer(text), wanted).medias.map(({ codecs }) => codecs.map(({ name }) => name));

describe('the order of codecs', () => {
  it('R165: in the answer to a media server is the one that browsers prefer', () => {
    expect(orders(kurentoOffer, null)).toEqual([
      ['opus', 'PCMU'],
      ['VP8', 'H264', 'VP9', 'AV1'],
    ]);
    expect(orders(kurentoOffer, 'H264')[1]).toEqual(['H264', 'VP8', 'VP9', 'AV1']);
  });

  it('R165: of a browser is kept, unless the client wants another one', () => {
    const offered = readOffer(chromePresenterOffer).medias.map(({ codecs }) => codecs.map(({ name }) => name));
    expect(orders(chromePresenterOffer, null)).toEqual(offered);
    expect(offered[1]?.[0]).toBe('VP8');
    expect(orders(chromePresenterOffer, 'H264')[1]?.slice(0, 3)).toEqual(['H264', 'H264', 'VP8']);
  });

  it('R61: in our own offers does not change the payload types of the codecs', () => {
    const offered = sortByPreference(offeredCodecs.video, null);
    expect(offered.map(({ name, payloadType }) => [name, payloadType])).toEqual([
      ['VP8', 102],
      ['H264', 103],
      ['VP9', 101],
      ['AV1', 100],
    ]);
  });
});
