import { expect, test } from 'vitest';
import { offerFeedback } from './received-feedback.ts';

const session = 'v=0\r\ns=-\r\n';
const audio = (direction: string) =>
  `m=audio 9 UDP/TLS/RTP/SAVPF 111 13\r\na=${direction}\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:13 CN/8000\r\n`;
const video = (direction: string) =>
  `m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\na=${direction}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=rtpmap:98 VP9/90000\r\n`;

test('who only receives offers to learn the round trip, and to ask again for lost sound', () => {
  const offer = offerFeedback(session + audio('recvonly') + video('recvonly'));
  const sound = `${audio('recvonly')}a=rtcp-fb:111 nack\r\na=rtcp-fb:111 rrtr\r\n`;
  const picture = `${video('recvonly')}a=rtcp-fb:96 rrtr\r\na=rtcp-fb:98 rrtr\r\n`;
  expect(offer).toBe(session + sound + picture);
});

test('who sends knows the round trip anyway, and offers nothing more', () => {
  const offer = session + audio('sendonly') + video('sendonly');
  expect(offerFeedback(offer)).toBe(offer);
});

test('a text that is no description stays as it is', () => {
  expect(offerFeedback('offer')).toBe('offer');
});
