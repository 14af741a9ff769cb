import { drawGraph } from '../graph/graph-drawing.ts';
import { MediaGraph } from '../graph/media-graph.ts';
import { knownClass } from '../types/class-table.ts';
import { MediaElement } from './media-element.ts';
import { extendOperations, MediaObject, type ObjectContext } from './media-object.ts';

/** A set of elements that may be connected with each other. */
export class MediaPipeline extends MediaObject {
  static override readonly operations = extendOperations<MediaPipeline>(super.operations, {
    getGstreamerDot: (self) => drawGraph(self.graph, elementsBelow(self)),
    // The original writes a file only for debugging GStreamer, which is not used here.
    dumpGstreamerDot: () => null,
  });

  readonly graph: MediaGraph<MediaElement>;

  constructor(context: ObjectContext) {
    super(context, knownClass('MediaPipeline'), null);
    this.graph = new MediaGraph<MediaElement>(context.transcoding);
  }

  override get pipeline(): MediaObject {
    return this;
  }

  protected override async onRelease(): Promise<void> {
    this.graph.close();
    await super.onRelease();
  }
}

/** All elements of the pipeline; those of hubs are children of the hubs. */
function elementsBelow(parent: MediaObject): MediaElement[] {
  return [...parent.children].flatMap((child) => (child instanceof MediaElement ? [child] : elementsBelow(child)));
}
