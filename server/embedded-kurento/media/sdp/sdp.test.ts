import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../../../codecs/testing/test-seed.ts';
import { NegotiationError } from '../media-types.ts';
import { chromePresenterOffer, chromeViewerOffer } from '../testing/chrome-offer.fixture.ts';
import { matchCodec } from './codec-negotiation.ts';
import { planAnswer, writeAnswer, writeTransportOffer } from './sdp-answer.ts';
import { readOffer } from './sdp-offer.ts';

const local = { iceUfrag: 'ufrag', icePwd: 'p'.repeat(22), fingerprint: 'sha-256 AA:BB' };
const streams = { cname: 'cname', ssrcs: { audio: 10, video: 20 } };
const presenterOffer = chromePresenterOffer.replaceAll('\n', '\r\n');
const viewerOffer = chromeViewerOffer.replaceAll('\n', '\r\n');

function answer(offer: string): string {
  return writeAnswer(planAnswer(readOffer(offer)), local, streams);
}

function errorOf(offer: string): NegotiationError {
  try {
    answer(offer);
  } catch (error) {
    if (error instanceof NegotiationError) return error;
  }
  throw new Error('The offer was answered');
}

describe('the answer to a browser', () => {
  it('mirrors the direction, echoes mids and protocol, and is active', () => {
    const { media, groups } = parse(answer(presenterOffer));
    expect(groups).toEqual([{ type: 'BUNDLE', mids: '0 1' }]);
    expect(media.map((section) => section.direction)).toEqual(['recvonly', 'recvonly']);
    expect(media.map((section) => String(section.mid))).toEqual(['0', '1']);
    expect(media.map((section) => section.setup)).toEqual(['active', 'active']);
    expect(media.map((section) => section.port)).toEqual([1, 1]);
    expect(media.map((section) => section.protocol)).toEqual(['UDP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVPF']);
    expect(parse(answer(viewerOffer)).media.map((section) => section.direction)).toEqual(['sendonly', 'sendonly']);
  });

  it('keeps every codec that can be forwarded, in the order of the offer, with its parameters', () => {
    const [audio, video] = parse(answer(presenterOffer)).media;
    expect(audio?.payloads).toBe('111 0 8');
    expect(video?.payloads).toBe('96 102 104 45 98');
    expect(video?.rtp.map((rtp) => rtp.codec)).toEqual(['VP8', 'H264', 'H264', 'AV1', 'VP9']);
    expect(audio?.fmtp).toEqual([{ payload: 111, config: 'minptime=10;useinbandfec=1' }]);
    expect(video?.fmtp.map((fmtp) => fmtp.payload)).toEqual([102, 104, 45, 98]);
    expect(video?.rtcpFb?.filter((feedback) => feedback.payload === 96)).toEqual([
      { payload: 96, type: 'goog-remb' },
      { payload: 96, type: 'ccm', subtype: 'fir' },
      { payload: 96, type: 'nack' },
      { payload: 96, type: 'nack', subtype: 'pli' },
    ]);
    expect(answer(presenterOffer)).not.toContain('candidate');
  });

  it('R145: repeats the offer’s parameters for stereo Opus, in both directions', () => {
    const stereo = 'minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1';
    for (const offer of [presenterOffer, viewerOffer]) {
      const { media } = parse(answer(offer.replace('minptime=10;useinbandfec=1', stereo)));
      expect(media.find(({ type }) => type === 'audio')?.fmtp).toEqual([{ payload: 111, config: stereo }]);
    }
  });

  it('R89, D31: accepts the useful header extensions with the offer’s ids, but not the rotation of pictures', () => {
    expect(presenterOffer).toContain('a=extmap:13 urn:3gpp:video-orientation');
    expect(viewerOffer).toContain('a=extmap:13 urn:3gpp:video-orientation');
    const sendTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
    const captureTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
    const [audio, video] = parse(answer(presenterOffer)).media;
    expect(audio?.ext).toEqual([{ value: 2, uri: sendTime }]);
    expect(video?.ext).toEqual([{ value: 2, uri: sendTime }]);
    expect(answer(presenterOffer.replaceAll('a=sendonly', 'a=sendrecv'))).not.toContain('orientation');
    const offer = viewerOffer.replace('a=mid:1', `a=mid:1\r\na=extmap:9/recvonly ${captureTime}`);
    // The send time of packets is not passed on to viewers.
    expect(parse(answer(offer)).media.map((media) => media.ext)).toEqual([undefined, [{ value: 9, uri: captureTime }]]);
    const strange = offer.replaceAll('a=extmap:9/', 'a=extmap:15/').replaceAll('a=extmap:2 ', 'a=extmap:300 ');
    expect(answer(strange)).not.toContain('a=extmap:');
  });

  it('R90, D32: agrees to retransmit lost audio only if the offer does', () => {
    const opus = 'a=rtcp-fb:111 transport-cc';
    expect(answer(presenterOffer)).not.toMatch(/a=rtcp-fb:111/);
    expect(answer(presenterOffer.replace(opus, `${opus}\r\na=rtcp-fb:111 nack`))).toContain('a=rtcp-fb:111 nack\r\n');
  });

  it('R91: supports a viewer that wants to measure the round trip', () => {
    expect(answer(viewerOffer)).not.toContain('rrtr');
    const vp8 = /a=rtpmap:(\d+) VP8\/90000/.exec(viewerOffer);
    const offer = viewerOffer.replace(vp8?.[0] ?? '', `${vp8?.[0]}\r\na=rtcp-fb:${vp8?.[1]} rrtr`);
    expect(answer(offer)).toContain(`a=rtcp-fb:${vp8?.[1]} rrtr\r\n`);
  });

  it('names the SSRCs that it sends with, and shows that audio and video belong together', () => {
    const [audio, video] = parse(answer(viewerOffer)).media;
    expect(audio?.ssrcs).toEqual([{ id: 10, attribute: 'cname', value: 'cname' }]);
    expect(video?.ssrcs).toEqual([{ id: 20, attribute: 'cname', value: 'cname' }]);
    expect(answer(viewerOffer)).toContain('a=msid:cname video0');
    expect(answer(presenterOffer)).not.toContain('a=msid:');
  });

  it('rejects data channels and further m-lines of a kind', () => {
    const second = presenterOffer.slice(presenterOffer.indexOf('m=video')).replace('a=mid:1', 'a=mid:2');
    const data =
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:3\r\na=sctp-port:5000\r\n';
    const offer = `${presenterOffer}${second}${data}`.replace('BUNDLE 0 1', 'BUNDLE 0 1 2 3');
    const { media, groups } = parse(answer(offer));
    expect(media.map((section) => section.port)).toEqual([1, 1, 0, 0]);
    expect(media.map((section) => String(section.mid))).toEqual(['0', '1', '2', '3']);
    expect(media[3]?.protocol).toBe('UDP/DTLS/SCTP');
    expect(groups).toEqual([{ type: 'BUNDLE', mids: '0 1' }]);
  });

  it('answers each direction separately', () => {
    const offer = presenterOffer
      .replace('a=sendonly', 'a=inactive')
      .replace(/a=sendonly(?![\s\S]*a=sendonly)/, 'a=sendrecv');
    expect(parse(answer(offer)).media.map((section) => section.direction)).toEqual(['inactive', 'sendrecv']);
  });

  it('is passive towards a peer that insists on being active', () => {
    const offer = presenterOffer.replaceAll('setup:actpass', 'setup:active');
    expect(answer(offer)).toContain('a=setup:passive');
    expect(writeTransportOffer(planAnswer(readOffer(offer)))).toContain('a=setup:active');
  });
});

describe('an offer that cannot be answered', () => {
  it('R56: has unreasonably many m-lines', () => {
    const unknown = 'm=text 9 UDP/TLS/RTP/SAVPF 99\r\n';
    expect(parse(answer(presenterOffer + unknown.repeat(62))).media).toHaveLength(64);
    expect(errorOf(presenterOffer + unknown.repeat(63))).toMatchObject({
      kurentoCode: 40201,
      message: 'More than 64 m-lines are not accepted',
    });
  });

  it('names Kurento’s codes', () => {
    expect(errorOf('')).toMatchObject({ kurentoCode: 40201, message: 'Empty offer not valid' });
    expect(errorOf(' \n')).toMatchObject({ kurentoCode: 40201, message: 'Empty offer not valid' });
    expect(errorOf('rubbish')).toMatchObject({ kurentoCode: 40201, message: 'Invalid SDP' });
    expect(errorOf('v=0\r\nrubbish')).toMatchObject({ kurentoCode: 40201, message: 'Invalid SDP' });
    expect(errorOf('v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n')).toMatchObject({ kurentoCode: 40206 });
  });

  it('names its codecs in the error', () => {
    const offer = presenterOffer
      .replaceAll(/(rtpmap:\d+ )(opus|VP8|VP9|H264|AV1|PCMU|PCMA)/g, '$1X-$2')
      .replaceAll(' 0 8 ', ' ');
    const error = errorOf(offer);
    expect(error.kurentoCode).toBe(40206);
    expect(error.message).toContain('X-opus');
    expect(error.message).toContain('X-VP8');
  });

  it('is refused without usable ICE credentials or fingerprint', () => {
    expect(errorOf(presenterOffer.replaceAll(/a=ice-pwd:.*/g, 'a=ice-pwd:short'))).toMatchObject({
      kurentoCode: 40206,
    });
    expect(errorOf(presenterOffer.replaceAll(/a=fingerprint:.*/g, 'a=fingerprint:sha-256 AA'))).toMatchObject({
      kurentoCode: 40206,
    });
  });

  it.each([
    ['a codec', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:63 5/48000/2'],
    ['a parameter', 'a=fmtp:102 level-asymmetry-allowed=1', 'a=fmtp:102 5\r\na=fmtp:102 level-asymmetry-allowed=1'],
    ['a protocol', 'm=audio 9 UDP/TLS/RTP/SAVPF', 'm=audio 9 5'],
    ['a kind of media', 'm=audio 9', 'm=5 9'],
    ['a role', 'a=setup:actpass', 'a=setup:5'],
  ])('R56: treats %s as text although it looks like a number', (_what, given, changed) => {
    expect(presenterOffer).toContain(given);
    const plan = planAnswer(readOffer(presenterOffer.replace(given, changed)));
    for (const { media } of plan.active) {
      for (const codec of media.codecs) expect(matchCodec(codec, media.codecs)).not.toBeNull();
    }
    expect(parse(writeAnswer(plan, local, streams)).media).toHaveLength(2);
  });

  it('fails only with a NegotiationError', () => {
    const next = randomNumbers(11);
    const lines = presenterOffer.split('\r\n');
    for (let round = 0; round < 1000; round += 1) {
      const mangled = lines.map((line) => {
        const luck = next();
        if (luck < 0.02) return '';
        if (luck < 0.05) return line.slice(0, Math.floor(next() * line.length));
        if (luck < 0.07) return line + String.fromCharCode(33 + Math.floor(next() * 90));
        if (luck < 0.09) return line.replace(/\d+/, () => String(Math.floor(next() * 1e6) - 10));
        return line;
      });
      try {
        answer(mangled.join('\r\n'));
      } catch (error) {
        expect(error).toBeInstanceOf(NegotiationError);
      }
    }
  });
});

describe('matchCodec', () => {
  const h264 = (payloadType: number, fmtp: string) => ({
    name: 'H264',
    clockRate: 90_000,
    channels: 1,
    fmtp,
    payloadType,
  });

  it('matches by H264 profile and packetization mode', () => {
    const offered = [
      h264(1, 'packetization-mode=0;profile-level-id=42e01f'),
      h264(2, 'packetization-mode=1;profile-level-id=64001f'),
      h264(3, 'level-asymmetry-allowed=1; packetization-mode=1; profile-level-id=42E034'),
    ];
    expect(matchCodec(h264(9, 'packetization-mode=1;profile-level-id=42e01f'), offered)?.payloadType).toBe(3);
    expect(matchCodec(h264(9, 'packetization-mode=1;profile-level-id=42001f'), offered)?.payloadType).toBe(3);
    expect(matchCodec(h264(9, 'profile-level-id=42e01f'), offered)?.payloadType).toBe(1);
  });

  it('does not mix up VP9 profiles, nor codecs', () => {
    const vp9 = { name: 'VP9', clockRate: 90_000, channels: 1, fmtp: 'profile-id=2', payloadType: 100 };
    expect(matchCodec({ ...vp9, fmtp: '' }, [vp9])).toBeNull();
    expect(matchCodec({ ...vp9, name: 'VP8' }, [vp9])).toBeNull();
  });
});
