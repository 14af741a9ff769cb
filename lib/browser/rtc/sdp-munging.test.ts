import { describe, expect, it, test } from 'vitest';
import { offerFeedback, offerStereo, offerWithoutRotation, startAt } from './sdp-munging.ts';

const sdp = (...lines: string[]) => ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63', ...lines, ''].join('\r\n');
const opus = 'a=rtpmap:111 opus/48000/2';

test('Opus is offered in stereo, in addition to its existing parameters', () => {
  const offered = offerStereo(sdp(opus, 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2'));
  expect(offered).toBe(
    sdp(opus, 'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1', 'a=rtpmap:63 red/48000/2'),
  );
});

test('an answer without parameters gets them', () => {
  expect(offerStereo(sdp(opus, 'a=rtcp-mux'))).toBe(sdp(opus, 'a=fmtp:111 stereo=1;sprop-stereo=1', 'a=rtcp-mux'));
});

test('a browser’s own stereo parameters are kept, and so is everything else', () => {
  const whole = sdp(opus, 'a=fmtp:111 stereo=0;sprop-stereo=1');
  expect(offerStereo(whole)).toBe(whole);
  const video = 'v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n';
  expect(offerStereo(video)).toBe(video);
});

test('each section has its own parameters', () => {
  const section = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', opus, ''].join('\r\n');
  const wanted = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', opus, 'a=fmtp:111 stereo=1;sprop-stereo=1', ''].join('\r\n');
  expect(offerStereo(section + section)).toBe(wanted + wanted);
});

const session = 'v=0\r\ns=-\r\n';
const audio = (direction: string) =>
  `m=audio 9 UDP/TLS/RTP/SAVPF 111 13\r\na=${direction}\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:13 CN/8000\r\n`;
const video = (direction: string) =>
  `m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\na=${direction}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=rtpmap:98 VP9/90000\r\n`;

test('a receiver offers to learn the round trip, and to request retransmissions of sound', () => {
  const offer = offerFeedback(session + audio('recvonly') + video('recvonly'));
  const sound = `${audio('recvonly')}a=rtcp-fb:111 nack\r\na=rtcp-fb:111 rrtr\r\n`;
  const picture = `${video('recvonly')}a=rtcp-fb:96 rrtr\r\na=rtcp-fb:98 rrtr\r\n`;
  expect(offer).toBe(session + sound + picture);
});

test('a sender knows the round trip anyway, and offers nothing more', () => {
  const offer = session + audio('sendonly') + video('sendonly');
  expect(offerFeedback(offer)).toBe(offer);
});

test('a text that is not a description is not changed', () => {
  expect(offerFeedback('offer')).toBe('offer');
});

describe('an offer of upright pictures', () => {
  it('does not offer the orientation extension, and keeps everything else', () => {
    const before =
      'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n';
    const after = 'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\n';
    for (const line of ['a=extmap:13 urn:3gpp:video-orientation', 'a=extmap:4/sendonly urn:3gpp:video-orientation 7']) {
      expect(offerWithoutRotation(`${before}${line}\r\n${after}`)).toBe(before + after);
      expect(offerWithoutRotation(`${before}${line}`)).toBe(before);
    }
    expect(offerWithoutRotation(before + after)).toBe(before + after);
  });
});

const sessionPart = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
const sound = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n';

test('each video codec has the initial bitrate, and nothing else does', () => {
  const picture = [
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 nack',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:102 H264/90000',
    'a=fmtp:102 packetization-mode=1',
    '',
  ].join('\r\n');
  expect(
    startAt(sessionPart + sound + picture, 1_199.6)
      .split('\r\n')
      .slice(7),
  ).toEqual([
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102',
    'a=rtpmap:96 VP8/90000',
    'a=fmtp:96 x-google-start-bitrate=1200',
    'a=rtcp-fb:96 nack',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'a=rtpmap:102 H264/90000',
    'a=fmtp:102 packetization-mode=1;x-google-start-bitrate=1200',
    '',
  ]);
});

test('an answer without video is not changed', () => {
  expect(startAt(sessionPart + sound, 1_200)).toBe(sessionPart + sound);
});
