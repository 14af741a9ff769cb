import { parse } from 'sdp-transform';
import { expect, test } from 'vitest';
import { crossOffers } from './crossed-offers.ts';

function description(...lines: string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');
}

const receiver = description(
  'a=fingerprint:sha-256 AA:AA',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102',
  'a=mid:0',
  'a=recvonly',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 packetization-mode=1',
  'a=setup:actpass',
  'a=ice-ufrag:receiver',
);
const sender = description(
  'a=fingerprint:sha-256 BB:BB',
  'm=video 9 UDP/TLS/RTP/SAVPF 120 121',
  'a=mid:0',
  'a=sendonly',
  'a=rtpmap:120 vp8/90000',
  'a=rtpmap:121 rtx/90000',
  'a=setup:actpass',
  'a=ice-ufrag:sender',
);

test("the sender is answered with the common formats in its own numbers, and with the receiver's transport", () => {
  const { forSender } = crossOffers({ sender, receiver });
  const [line] = parse(forSender).media;
  expect(line).toMatchObject({ direction: 'recvonly', setup: 'passive', iceUfrag: 'receiver' });
  expect(line?.rtp).toMatchObject([{ payload: 120, codec: 'VP8' }]);
  expect(line?.rtcpFb).toMatchObject([{ payload: 120, type: 'nack' }]);
  expect(line?.fmtp).toEqual([]);
  expect(forSender).toContain('m=video 9 UDP/TLS/RTP/SAVPF 120\r\n');
  expect(forSender).toContain('AA:AA');
});

test('the receiver is answered with the offer of the sender, who begins the handshake', () => {
  const { forReceiver } = crossOffers({ sender, receiver });
  expect(forReceiver).toBe(sender.replace('actpass', 'active'));
});

test('offers without a line or a format in common cannot meet', () => {
  const h265 = sender.replace('vp8', 'H265');
  expect(() => crossOffers({ sender: h265, receiver })).toThrow('no format for video');
  expect(() => crossOffers({ sender: sender.replace('mid:0', 'mid:1'), receiver })).toThrow('no video on line 0');
});
