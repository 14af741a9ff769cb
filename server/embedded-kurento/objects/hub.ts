import { drawGraph } from '../graph/graph-drawing.ts';
import type { PacketCounter } from '../graph/media-flow.ts';
import type { MediaType, Relay } from '../graph/media-graph.ts';
import type { MediaKind, RtpSink, RtpSource } from '../media/media-types.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { knownClass } from '../types/class-table.ts';
import { MediaElement } from './media-element.ts';
import { extendOperations, MediaObject } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';

/** Routes media between its ports. Ports are its children. */
export abstract class Hub extends MediaObject {
  static override readonly operations = extendOperations<Hub>(super.operations, {
    getGstreamerDot: (self) => self.draw(),
    // The original writes a file only for debugging GStreamer, which is not used here.
    dumpGstreamerDot: () => null,
  });

  readonly #pipeline: MediaPipeline;
  /** In the order of creation. */
  readonly #ports = new Set<HubPort>();

  constructor(pipeline: MediaPipeline, typeName: string) {
    super(pipeline.context, knownClass(typeName), pipeline);
    this.#pipeline = pipeline;
  }

  override get pipeline(): MediaPipeline {
    return this.#pipeline;
  }

  /** How a port passes media on; null when the hub makes media of its own of what goes in. */
  abstract relayOf(port: HubPort): Relay<MediaElement> | null;

  /** The media that comes out of a port, when the hub makes it. */
  sourceOf(_port: HubPort, _kind: MediaKind): RtpSource | null {
    return null;
  }

  /** What takes the media that goes into a port, when the hub uses it. */
  sinkOf(_port: HubPort, _kind: MediaKind): RtpSink | null {
    return null;
  }

  /** Called when a port's `maxEncoderBitrate` was set; of interest to a hub that encodes. */
  bitrateLimited(): void {}

  /** The ports, in the order of their creation. */
  protected get ports(): Iterable<HubPort> {
    return this.#ports;
  }

  /** The ports and their connections, in the Graphviz language. */
  draw(): string {
    return drawGraph(this.#pipeline.graph, this.#ports);
  }

  /** Called by a port when it has been created. */
  portAdded(port: HubPort): void {
    this.#ports.add(port);
    this.rerouted([port]);
  }

  /** Called by a port that is released; the graph drops it automatically. */
  portRemoved(port: HubPort): void {
    this.#ports.delete(port);
  }

  /** @throws KurentoError 40107 when the port belongs to another hub */
  protected ownPort(port: HubPort): HubPort {
    if (this.#ports.has(port)) return port;
    throw new KurentoError(40107, `'${port.id}' is not a port of '${this.id}'`);
  }

  /** Called when the output of these ports, or of all, has changed. */
  protected rerouted(ports: Iterable<HubPort> = this.#ports): void {
    for (const port of ports) this.#pipeline.graph.changed(port);
  }
}

/** An input and output of a hub: media connected to it goes in, and the media that the hub routes to it comes out. */
export class HubPort extends MediaElement {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    super(hub.pipeline, 'HubPort', hub);
    this.#hub = hub;
  }

  override get relay(): Relay<MediaElement> | null {
    return this.#hub.relayOf(this);
  }

  override source(kind: MediaKind): RtpSource | null {
    return this.#hub.sourceOf(this, kind);
  }

  override sink(kind: MediaKind): RtpSink | null {
    return this.#hub.sinkOf(this, kind);
  }

  override onAdded(): void {
    super.onAdded();
    this.#hub.portAdded(this);
  }

  override setProperty(name: string, value: unknown): void {
    super.setProperty(name, value);
    if (name === 'maxEncoderBitrate') this.#hub.bitrateLimited();
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

/** A hub that passes the input of its ports on to others, as it is. */
abstract class RoutingHub extends Hub {
  /** The port whose media comes out of `outlet`; null when none does. */
  protected abstract inletOf(outlet: HubPort): HubPort | null;

  override relayOf(port: HubPort): Relay<MediaElement> {
    return { inlet: this.inletOf(port), outlets: [...this.ports].filter((outlet) => this.inletOf(outlet) === port) };
  }
}

/** A hub that routes port by port: the input of a port is the output of the ports connected to it. */
export class Dispatcher extends RoutingHub {
  static override readonly operations = extendOperations<Dispatcher>(super.operations, {
    connect: (self, args) => self.connect(args.object('source', HubPort), args.object('sink', HubPort)),
  });

  readonly #inlets = new Map<HubPort, HubPort>();

  constructor(pipeline: MediaPipeline) {
    super(pipeline, 'Dispatcher');
  }

  protected override inletOf(outlet: HubPort): HubPort | null {
    return this.#inlets.get(outlet) ?? null;
  }

  /** Routes the input of `source` to the output of `sink`, in place of the former source. */
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

/** A hub that sends the input of one of its ports to all of them. */
export class DispatcherOneToMany extends RoutingHub {
  static override readonly operations = extendOperations<DispatcherOneToMany>(super.operations, {
    setSource: (self, args) => self.setSource(args.object('source', HubPort)),
    removeSource: (self) => self.setSource(null),
  });

  #source: HubPort | null = null;

  constructor(pipeline: MediaPipeline) {
    super(pipeline, 'DispatcherOneToMany');
  }

  protected override inletOf(_outlet: HubPort): HubPort | null {
    return this.#source;
  }

  /** Sets the port whose input comes out of all ports from now on; null for none. */
  setSource(source: HubPort | null): void {
    this.#source = source === null ? null : this.ownPort(source);
    this.rerouted();
  }

  override portRemoved(port: HubPort): void {
    super.portRemoved(port);
    if (this.#source === port) this.setSource(null);
  }
}
