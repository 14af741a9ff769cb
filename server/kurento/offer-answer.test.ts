import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { agreedCodecs, refusedKinds, withCodecFirst, withPorts } from './offer-answer.ts';
import { firefoxPresenterOffer } from './testing/firefox-offers.fixture.ts';
import { safariPresenterOffer } from './testing/safari-offers.fixture.ts';

function sdp(...sections: string[]) {
  return ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', ...sections, ''].join('\r\n');
}

const codecs = { audio: '111 opus/48000/2', video: '96 VP8/90000', application: '' } as const;

function section(kind: 'audio' | 'video' | 'application', direction?: string, port = 9) {
  return sectionOf(kind, [codecs[kind]], direction, port);
}

/** An m-line with these payload types in this order, each with its rtpmap; the rtpmaps are in reverse order. */
function sectionOf(kind: string, maps: readonly string[], direction?: string, port = 9) {
  const payloads = maps.map((map) => map.split(' ')[0]).join(' ');
  const lines = [`m=${kind} ${port} UDP/TLS/RTP/SAVPF ${payloads}`, 'c=IN IP4 0.0.0.0'];
  if (direction !== undefined) lines.push(`a=${direction}`);
  for (const map of maps.toReversed()) if (map.includes('/')) lines.push(`a=rtpmap:${map}`);
  return lines.join('\r\n');
}

describe('agreedCodecs', () => {
  it('names what the server receives from a presenter', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    const answer = sdp(section('audio', 'recvonly'), section('video', 'recvonly'));
    expect(agreedCodecs(offer, answer, 'receives')).toEqual({ audio: 'opus', video: 'VP8' });
  });

  it('takes the first media codec of the m-line, whatever else is in it and in whichever order', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    const video = ['97 rtx/90000', '98 red/90000', '102 H264/90000', '96 VP8/90000', '99 ulpfec/90000'];
    const answer = sdp(sectionOf('audio', ['63 red/48000/2', '0'], 'recvonly'), sectionOf('video', video, 'recvonly'));
    expect(agreedCodecs(offer, answer, 'receives')).toEqual({ audio: 'PCMU', video: 'H264' });
  });

  it('leaves out sections that are rejected, inactive or of the other direction', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    const agreed = (audio: string, video: string) => agreedCodecs(offer, sdp(audio, video), 'receives');
    expect(agreed(section('audio', 'recvonly'), section('video', 'recvonly', 0))).toEqual({ audio: 'opus' });
    expect(agreed(section('audio', 'inactive'), section('video', 'recvonly'))).toEqual({ video: 'VP8' });
    expect(agreed(section('audio', 'sendonly'), section('video', 'recvonly'))).toEqual({ video: 'VP8' });
  });

  it('treats a missing direction as both ways and knows the direction of the whole session', () => {
    const offer = sdp(section('video', 'sendrecv'));
    expect(agreedCodecs(offer, sdp(section('video')), 'receives')).toEqual({ video: 'VP8' });
    expect(agreedCodecs(offer, sdp('a=sendonly', section('video')), 'sends')).toEqual({ video: 'VP8' });
  });

  it('fails with no-common-codec if everything that was offered is rejected', () => {
    const offer = sdp(section('video', 'sendonly'));
    expect(() => agreedCodecs(offer, sdp(section('video', 'inactive')), 'receives')).toThrow(
      expect.objectContaining({ code: 'no-common-codec' }),
    );
  });

  it('fails with bad-offer if nothing was offered', () => {
    const offer = sdp(section('application'), section('video', 'recvonly'));
    expect(() => agreedCodecs(offer, sdp(section('video', 'sendonly')), 'receives')).toThrow(
      expect.objectContaining({ code: 'bad-offer' }),
    );
  });
});

describe('refusedKinds', () => {
  it('names the kinds that a viewer wanted and does not get', () => {
    const offer = sdp(section('audio', 'recvonly'), section('video', 'recvonly'));
    const refused = (video: string) => refusedKinds(offer, sdp(section('audio', 'sendonly'), video), 'sends');
    expect(refused(section('video', 'sendonly'))).toEqual([]);
    expect(refused(section('video', 'inactive'))).toEqual(['video']);
    expect(refused(section('video', 'sendonly', 0))).toEqual(['video']);
    expect(refusedKinds(sdp(section('audio', 'recvonly')), sdp(section('audio', 'sendonly')), 'sends')).toEqual([]);
  });

  it('names the kinds that a presenter offers and the media server refuses', () => {
    const offer = sdp(section('audio', 'sendonly'), section('video', 'sendonly'));
    const refused = (video: string) => refusedKinds(offer, sdp(section('audio', 'recvonly'), video), 'receives');
    expect(refused(section('video', 'recvonly'))).toEqual([]);
    expect(refused(section('video', 'recvonly', 0))).toEqual(['video']);
    expect(refusedKinds(sdp(section('audio')), sdp(section('audio')), 'receives')).toEqual([]);
  });
});

/** Each m-line's kind, port, and whether it is `bundle-only`. */
const portsOf = (sdp: string) =>
  parse(sdp).media.map(({ type, port, bundleOnly }) => [type, port, bundleOnly !== undefined]);

it('a section that Firefox offers as bundle-only gets a port, and nothing else changes', () => {
  expect(portsOf(firefoxPresenterOffer)).toEqual([
    ['audio', 9, false],
    ['video', 0, true],
  ]);
  const offer = withPorts(firefoxPresenterOffer);
  expect(portsOf(offer)).toEqual([
    ['audio', 9, false],
    ['video', 9, false],
  ]);
  const lines = (sdp: string) => sdp.split('\r\n').filter((line) => !/^(m=video|a=bundle-only)/.test(line));
  expect(lines(offer)).toEqual(lines(firefoxPresenterOffer));
});

it('a refused section stays refused', () => {
  const refused = firefoxPresenterOffer.replace('a=bundle-only\r\n', '');
  expect(withPorts(refused)).toBe(refused);
});

it.each([
  ['an offer in which all has ports', safariPresenterOffer],
  ['nothing', ''],
  ['what is no offer', 'v=0\r\nthis is not an offer\r\n'],
])('%s stays as it is', (_, sdp) => {
  expect(withPorts(sdp)).toBe(sdp);
});

describe('withCodecFirst', () => {
  const video = ['100 AV1/90000', '101 VP9/90000', '102 VP8/90000', '103 H264/90000', '104 H264/90000'];
  const offer = sdp(section('audio', 'sendonly'), sectionOf('video', video, 'sendonly'));
  const listOf = (text: string) => /^m=video .*$/m.exec(text)?.[0];

  it('puts the payload types of a codec first, and changes nothing else', () => {
    const ordered = withCodecFirst(offer, 'h264');
    expect(listOf(ordered)).toBe('m=video 9 UDP/TLS/RTP/SAVPF 103 104 100 101 102');
    expect(ordered.replace(/^m=video .*$/m, '')).toBe(offer.replace(/^m=video .*$/m, ''));
    expect(agreedCodecs(offer, withCodecFirst(offer, 'VP8').replaceAll('sendonly', 'recvonly'), 'receives')).toEqual({
      audio: 'opus',
      video: 'VP8',
    });
  });

  it('leaves a description alone that has no such codec, or if none is known', () => {
    expect(withCodecFirst(offer, 'H265')).toBe(offer);
    expect(withCodecFirst(offer, null)).toBe(offer);
  });
});
