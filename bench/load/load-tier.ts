import { randomInt } from 'node:crypto';
import { encryptedStreamStart } from '../../server/codecs/testing/test-seed.ts';
import { ReferenceStream } from '../media/reference-stream.ts';
import { asksForKeyframe } from '../media/rtcp.ts';
import { isRtcp } from '../media/rtp.ts';
import { streamShapes } from '../media/video-frames.ts';
import { LoadLink, type LoadTarget } from './load-link.ts';
import { payloadTypes } from './offering-peer.ts';
import type { SignalingSocket } from './signaling-socket.ts';

/** The short sides of the pictures that are announced to the server, in pixels. */
const sizes = { high: 360, middle: null, low: 90 } as const;

/** The low tier of a load presenter, over a link of its own. It is silent while no viewer needs it, as in a browser. */
export class LoadTier {
  readonly #link: LoadLink;
  readonly #stream: ReferenceStream;

  private constructor(link: LoadLink, stream: ReferenceStream) {
    this.#link = link;
    this.#stream = stream;
    link.own(
      link.signaling.on('tiers:wanted', ({ tiers }) => {
        if (tiers.includes('low')) stream.start();
        else stream.stop();
      }),
    );
  }

  /** Offers the tier on the socket of a presenter whose show is live. Rejects if the server refuses. */
  static async open(target: LoadTarget, socket: SignalingSocket): Promise<LoadTier> {
    const video = { ssrc: randomInt(1, 2 ** 32), payloadType: payloadTypes.vp8 };
    const stream = new ReferenceStream({
      streamId: randomInt(1, 2 ** 31),
      formats: { audio: { ssrc: 0, payloadType: payloadTypes.opus }, video },
      starts: { audio: encryptedStreamStart('audio'), video: encryptedStreamStart('video') },
      shape: streamShapes.low,
      send: (kind, packet) => link.peer.send(kind, packet),
    });
    const media = {
      name: 'low',
      tier: 'low',
      audio: null,
      video: { direction: 'SendOnly', ssrc: video.ssrc },
      videoCodecs: ['vp8'],
    } as const;
    const link = await LoadLink.open({ ...target, socket }, media, (_, packet) => {
      if (isRtcp(packet) && asksForKeyframe(packet, video.ssrc)) stream.requestKeyframe();
    });
    const tier = new LoadTier(link, stream);
    try {
      await link.signaling.request('tiers:measure', sizes);
      await link.negotiate((sdpOffer) => link.signaling.request('tier:open', { tier: 'low', sdpOffer }));
      return tier;
    } catch (error) {
      await tier.close();
      throw error;
    }
  }

  /** Never rejects. */
  async close(): Promise<void> {
    this.#stream.stop();
    await this.#link.close();
  }
}
