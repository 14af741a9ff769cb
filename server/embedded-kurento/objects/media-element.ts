import { drawGraph } from '../graph/graph-drawing.ts';
import { FlowMeter, type MonitoredFlow, type PacketCounter } from '../graph/media-flow.ts';
import {
  flowingKinds,
  type GraphElement,
  type MediaGraph,
  type MediaType,
  mediaTypes,
  type Relay,
} from '../graph/media-graph.ts';
import type { MediaKind, RtpCodec, RtpSink, RtpSource } from '../media/media-types.ts';
import type { DataMessage } from '../media/transport/data-channels.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import { knownClass } from '../types/class-table.ts';
import { extendOperations, MediaObject, register } from './media-object.ts';

type Meters = Readonly<Record<'AUDIO' | 'VIDEO', FlowMeter>>;
const meteredTypes = ['AUDIO', 'VIDEO'] as const;

/** The pipeline, as its elements see it. */
export type ElementPipeline = MediaObject & { readonly graph: MediaGraph<MediaElement> };

/** An object that media can be connected to or from. */
export abstract class MediaElement extends MediaObject implements GraphElement<MediaElement>, MonitoredFlow {
  static override readonly operations = extendOperations<MediaElement>(super.operations, {
    connect: (self, args) => self.connect(args.object('sink', MediaElement), typesOf(args)),
    disconnect: (self, args) => self.disconnect(args.object('sink', MediaElement), typesOf(args)),
    getSourceConnections: (self, args) =>
      typesOf(args).flatMap((type) => {
        const source = self.graph.sourceOf(self, type);
        return source === null ? [] : [describeLink(source, self, type)];
      }),
    getSinkConnections: (self, args) =>
      typesOf(args).flatMap((type) => self.graph.sinksOf(self, type).map((sink) => describeLink(self, sink, type))),
    isMediaFlowingIn: (self, args) => self.isFlowing('in', requiredType(args)),
    isMediaFlowingOut: (self, args) => self.isFlowing('out', requiredType(args)),
    isMediaTranscoding: (self, args) => self.isTranscoding(flowType(requiredType(args))),
    getStats: (self, args) => {
      const stats = self.stats(typeOf(args));
      // An empty map is sent as null in the Kurento Protocol.
      return Object.keys(stats).length === 0 ? null : stats;
    },
    // Formats configure the output of a transcoder, which follows from what its receivers take here.
    setAudioFormat: () => null,
    setVideoFormat: () => null,
    getGstreamerDot: (self) => drawGraph(self.graph, [self]),
    // The original writes a file only for debugging GStreamer, which is not used here.
    dumpGstreamerDot: () => null,
  });

  readonly #pipeline: ElementPipeline;
  readonly #in: Meters = { AUDIO: new FlowMeter(), VIDEO: new FlowMeter() };
  readonly #out: Meters = { AUDIO: new FlowMeter(), VIDEO: new FlowMeter() };
  /** Whether clients know that media of this type is transcoded, or that it is not. */
  readonly #announced = new Map<MediaType, boolean>();
  readonly #sentCodecs = new Map<MediaType, RtpCodec | null>();

  /** @param parent the object that the element is a part of: its pipeline by default */
  constructor(pipeline: ElementPipeline, typeName: string, parent: MediaObject = pipeline) {
    super(pipeline.context, knownClass(typeName), parent);
    this.#pipeline = pipeline;
  }

  override onAdded(): void {
    this.context.flow.add(this);
  }

  get graph(): MediaGraph<MediaElement> {
    return this.#pipeline.graph;
  }

  get relay(): Relay<MediaElement> | null {
    return null;
  }

  /** The stream of this kind that comes out of the element; null when there is never one. */
  source(_kind: MediaKind): RtpSource | null {
    return null;
  }

  /** The sink for a stream of this kind; null when the element takes none. */
  sink(_kind: MediaKind): RtpSink | null {
    return null;
  }

  reportMismatch(description: string): void {
    this.emitError({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE', description });
  }

  /**
   * Feeds `sink` from this element.
   * @throws KurentoError 40004 when the sink is in another pipeline
   * @throws KurentoError 40005 when the sink can take none of the source's codecs; nothing has changed then
   */
  connect(sink: MediaElement, types: readonly MediaType[]): void {
    if (sink.pipeline !== this.pipeline) throw new KurentoError(40004, 'Media elements do not share pipeline');
    for (const type of types) {
      const mismatch = this.graph.mismatch(this, sink, type);
      if (mismatch === null) continue;
      sink.reportMismatch(mismatch);
      throw new KurentoError(40005, mismatch);
    }
    for (const type of types) {
      const former = this.graph.connect(this, sink, type);
      if (former !== null) former.#emitLink('ElementDisconnected', sink, type);
      this.#emitLink('ElementConnected', sink, type);
    }
  }

  /** Ends connections; those that do not exist are reported as ended too, as the original does. */
  disconnect(sink: MediaElement, types: readonly MediaType[]): void {
    for (const type of types) {
      this.graph.disconnect(this, sink, type);
      this.#emitLink('ElementDisconnected', sink, type);
    }
  }

  checkFlow(now: number): void {
    for (const type of meteredTypes) {
      if (this.context.transcoding.isAvailable) this.#checkTranscoding(type);
      const out = this.#out[type].look(this.outgoingCounter(type), now);
      if (out !== null) this.#emitFlow('MediaFlowOutStateChanged', type, out);
      const incoming = this.#in[type].look(this.incomingCounter(type), now);
      if (incoming === null) continue;
      // Clients get an event that says whether media is transcoded when a source's media is first used.
      if (incoming === 'started') this.graph.feedOf(this, type)?.element.announceTranscoding(type);
      this.#emitFlow('MediaFlowInStateChanged', type, incoming);
    }
  }

  /** True while media of this type flows into the element from the pipeline, or out of it into the pipeline. */
  isFlowing(direction: 'in' | 'out', type: MediaType): boolean {
    // The monitor's last check may be a moment ago, so this checks again.
    this.checkFlow(performance.now());
    return (direction === 'in' ? this.#in : this.#out)[flowType(type)].flowing;
  }

  /** Counters for `getStats`, by id. */
  stats(_type: MediaType | undefined): JsonObject {
    return {};
  }

  /** Takes a message that arrives over a DATA connection; most elements have no use for it. */
  takeData(_message: DataMessage): void {}

  /** Whether the media that comes out of this element is transcoded for any that takes it. */
  isTranscoding(type: 'AUDIO' | 'VIDEO'): boolean {
    const kind = flowingKinds[type];
    return kind !== undefined && this.graph.isTranscoded(this.source(kind));
  }

  /** Tells clients whether this element's media is transcoded, when they do not know. */
  announceTranscoding(type: 'AUDIO' | 'VIDEO'): void {
    const isTranscoding = this.isTranscoding(type);
    if (this.#announced.get(type) === isTranscoding) return;
    this.#announced.set(type, isTranscoding);
    const state = isTranscoding ? 'TRANSCODING' : 'NOT_TRANSCODING';
    this.emit('MediaTranscodingStateChanged', { binName: 'default', mediaType: type, state });
  }

  /** A source that agreed on several codecs shows only now which of them it sends, and may send another one later. */
  #checkTranscoding(type: 'AUDIO' | 'VIDEO'): void {
    const kind = flowingKinds[type];
    const sent = (kind === undefined ? null : this.source(kind)?.sentCodec) ?? null;
    if (sent !== (this.#sentCodecs.get(type) ?? null)) {
      this.#sentCodecs.set(type, sent);
      this.graph.changed(this);
    }
    if (this.#announced.has(type)) this.announceTranscoding(type);
  }

  protected outgoingCounter(type: MediaType): PacketCounter | null {
    const kind = flowingKinds[type];
    return kind === undefined ? null : this.source(kind);
  }

  protected incomingCounter(type: MediaType): PacketCounter | null {
    const kind = flowingKinds[type];
    return kind === undefined ? null : this.sink(kind);
  }

  protected override async onRelease(): Promise<void> {
    this.context.flow.remove(this);
    for (const type of mediaTypes) {
      const source = this.graph.sourceOf(this, type);
      if (source !== null) source.disconnect(this, [type]);
      for (const sink of this.graph.sinksOf(this, type)) this.graph.disconnect(this, sink, type);
    }
  }

  #emitLink(event: 'ElementConnected' | 'ElementDisconnected', sink: MediaElement, mediaType: MediaType): void {
    const descriptions = { sourceMediaDescription: 'default', sinkMediaDescription: 'default' };
    this.emit(event, { sink: sink.id, mediaType, ...descriptions });
  }

  #emitFlow(event: string, mediaType: MediaType, change: 'started' | 'stopped'): void {
    const state = change === 'started' ? 'FLOWING' : 'NOT_FLOWING';
    this.emit(event, { state, padName: 'default', mediaType });
  }
}

/** @throws KurentoError 40107 for DATA, which never flows */
function flowType(type: MediaType): 'AUDIO' | 'VIDEO' {
  if (type === 'DATA') throw new KurentoError(40107, 'DATA has no flow state');
  return type;
}

function typesOf(args: Arguments): readonly MediaType[] {
  const given = typeOf(args);
  return given === undefined ? mediaTypes : [given];
}

function typeOf(args: Arguments): MediaType | undefined {
  const given = args.optionalText('mediaType');
  return mediaTypes.find((type) => type === given);
}

function requiredType(args: Arguments): MediaType {
  const type = typeOf(args);
  if (type === undefined) throw new KurentoError(40001, "Invalid value for 'MediaType'");
  return type;
}

function describeLink(source: MediaElement, sink: MediaElement, type: MediaType): JsonObject {
  const descriptions = { sourceDescription: 'default', sinkDescription: 'default' };
  return register('ElementConnectionData', { source: source.id, sink: sink.id, type, ...descriptions });
}

/** An element that passes its input on; the elements behind it need not know the ones before it. */
export class PassThrough extends MediaElement {
  constructor(pipeline: ElementPipeline) {
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
