import { Hub } from './hub.ts';
import { HubPort } from './hub-port.ts';
import { extendOperations } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** A hub that gives what goes in at one of its ports to all of them. */
export class DispatcherOneToMany extends Hub {
  static override readonly operations = extendOperations<DispatcherOneToMany>(super.operations, {
    setSource: (self, args) => self.setSource(args.object('source', HubPort)),
    removeSource: (self) => self.setSource(null),
  });

  #source: HubPort | null = null;

  constructor(pipeline: MediaPipeline) {
    super(pipeline, 'DispatcherOneToMany');
  }

  override inletOf(_outlet: HubPort): HubPort | null {
    return this.#source;
  }

  /** What goes in at this port comes out of all from now on; null for nothing. */
  setSource(source: HubPort | null): void {
    this.#source = source === null ? null : this.ownPort(source);
    this.rerouted();
  }

  override portRemoved(port: HubPort): void {
    super.portRemoved(port);
    if (this.#source === port) this.setSource(null);
  }
}
