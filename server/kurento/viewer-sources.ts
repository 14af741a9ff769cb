import type { PassThrough, WebRtcEndpoint } from 'kurento-client';
import type { Selection, Sound, Tier } from '../../lib/tiers.ts';
import type { KurentoObject } from './kurento-object.ts';
import { connectMedia, disconnectMedia } from './media-connections.ts';

type ViewerSourcesParts = {
  /** The viewer's endpoint, which is fed by the pass-through of the high tier at first. */
  endpoint: KurentoObject<WebRtcEndpoint>;
  passThrough: KurentoObject<PassThrough>;
  passThroughOf: (tier: Tier) => Promise<KurentoObject<PassThrough>> | KurentoObject<PassThrough>;
};

/** The pass-throughs that send a viewer picture and sound. */
export class ViewerSources {
  readonly #parts: ViewerSourcesParts;
  /** `null` for the sound alone. */
  #picture: KurentoObject<PassThrough> | null;
  #sound: KurentoObject<PassThrough>;
  #selecting: Promise<void> = Promise.resolve();

  constructor(parts: ViewerSourcesParts) {
    this.#parts = parts;
    this.#picture = parts.passThrough;
    this.#sound = parts.passThrough;
  }

  /** One selection after the other: the media server must not see them in another order. @throws AppError */
  async select(selection: Selection, sound: Sound): Promise<void> {
    const selecting = this.#selecting.then(async () => {
      await this.#selectPicture(selection);
      await this.#selectSound(sound);
    });
    this.#selecting = selecting.catch(() => undefined);
    await selecting;
  }

  async #selectPicture(selection: Selection): Promise<void> {
    const { endpoint, passThroughOf } = this.#parts;
    const next = selection === 'sound' ? null : await passThroughOf(selection);
    const former = this.#picture;
    if (next === former) return;
    if (next !== null) await connectMedia(next, endpoint, 'video');
    else if (former !== null) await disconnectMedia(former, endpoint, 'video');
    this.#picture = next;
  }

  /** The light sound comes with the low tier. */
  async #selectSound(sound: Sound): Promise<void> {
    const { endpoint, passThrough, passThroughOf } = this.#parts;
    const next = sound === 'light' ? await passThroughOf('low') : passThrough;
    if (next === this.#sound) return;
    await connectMedia(next, endpoint, 'audio');
    this.#sound = next;
  }
}
