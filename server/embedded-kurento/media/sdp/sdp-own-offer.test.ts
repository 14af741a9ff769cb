import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import type { MediaKind, SdpDirection } from '../media-types.ts';
import { chromeAnswer } from '../testing/chrome-offer.fixture.ts';
import { planAnswer, readLocalTransport, writeAnswer } from './sdp-answer.ts';
import { readOffer } from './sdp-offer.ts';
import { planAfterAnswer, planOffer, writeOffer } from './sdp-own-offer.ts';

const answer = chromeAnswer.replaceAll('\n', '\r\n');
const directions: readonly SdpDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];
const streams = { cname: 'cname', ssrcs: { audio: 10, video: 20 } };
const anything = { audio: 0, video: 0 };

function offerOf(audio: SdpDirection, video: SdpDirection = 'sendrecv') {
  return planOffer({ directions: { audio, video }, data: false });
}

/** The agreed directions, as seen from our side. */
function agreed(offer: ReturnType<typeof planOffer>, text: string): Partial<Record<MediaKind, SdpDirection>> {
  return Object.fromEntries(
    planAfterAnswer(offer, readOffer(text, 'answer')).active.map(({ kind, direction }) => [kind, direction]),
  );
}

/** Chromium's answer with other directions for audio and video. */
function answering(audio: SdpDirection, video: SdpDirection = 'sendrecv'): string {
  const [session = '', ...sections] = answer.split(/^(?=m=)/m);
  const changed = sections.map((section, index) => section.replace('a=sendrecv', `a=${index === 0 ? audio : video}`));
  return session + changed.join('');
}

/** Chromium's way to reject an m-line. */
function rejecting(kind: MediaKind): string {
  return answer.replace(new RegExp(`m=${kind} 9 `), `m=${kind} 0 `);
}

describe('the answer to our own offer', () => {
  it('R63: of Chromium is accepted completely', () => {
    const plan = planAfterAnswer(offerOf('sendrecv'), readOffer(answer, 'answer'));
    expect(plan.active.map(({ kind, index, direction }) => [kind, index, direction])).toEqual([
      ['audio', 0, 'sendrecv'],
      ['video', 1, 'sendrecv'],
    ]);
    expect(plan.active.map(({ media }) => media.codecs.map(({ name }) => name))).toEqual([
      ['opus', 'PCMU', 'PCMA'],
      ['AV1', 'VP9', 'VP8', 'H264'],
    ]);
    expect(plan.setup).toBe('passive');
    expect(plan.transport).toMatchObject({ iceUfrag: 'n8v6', setup: 'active' });
  });

  it.each(directions.flatMap((ours) => directions.map((theirs) => [ours, theirs] as const)))(
    'R64: %s answered with %s leaves what both sides want',
    (ours, theirs) => {
      const sends = /^send/.test(ours) && /recv/.test(theirs);
      const receives = /recv/.test(ours) && /^send/.test(theirs);
      const expected = sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive';
      expect(agreed(offerOf(ours), answering(theirs))).toEqual({ audio: expected, video: 'sendrecv' });
      expect(agreed(offerOf('sendrecv', ours), answering('sendrecv', theirs))).toEqual({
        audio: 'sendrecv',
        video: expected,
      });
    },
  );

  it('R64: leaves out rejected m-lines and unknown codecs', () => {
    const offer = offerOf('sendrecv');
    expect(agreed(offer, rejecting('audio'))).toEqual({ video: 'sendrecv' });
    expect(agreed(offer, rejecting('video'))).toEqual({ audio: 'sendrecv' });
    const unknown = answer.replaceAll(/rtpmap:(\d+) (AV1|VP9|VP8|H264)/g, 'rtpmap:$1 X-$2');
    expect(agreed(offer, unknown)).toEqual({ audio: 'sendrecv' });
    const swapped = answer.replace('m=audio', 'm=text').replace('m=video', 'm=audio');
    expect(() => agreed(offer, swapped)).toThrow('The answer accepts none of the media');
  });

  it('R63: of this server is accepted, too', () => {
    const local = readLocalTransport(answer);
    for (const direction of directions) {
      const offer = offerOf(direction);
      const text = writeOffer(offer, local, streams, anything);
      const reply = writeAnswer(planAnswer(readOffer(text)), local, streams);
      expect(agreed(offer, reply)).toEqual({ audio: direction, video: 'sendrecv' });
      expect(parse(reply).media.map(({ mid }) => mid)).toEqual(['audio0', 'video0']);
    }
  });
});
