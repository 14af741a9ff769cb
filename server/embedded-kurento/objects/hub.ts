import { drawGraph } from '../graph/graph-drawing.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { knownClass } from '../types/class-table.ts';
import type { HubPort } from './hub-port.ts';
import type { MediaElement } from './media-element.ts';
import { extendOperations, MediaObject } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** Decides which of its ports' media comes out of which. Ports are its children. */
export abstract class Hub extends MediaObject {
  static override readonly operations = extendOperations<Hub>(super.operations, {
    getGstreamerDot: (self) => self.draw(),
    // The original writes a file only for who debugs its GStreamer; there is none here.
    dumpGstreamerDot: () => null,
  });

  readonly #pipeline: MediaPipeline;
  /** In the order in which they were made. */
  readonly #ports = new Set<HubPort>();

  constructor(pipeline: MediaPipeline, typeName: string) {
    super(pipeline.context, knownClass(typeName), pipeline);
    this.#pipeline = pipeline;
  }

  override get pipeline(): MediaPipeline {
    return this.#pipeline;
  }

  /** The port whose media comes out of `outlet`; null when nothing does. */
  abstract inletOf(outlet: HubPort): HubPort | null;

  /** The ports of which the media of `inlet` comes out. */
  outletsOf(inlet: HubPort): MediaElement[] {
    return [...this.#ports].filter((port) => this.inletOf(port) === inlet);
  }

  /** The ports and what they are connected to, as a drawing of Graphviz's. */
  draw(): string {
    return drawGraph(this.#pipeline.graph, this.#ports);
  }

  /** Called by a port when it has come to life. */
  portAdded(port: HubPort): void {
    this.#ports.add(port);
    this.rerouted([port]);
  }

  /** Called by a port that is released; the graph forgets it by itself. */
  portRemoved(port: HubPort): void {
    this.#ports.delete(port);
  }

  /** @throws KurentoError 40107 when the port is another hub's */
  protected ownPort(port: HubPort): HubPort {
    if (this.#ports.has(port)) return port;
    throw new KurentoError(40107, `'${port.id}' is no port of '${this.id}'`);
  }

  /** What comes out of these ports, or of all, has changed. */
  protected rerouted(ports: Iterable<HubPort> = this.#ports): void {
    for (const port of ports) this.#pipeline.graph.changed(port);
  }
}
