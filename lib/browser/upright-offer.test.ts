import { describe, expect, it } from 'vitest';
import { uprightOffer } from './upright-offer.ts';

describe('an offer of upright pictures', () => {
  it('offers no notes on their orientation, and everything else as it was', () => {
    const before =
      'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n';
    const after = 'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\n';
    for (const line of ['a=extmap:13 urn:3gpp:video-orientation', 'a=extmap:4/sendonly urn:3gpp:video-orientation 7']) {
      expect(uprightOffer(`${before}${line}\r\n${after}`)).toBe(before + after);
      expect(uprightOffer(`${before}${line}`)).toBe(before);
    }
    expect(uprightOffer(before + after)).toBe(before + after);
  });
});
