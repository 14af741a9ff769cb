import type { PacketCounter } from '../graph/flow-meter.ts';
import type { MediaType, Relay } from '../graph/media-graph.ts';
import type { Hub } from './hub.ts';
import { MediaElement } from './media-element.ts';

/** One way into a hub and out of it: what is connected to it goes in, and what the hub routes to it comes out. */
export class HubPort extends MediaElement {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    super(hub.pipeline, 'HubPort', hub);
    this.#hub = hub;
  }

  override get relay(): Relay<MediaElement> {
    return { inlet: this.#hub.inletOf(this), outlets: this.#hub.outletsOf(this) };
  }

  override onAdded(): void {
    super.onAdded();
    this.#hub.portAdded(this);
  }

  protected override incomingCounter(type: MediaType): PacketCounter | null {
    return this.graph.feedOf(this, type)?.source ?? null;
  }

  protected override outgoingCounter(type: MediaType): PacketCounter | null {
    return this.graph.outputOf(this, type)?.source ?? null;
  }

  protected override async onRelease(): Promise<void> {
    this.#hub.portRemoved(this);
    await super.onRelease();
  }
}
