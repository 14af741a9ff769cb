import { expect, test } from 'vitest';
import { startAt } from './start-bitrate.ts';

const session = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
const sound = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n';

test('each codec of the picture says where to begin, and nothing else does', () => {
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
    startAt(session + sound + picture, 1_199.6)
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

test('an answer without a picture stays as it is', () => {
  expect(startAt(session + sound, 1_200)).toBe(session + sound);
});
