import { MediaGraph } from '../graph/media-graph.ts';
import type { Arguments } from '../types/arguments.ts';
import { knownClass, type Operation } from '../types/class-table.ts';
import type { MediaElement } from './media-element.ts';
import { MediaObject, type OperationsOf } from './media-object.ts';
import type { ServerContext } from './server-context.ts';

/** A set of elements that may be connected with each other. */
export class MediaPipeline extends MediaObject {
  readonly graph = new MediaGraph<MediaElement>();

  constructor(context: ServerContext) {
    super(context, knownClass('MediaPipeline'), null);
  }

  override get pipeline(): MediaObject {
    return this;
  }

  override perform(operation: Operation, args: Arguments): unknown {
    const own = operations[operation.name];
    return own === undefined ? super.perform(operation, args) : own(this, args);
  }
}

const operations: OperationsOf<MediaPipeline> = {
  // There is no GStreamer here; tools that ask for its graph get an empty one.
  getGstreamerDot: () => 'digraph pipeline {}\n',
  dumpGstreamerDot: () => null,
};
