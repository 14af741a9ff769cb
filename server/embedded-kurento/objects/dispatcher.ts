import { Hub } from './hub.ts';
import { HubPort } from './hub-port.ts';
import { extendOperations } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** A hub that routes port by port: what goes in at one comes out of those that were connected to it. */
export class Dispatcher extends Hub {
  static override readonly operations = extendOperations<Dispatcher>(super.operations, {
    connect: (self, args) => self.connect(args.object('source', HubPort), args.object('sink', HubPort)),
  });

  readonly #inlets = new Map<HubPort, HubPort>();

  constructor(pipeline: MediaPipeline) {
    super(pipeline, 'Dispatcher');
  }

  override inletOf(outlet: HubPort): HubPort | null {
    return this.#inlets.get(outlet) ?? null;
  }

  /** Lets what goes in at `source` come out of `sink`, in place of what did before. */
  connect(source: HubPort, sink: HubPort): void {
    this.#inlets.set(this.ownPort(sink), this.ownPort(source));
    this.rerouted([sink]);
  }

  override portRemoved(port: HubPort): void {
    super.portRemoved(port);
    this.#inlets.delete(port);
    const orphans = [...this.#inlets].filter(([, inlet]) => inlet === port).map(([outlet]) => outlet);
    for (const outlet of orphans) this.#inlets.delete(outlet);
    this.rerouted(orphans);
  }
}
