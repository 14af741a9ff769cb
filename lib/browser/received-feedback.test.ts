import { expect, test } from 'vitest';
import { offerFeedback } from './received-feedback.ts';

const session = 'v=0\r\ns=-\r\n';
const audio = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=recvonly\r\na=rtpmap:111 opus/48000/2\r\n';
const video = (direction: string) =>
  `m=video 9 UDP/TLS/RTP/SAVPF 96 97 98\r\na=${direction}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=rtpmap:98 VP9/90000\r\n`;

test('who only receives a picture offers to learn the round trip, for every codec', () => {
  const offer = offerFeedback(session + audio + video('recvonly'));
  expect(offer).toBe(`${session}${audio}${video('recvonly')}a=rtcp-fb:96 rrtr\r\na=rtcp-fb:98 rrtr\r\n`);
});

test('who sends it knows the round trip anyway, and offers nothing more', () => {
  expect(offerFeedback(session + audio + video('sendonly'))).toBe(session + audio + video('sendonly'));
});

test('a text that is no description stays as it is', () => {
  expect(offerFeedback('offer')).toBe('offer');
});
