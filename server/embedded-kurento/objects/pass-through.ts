import type { PacketCounter } from '../graph/flow-meter.ts';
import type { MediaType, Relay } from '../graph/media-graph.ts';
import { MediaElement } from './media-element.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** An element that hands on what it is given; whoever is connected behind it need not know who is before it. */
export class PassThrough extends MediaElement {
  constructor(pipeline: MediaPipeline) {
    super(pipeline, 'PassThrough');
  }

  override get relay(): Relay<MediaElement> {
    return { inlet: this, outlets: [this] };
  }

  protected override incomingCounter(type: MediaType): PacketCounter | null {
    return this.graph.feedOf(this, type)?.source ?? null;
  }

  protected override outgoingCounter(type: MediaType): PacketCounter | null {
    return this.incomingCounter(type);
  }
}
