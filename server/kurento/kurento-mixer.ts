import type { Hub, HubPort, MediaElement, MediaPipeline, PassThrough } from 'kurento-client';
import type { MixedContribution } from '../broadcast/media-gateway.ts';
import type { Logger } from '../logger.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { toMixingError } from './kurento-errors.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { connectMedia, disconnectMedia } from './media-connections.ts';

/** The size of the mixed picture in pixels, and its largest bitrate. */
export type MixedPicture = { width: number; height: number; maxVideoKbps: number };

/** The pictures per second that are made. */
const frameRate = 25;

type MixerParts = {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  picture: MixedPicture;
  /** Where the result goes. */
  passThrough: KurentoObject<PassThrough>;
  /** Called with the error of an object that broke. */
  failed: (error: unknown) => void;
};

type Port = KurentoObject<HubPort>;
type Guest = { readonly port: Port; isHeard: boolean };

/**
 * Mixes the media of one tier: a Composite with a port for the presenter, one for each contribution, and one for the
 * result. A Composite lays pictures out in a grid, in the order in which they came, and each port hears all others.
 * See https://doc-kurento.readthedocs.io/en/stable/_static/client-jsdoc/module-elements.Composite.html
 */
export class KurentoMixer {
  /** What the presenter's endpoint has to feed. */
  readonly presenterPort: Port;
  readonly #parts: MixerParts;
  readonly #hub: KurentoObject<Hub>;
  readonly #result: Port;
  readonly #guests = new Map<string, Guest>();

  private constructor(parts: MixerParts, hub: KurentoObject<Hub>, ports: { presenter: Port; result: Port }) {
    this.#parts = parts;
    this.#hub = hub;
    this.#result = ports.result;
    this.presenterPort = ports.presenter;
  }

  /**
   * @throws AppError `mixing-unavailable` without Composite, `mixing-full` without room for another one, and others;
   * everything opened until then is released
   */
  static async open(parts: MixerParts): Promise<KurentoMixer> {
    const { mediaPipeline, picture } = parts;
    const { width, height } = picture;
    const hub = await openObject({
      ...parts,
      type: 'Composite',
      within: mediaPipeline,
      parameters: { mediaPipeline: mediaPipeline.object, width, height, framerate: frameRate },
    }).catch((error: unknown) => {
      throw toMixingError(error);
    });
    try {
      const presenter = await openPort(parts, hub);
      const result = await openPort(parts, hub);
      await limitBitrate([result, parts.passThrough], picture.maxVideoKbps);
      return new KurentoMixer(parts, hub, { presenter, result });
    } catch (error) {
      await hub.close();
      throw error;
    }
  }

  /** Mixes these contributions, whose pass-throughs `sourceOf` returns. @throws AppError */
  async mix(
    contributions: readonly MixedContribution[],
    sourceOf: (name: string) => Promise<KurentoObject<PassThrough>>,
  ): Promise<void> {
    const wanted = new Set(contributions.map(({ name }) => name));
    for (const [name, { port }] of this.#guests) {
      if (wanted.has(name)) continue;
      this.#guests.delete(name);
      await port.close();
    }
    for (const { name, isMuted } of contributions) {
      const source = await sourceOf(name);
      const guest = this.#guests.get(name) ?? (await this.#show(source));
      this.#guests.set(name, guest);
      if (guest.isHeard === !isMuted) continue;
      if (isMuted) await disconnectMedia(source, guest.port, 'audio');
      else await connectMedia(source, guest.port, 'audio');
      guest.isHeard = !isMuted;
    }
  }

  async #show(source: KurentoObject<PassThrough>): Promise<Guest> {
    const port = await openPort(this.#parts, this.#hub);
    try {
      await connectMedia(source, port, 'video');
      return { port, isHeard: false };
    } catch (error) {
      await port.close();
      throw error;
    }
  }

  /** Feeds the pass-through, in place of whatever fed it. @throws AppError */
  async feed(): Promise<void> {
    for (const kind of ['audio', 'video'] as const) await connectMedia(this.#result, this.#parts.passThrough, kind);
  }

  /** Releases everything. Never rejects. */
  async close(): Promise<void> {
    // The ports go with their hub.
    await this.#hub.close();
  }
}

async function openPort({ connection, logger, mediaPipeline, failed }: MixerParts, hub: KurentoObject<Hub>) {
  const parameters = { hub: hub.object };
  return await openObject({ connection, logger, type: 'HubPort', within: mediaPipeline, parameters, failed });
}

/** A Kurento encodes with 300 kbit/s unless configured otherwise, in the element that the viewers are connected to. */
async function limitBitrate(elements: readonly KurentoObject<MediaElement>[], maxVideoKbps: number): Promise<void> {
  const bps = maxVideoKbps * 1_000;
  for (const element of elements) {
    await element.call('setMaxEncoderBitrate', (it, callback) => it.setMaxEncoderBitrate(bps, callback));
    await element.call('setEncoderBitrate', (it, callback) => it.setEncoderBitrate(bps, callback));
  }
}
