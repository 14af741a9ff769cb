import { crossOffers } from './crossed-offers.ts';
import type { JanusHandle, JanusSession } from './janus-session.ts';

/* Requests of the VideoRoom plugin: https://janus.conf.meetecho.com/docs/videoroom.html */

/** A peer connection with Janus, and Janus' side of it as an answer to the peer's offer. */
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

  /** Makes the room; it goes with the Janus that has it. */
  static async create(session: JanusSession): Promise<JanusRoom> {
    const handle = await session.attach(plugin);
    const formats = { audiocodec: 'opus', videocodec: 'vp8' };
    // Janus asks presenters for at most this, in bits a second: well above the reference stream.
    await handle.ask({ request: 'create', room, publishers: 1, bitrate: 3_000_000, ...formats });
    handle.detach();
    return new JanusRoom(session);
  }

  /** Takes the presenter's offer; `isLive` is called once it can be watched. */
  publish(sdpOffer: string, isLive: () => void): Promise<JanusLink> {
    return this.#open(async (handle) => {
      handle.on('webrtcup', isLive);
      const join = { request: 'joinandconfigure', ptype: 'publisher', room };
      const { data, description } = await handle.ask(join, { type: 'offer', sdp: sdpOffer });
      this.#feed = data.id;
      if (description?.type !== 'answer') throw new Error('Janus took the presenter without an answer.');
      return description.sdp;
    });
  }

  /** Sends the presenter to a viewer. Janus offers too, so that each is told the other's offer as an answer. */
  subscribe(sdpOffer: string): Promise<JanusLink> {
    return this.#open(async (handle) => {
      const join = { request: 'join', ptype: 'subscriber', room, streams: [{ feed: this.#feed }] };
      const { description } = await handle.ask(join);
      if (description?.type !== 'offer') throw new Error('Janus took the viewer without an offer.');
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
