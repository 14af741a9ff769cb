import type { Relay } from '../graph/media-graph.ts';
import type { MediaKind, RtpSink, RtpSource } from '../media/media-types.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { CompositeMix, type MixPort } from '../transcoding/composite-mix.ts';
import { Hub, type HubPort } from './hub.ts';
import type { MediaElement } from './media-element.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** What can be encoded at all; sizes in pixels. */
const limits = {
  width: { least: 16, most: 3840 },
  height: { least: 16, most: 2160 },
  framerate: { least: 1, most: 60 },
} as const;

/** The parameters of Kurento's constructor. */
export type CompositeOptions = Record<keyof typeof limits, number>;

/**
 * A hub that shows the pictures of all its ports in a grid, and mixes their sound; each port hears all others.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_api.html
 */
export class Composite extends Hub {
  readonly #mix: CompositeMix;
  readonly #ports = new Map<HubPort, MixPort>();

  /** @throws KurentoError 40107 for a picture that cannot be encoded, 40009 when there is no room for another one */
  constructor(pipeline: MediaPipeline, options: CompositeOptions) {
    super(pipeline, 'Composite');
    for (const [name, { least, most }] of Object.entries(limits)) {
      const value = options[name as keyof typeof limits];
      if (value >= least && value <= most) continue;
      throw new KurentoError(40107, `'${name}' is ${value}: give a number from ${least} to ${most}`);
    }
    const refusal = CompositeMix.refusal(this.context.transcoding);
    if (refusal !== null) throw new KurentoError(40009, refusal);
    // Colours have half the resolution, so sizes are even.
    const [width, height] = [options.width & ~1, options.height & ~1];
    const shape = { width, height, framesPerSecond: options.framerate };
    this.#mix = new CompositeMix(this.context.transcoding, shape);
  }

  override relayOf(_port: HubPort): Relay<MediaElement> | null {
    return null;
  }

  /** A port that sends no sound hears what all such ports hear. */
  override sourceOf(port: HubPort, kind: MediaKind): RtpSource | null {
    if (kind === 'video') return this.#mix.picture;
    const own = this.#ports.get(port);
    return own === undefined || own.inputs.audio.source === null ? this.#mix.sound : own.sound;
  }

  override sinkOf(port: HubPort, kind: MediaKind): RtpSink | null {
    return this.#ports.get(port)?.inputs[kind] ?? null;
  }

  /** The picture is one for all ports, so the smallest limit of them applies; 0 is none. */
  override bitrateLimited(): void {
    const limits = [...this.#ports.keys()].map((port) => Number(port.property('maxEncoderBitrate')));
    const least = Math.min(...limits.filter((limit) => limit > 0));
    this.#mix.picture.limit(Number.isFinite(least) ? least : null);
  }

  override portAdded(port: HubPort): void {
    const opened = this.#mix.openPort((kind) => {
      // In the middle of a change of the graph, whose other sinks get their sources first.
      if (kind === 'audio') queueMicrotask(() => this.#ports.has(port) && this.rerouted([port]));
    });
    this.#ports.set(port, opened);
    super.portAdded(port);
  }

  override portRemoved(port: HubPort): void {
    super.portRemoved(port);
    // The port's connections end just after this, and its inputs must still be there.
    queueMicrotask(() => {
      this.#ports.get(port)?.close();
      this.#ports.delete(port);
      this.bitrateLimited();
    });
  }

  protected override async onRelease(): Promise<void> {
    await super.onRelease();
    this.#mix.close();
  }
}
