import { afterEach, describe, expect, it, vi } from 'vitest';
import { openMediaEngine } from '../media-engine.ts';
import { rtp, vp8Key } from '../testing/test-packets.ts';
import { connectTestPeer } from '../testing/test-peer.ts';
import { planAnswer, writeTransportOffer } from './sdp-answer.ts';
import { readOffer } from './sdp-offer.ts';

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

/** A well-formed hash of some other certificate. */
function foreign(name: string, bytes: number): string {
  return `a=fingerprint:${name} ${Array.from({ length: bytes }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':')}`;
}

const unknown = foreign('sha3-256', 32);
const other = foreign('sha-256', 32);

/** Replaces the fingerprints of an offer with others, in the session or in each m-line. */
function withFingerprints(offer: string, make: (own: string) => { session?: string[]; media?: string[] }): string {
  const own = /^a=fingerprint:.*$/m.exec(offer)?.[0].trim() ?? '';
  const { session = [], media = [] } = make(own);
  const [head = '', ...sections] = offer.replaceAll(/^a=fingerprint:.*\r\n/gm, '').split(/^(?=m=)/m);
  const lines = (texts: readonly string[]) => texts.map((text) => `${text}\r\n`).join('');
  return head + lines(session) + sections.map((section) => section + lines(media)).join('');
}

const lowerHash = (own: string) => own.replace(/ .*/, (hash) => hash.toLowerCase());

describe('an offer with several fingerprints', () => {
  it.each<[string, (own: string) => { session?: string[]; media?: string[] }]>([
    ['of an unknown function first', (own) => ({ media: [unknown, own] })],
    ['of an unknown function last', (own) => ({ media: [own, unknown] })],
    ['in the session, unknown first', (own) => ({ session: [unknown, own] })],
    ['in the session, unknown last', (own) => ({ session: [own, unknown] })],
    ['of which the m-lines have only unknown ones', (own) => ({ session: [own], media: [unknown] })],
    ['by stronger and weaker functions', (own) => ({ media: [foreign('sha-1', 20), own, foreign('sha-512', 64)] })],
    ['written in other letters', (own) => ({ media: [unknown, lowerHash(own).replace('sha', 'SHA')] })],
    ['of several certificates, its own first', (own) => ({ media: [own, other] })],
    ['of several certificates, its own last', (own) => ({ session: [other, lowerHash(own)] })],
  ])('R162: connects when one of them is supported and correct: %s', async (_name, make) => {
    const engine = openMediaEngine({ log: () => undefined });
    closing.push(engine);
    const peer = await connectTestPeer(engine, 'presenter', undefined, undefined, (offer) =>
      withFingerprints(offer, make),
    );
    closing.push(peer);
    peer.sendVideo(rtp({ sequenceNumber: 1, timestamp: 1, ssrc: peer.videoSsrc, payload: vp8Key }));
    await vi.waitFor(() => expect(peer.link.sources.video.packetCount).toBe(1));
  });

  it.each<[string, string[]]>([
    ['one', [other]],
    ['several', [other, `${other.slice(0, -2)}00`]],
  ])('R162: refuses a peer whose certificate matches none of them: %s', async (_name, media) => {
    const engine = openMediaEngine({ log: () => undefined });
    closing.push(engine);
    const connecting = connectTestPeer(engine, 'presenter', undefined, undefined, (offer) =>
      withFingerprints(offer, () => ({ media })),
    );
    await expect(connecting).rejects.toThrow('The link refused the peer');
  });

  it('R162: shows the native library one fingerprint', () => {
    const transport = ['a=ice-ufrag:ufrag', `a=ice-pwd:${'p'.repeat(22)}`, unknown, other, foreign('SHA-1', 20)];
    const media = ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=rtpmap:111 opus/48000/2', ...transport];
    const head = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0'];
    const plan = planAnswer(readOffer(`${[...head, ...media].join('\r\n')}\r\n`));
    expect(writeTransportOffer(plan).match(/^a=fingerprint:.*$/gm)).toEqual([other]);
  });
});
