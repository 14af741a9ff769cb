import { describe, expect, it } from 'vitest';
import { codecNames, haveCommonCodec, sameCodec } from './common-codecs.ts';

const codec = (name: string, fmtp = '', clockRate = 90_000) => ({ name, clockRate, channels: 1, fmtp });
const h264 = (mode?: number) =>
  codec('H264', `profile-level-id=42e01f${mode === undefined ? '' : `;packetization-mode=${mode}`}`);

describe('codecs', () => {
  it('R25: are the same when name and clock rate are', () => {
    expect(sameCodec(codec('VP8'), codec('vp8'))).toBe(true);
    expect(sameCodec(codec('VP8'), codec('VP9'))).toBe(false);
    expect(sameCodec(codec('PCMU', '', 8_000), codec('PCMU', '', 16_000))).toBe(false);
  });

  it('R25: of H.264 are the same only when they are packetized in the same way', () => {
    expect(sameCodec(h264(1), h264(1))).toBe(true);
    expect(sameCodec(h264(1), h264())).toBe(false);
    expect(sameCodec(h264(0), h264())).toBe(true);
  });

  it('R25: are taken to fit before a negotiation', () => {
    expect(haveCommonCodec([], [codec('VP8')])).toBe(true);
    expect(haveCommonCodec([codec('VP8')], [])).toBe(true);
    expect(haveCommonCodec([codec('VP8'), h264(1)], [h264(1)])).toBe(true);
    expect(haveCommonCodec([codec('VP8')], [codec('VP9')])).toBe(false);
  });

  it('R25: are named once each', () => {
    expect(codecNames([codec('VP8'), h264(1), h264(0)])).toBe('VP8, H264');
  });
});
