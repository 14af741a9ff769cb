import { afterAll, describe, expect, it } from 'vitest';
import { testSeed } from '../../../codecs/testing/test-seed.ts';
import { Mutations } from '../../testing/mutations.ts';
import { openMediaEngine } from '../media-engine.ts';
import { NegotiationError } from '../media-types.ts';
import { chromePresenterOffer, chromeViewerOffer } from '../testing/chrome-offer.fixture.ts';
import { silentListener } from '../testing/test-listener.ts';
import { matchCodec } from './codec-negotiation.ts';
import { planAnswer, writeAnswer, writeTransportOffer } from './sdp-answer.ts';
import { readOffer } from './sdp-offer.ts';

const dataSection = [
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:2',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
];

const candidates = [
  'a=candidate:1 1 UDP 2122260223 192.0.2.1 50000 typ host',
  'a=candidate:1 1 udp 2122260223 fd00::1 50000 typ host generation 0 ufrag abcd network-id 1',
  'a=candidate:2 2 TCP 1 ::ffff:192.0.2.1 9 typ host tcptype active',
];

const offers = [chromePresenterOffer, chromeViewerOffer]
  .map((offer) => offer.trimEnd().split(/\r?\n/))
  .flatMap((lines) => [
    lines,
    [...lines, ...candidates],
    [...lines.map((line) => line.replace('BUNDLE 0 1', 'BUNDLE 0 1 2')), ...dataSection],
  ]);

/** Lines that are misplaced, wrong, or superfluous. */
const foreignLines = [
  ...dataSection,
  ...candidates,
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
  'm=audio 0 RTP/AVP 0 8',
  'm=text 9 RTP/AVP 98',
  'm=5 5 5 5',
  'm=video 99999999 UDP/TLS/RTP/SAVPF 96',
  `m=video 9 UDP/TLS/RTP/SAVPF ${Array.from({ length: 2_000 }, (_, index) => index).join(' ')}`,
  'a=group:BUNDLE',
  'a=group:BUNDLE 0 0 0 __proto__',
  'a=mid:0',
  'a=mid:__proto__',
  'a=bundle-only',
  'a=setup:5',
  'a=setup:holdconn',
  'a=ice-lite',
  'a=ice-ufrag:1',
  `a=ice-ufrag:${'u'.repeat(256)}`,
  `a=ice-ufrag:${'%n'.repeat(20)}`,
  `a=ice-pwd:${'p'.repeat(256)}`,
  `a=ice-pwd:${'p'.repeat(100_000)}`,
  'a=ice-pwd:"\'\\`$(){}<>;&|!?*#~^,',
  `a=fingerprint:sha-1 ${Array.from({ length: 20 }, () => '00').join(':')}`,
  `a=fingerprint:SHA-512 ${Array.from({ length: 64 }, () => 'fF').join(':')}`,
  'a=fingerprint:md5 00:11',
  'a=fingerprint:5 5',
  'a=rtpmap:96 5/90000',
  'a=rtpmap:111 5/5/5',
  'a=rtpmap:96 H264/90000',
  'a=rtpmap:5',
  'a=fmtp:96 5',
  'a=fmtp:102 5',
  'a=fmtp:104 =;==;;profile-level-id;packetization-mode=',
  'a=fmtp:111 5',
  'a=sctp-port:0',
  'a=sctp-port:99999999',
  'a=max-message-size:99999999999999999999',
  'a=msid-semantic:5',
  'a=ssrc:5 5',
  'a=ssrc-group:FID 1 2 3 4',
  'a=rid:1 send pt=96;max-width=5',
  'a=simulcast:send 1;2;3 recv 4',
  'a=extmap:15 __proto__',
  'a=sendrecv:5',
  'a=inactive',
  'a=end-of-candidates',
  'a=',
  '=',
  'v=1',
  'o=',
  's=',
  't=5 5',
  '\0',
  'a=\u2028a=mid:7',
];

const local = { iceUfrag: 'ufrag', icePwd: 'p'.repeat(22), fingerprint: 'sha-256 AA:BB' };
const streams = { cname: 'cname', ssrcs: { audio: 10, video: 20 } };

function mutant(mutations: Mutations): string {
  return `${mutations.lines(mutations.pick(offers), foreignLines).join(mutations.happens(0.05) ? '\n' : '\r\n')}\r\n`;
}

/** The answer; null when the offer was refused with an expected error. */
function answerOrRefusal(offer: string, acceptsData: boolean): string | null {
  try {
    const plan = planAnswer(readOffer(offer), acceptsData);
    // Native code gets only lines that we wrote.
    expect(writeTransportOffer(plan)).toMatch(/^(?:[a-z]=[\x20-\x7e]*\r\n)+$/);
    for (const { media } of plan.active) {
      for (const codec of media.codecs) matchCodec(codec, media.codecs);
    }
    return writeAnswer(plan, local, streams);
  } catch (error) {
    if (error instanceof NegotiationError && [40201, 40206].includes(error.kurentoCode)) return null;
    throw new Error(`This offer: ${JSON.stringify(offer)}`, { cause: error });
  }
}

describe(`malformed offers (FUZZ_SEED=${testSeed})`, () => {
  const engine = openMediaEngine({ log: () => undefined, bindIp: '127.0.0.1' });
  afterAll(() => engine.close());

  it('R56: get an answer with all their m-lines, or 40201 or 40206', { timeout: 60_000 }, () => {
    const mutations = new Mutations(testSeed);
    let answered = 0;
    for (let round = 0; round < 1_500; round += 1) {
      const offer = mutant(mutations);
      const answer = answerOrRefusal(offer, mutations.happens(0.5));
      if (answer === null) continue;
      answered += 1;
      expect(answer.match(/^m=/gm)?.length, JSON.stringify(offer)).toBe(readOffer(offer).medias.length);
    }
    expect(answered).toBeGreaterThan(300);
  });

  it('R56: leave a media engine that answers the next one', { timeout: 60_000 }, async () => {
    const mutations = new Mutations(testSeed + 1);
    const codes = new Set<number>();
    for (let round = 0; round < 2_000; round += 1) {
      const offer = mutant(mutations);
      const link = engine.openPeerLink(silentListener, { acceptsData: mutations.happens(0.5) });
      try {
        expect(await link.processOffer(offer)).toMatch(/^v=0\r\n/);
      } catch (error) {
        if (!(error instanceof NegotiationError))
          throw new Error(`This offer: ${JSON.stringify(offer)}`, { cause: error });
        codes.add(error.kurentoCode);
      } finally {
        link.close();
      }
    }
    expect([...codes].sort()).toEqual([40_201, 40_206]);
  });
});
