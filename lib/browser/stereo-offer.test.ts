import { expect, test } from 'vitest';
import { offerStereo } from './stereo-offer.ts';

const sdp = (...lines: string[]) => ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63', ...lines, ''].join('\r\n');
const opus = 'a=rtpmap:111 opus/48000/2';

test('Opus is offered in stereo, beside the parameters that it has', () => {
  const offered = offerStereo(sdp(opus, 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2'));
  expect(offered).toBe(
    sdp(opus, 'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1', 'a=rtpmap:63 red/48000/2'),
  );
});

test('an answer without parameters gets them', () => {
  expect(offerStereo(sdp(opus, 'a=rtcp-mux'))).toBe(sdp(opus, 'a=fmtp:111 stereo=1;sprop-stereo=1', 'a=rtcp-mux'));
});

test('what a browser says of stereo by itself stays, and so does everything else', () => {
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
