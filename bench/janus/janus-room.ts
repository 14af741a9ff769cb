import { crossOffers } from './crossed-offers.ts';
import type { JanusHandle, JanusSession } from './janus-session.ts';

/* Requests of the VideoRoom plugin: https://janus.conf.meetecho.com/docs/videoroom.html */

/** A peer connection with Janus, and Janus' answer to the peer's offer. */
export type JanusLink = { handle: JanusHandle; sdpAnswer: string };

const plugin = 'janus.plugin.videoroom';
const room = 1;

/** A video room of Janus with one presenter. */
export class JanusRoom {
  readonly #session: JanusSession;
  #feed: unknown = null;

  private constructor(session: JanusSession) {
    this.#session = session;
  }

  /** Creates the room; it lasts as long as this Janus. */
  static async create(session: JanusSession): Promise<JanusRoom> {
    const handle = await session.attach(plugin);
    const formats = { audiocodec: 'opus', videocodec: 'vp8' };
    // The highest bitrate that Janus requests from presenters, in bits a second: well above the reference stream.
    await handle.ask({ request: 'create', room, publishers: 1, bitrate: 3_000_000, ...formats });
    handle.detach();
    return new JanusRoom(session);
  }

  /** Accepts the presenter's offer; `isLive` is called once the show can be watched. */
  publish(sdpOffer: string, isLive: () => void): Promise<JanusLink> {
    return this.#open(async (handle) => {
      handle.on('webrtcup', isLive);
      const join = { request: 'joinandconfigure', ptype: 'publisher', room };
      const { data, description } = await handle.ask(join, { type: 'offer', sdp: sdpOffer });
      this.#feed = data.id;
      if (description?.type !== 'answer') throw new Error('Janus accepted the presenter without an answer.');
      return description.sdp;
    });
  }

  /** Sends the presenter's media to a viewer. Janus makes an offer too, so each gets the other's offer as an answer. */
  subscribe(sdpOffer: string): Promise<JanusLink> {
    return this.#open(async (handle) => {
      const join = { request: 'join', ptype: 'subscriber', room, streams: [{ feed: this.#feed }] };
      const { description } = await handle.ask(join);
      if (description?.type !== 'offer') throw new Error('Janus accepted the viewer without an offer.');
      const { forSender, forReceiver } = crossOffers({ sender: description.sdp, receiver: sdpOffer });
      await handle.ask({ request: 'start' }, { type: 'answer', sdp: forSender });
      return forReceiver;
    });
  }

  async #open(negotiate: (handle: JanusHandle) => Promise<string>): Promise<JanusLink> {
    const handle = await this.#session.attach(plugin);
    try {
      return { handle, sdpAnswer: await negotiate(handle) };
    } catch (error) {
      handle.detach();
      throw error;
    }
  }
}
